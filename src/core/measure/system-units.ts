/** Units by the form of a reading's name; the first that fits counts. */
const forms: readonly (readonly [RegExp, string])[] = [
  [/^cpu$/, 'cores'],
  [/^power_mode$/, ''],
  [/^power(_|$)/, 'W'],
  [/^temperature(_|$)/, 'C'],
  [/^(load|pressure_\w+|\w+_load)$/, '%'],
  [/_mhz$/, 'MHz'],
];

/** Unit of a platform reading by its name, such as W for `power_cpu_cv`; empty for a number without unit. */
export function unitOfReading(name: string): string {
  return forms.find(([form]) => form.test(name))?.[1] ?? '';
}
