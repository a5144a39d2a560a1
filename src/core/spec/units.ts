import type { Metric, Unit } from './spec.ts';

/** What a unit measures. */
export type Quantity = 'rate' | 'latency' | 'cpu' | 'load' | 'power' | 'temperature';

/**
 * Units a spec may be written in: per quantity the canonical unit, and every accepted unit with the factor
 * that turns it into the canonical one.
 */
export const quantities: Record<Quantity, { canonical: Unit; factors: Record<string, number> }> = {
  rate: { canonical: 'Hz', factors: { Hz: 1, kHz: 1000 } },
  latency: { canonical: 'ms', factors: { ms: 1, s: 1000, us: 0.001 } },
  cpu: { canonical: 'cores', factors: { cores: 1, core: 1, '%': 0.01 } },
  load: { canonical: '%', factors: { '%': 1 } },
  power: { canonical: 'W', factors: { W: 1, mW: 0.001 } },
  temperature: { canonical: 'C', factors: { C: 1 } },
};

/** The platform readings a spec may name; what `<name>` stands for, the board itself calls so. */
export const platformReadings: Record<string, Quantity> = {
  cpu: 'cpu',
  load: 'load',
  memory_load: 'load',
  gpu_load: 'load',
  'dla<n>_load': 'load',
  pressure_cpu: 'load',
  pressure_memory: 'load',
  pressure_io: 'load',
  power: 'power',
  'power_<rail>': 'power',
  temperature: 'temperature',
  'temperature_<zone>': 'temperature',
};

/** What a platform reading measures; undefined for one that a spec cannot name. */
export function platformQuantity(reading: string): Quantity | undefined {
  if (reading === 'power_mode') return undefined;
  const form = Object.keys(platformReadings).find((name) =>
    new RegExp(`^${name.replace(/<\w+>/, '\\w+')}$`).test(reading),
  );
  return form === undefined ? undefined : platformReadings[form];
}

/** Accepted units of a quantity, as a person would list them: `Hz, kHz`. */
export function acceptedUnits(quantity: Quantity): string {
  return Object.keys(quantities[quantity].factors).join(', ');
}

/** A number in the quantity's canonical unit, or undefined when the unit does not fit. */
export function toCanonical(quantity: Quantity, value: number, unit: string): number | undefined {
  const { factors } = quantities[quantity];
  return Object.hasOwn(factors, unit) ? value * (factors[unit] as number) : undefined;
}

/** What a metric is a measurement of. */
export function quantityOf(metric: Metric): Quantity {
  switch (metric.kind) {
    case 'topic-rate':
      return 'rate';
    case 'topic-age':
    case 'path-latency':
      return 'latency';
    case 'process-cpu':
      return 'cpu';
    case 'platform':
      return platformQuantity(metric.quantity) as Quantity;
  }
}
