/**
 * `[1, 30] Hz` is how people write a range with its unit, but YAML ends the value at the bracket. Such a
 * range is disguised before YAML reads the file, and revealed in the values it returns. Both ways the text
 * keeps its length, so that every position stays true.
 */
const disguises: Record<string, string> = {
  '[': '\uE000',
  ']': '\uE001',
  ',': '\uE002',
};
const plain = new Map(Object.entries(disguises).map(([character, disguise]) => [disguise, character]));

/** A bracketed list on one line that a unit follows. */
const rangeWithUnit = /\[[^[\]{}\n]*\](?=[ \t]*[A-Za-z%])/g;

/** Makes every range with a unit a plain word to YAML. */
export function disguiseRanges(text: string): string {
  return text.replace(rangeWithUnit, (range) =>
    range.replace(/[[\],]/g, (character) => disguises[character] as string),
  );
}

/** The text as it was written. */
export function revealRanges(text: string): string {
  return text.replace(/[\uE000-\uE002]/g, (disguise) => plain.get(disguise) as string);
}
