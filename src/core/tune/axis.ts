import type { KnobValue } from '../knobs/knob.ts';
import type { SearchDimension } from './designer.ts';

/** Reals are offered in steps of about a thousandth of their range, so that values stay readable. */
const realSteps = 1000;
/** The last of these steps may be so much of one longer: a rounded value stays clear of the end, which is not rounded. */
const lastStepSlack = 0.1;
/** Significant digits of a real on a logarithmic scale, unless a thousandth of a narrow range needs more. */
const logDigits = 5;
/** More tell no two numbers apart. */
const mostDigits = 17;
/** Share of its range by which a measured value may leave its domain and still be placed. */
const tolerance = 0.05;

/**
 * One knob's legal values in order, and their places in [0, 1]: numbers by their place between the bounds, on a
 * linear or logarithmic scale; ordinals by rank; categories by index. A single value lies at 0.5.
 */
export type Axis = {
  /** Number of legal values. */
  count: number;
  /** Place of a legal value. */
  coordinateOf(index: number): number;
  /** The legal value nearest to a place. */
  indexAt(coordinate: number): number;
  valueAt(index: number): KnobValue;
  /**
   * The legal value nearest to a value; undefined for an unknown category, for what is not a number where one is
   * needed, and for a number outside the domain by more than a twentieth of its range (a throttle's -1 for
   * `unlimited` is not near its lowest rate).
   */
  indexOf(value: KnobValue | undefined): number | undefined;
};

/** The axis of one dimension of a search space. */
export function axisOf({ domain, scale }: SearchDimension): Axis {
  switch (domain.type) {
    case 'categorical':
      return { ...evenly(domain.values.length), ...categories(domain.values) };
    case 'ordinal':
      return { ...evenly(domain.values.length), ...ordinals(domain.values) };
    case 'integer':
      return integers(domain, scale === 'log' && domain.low > 0);
    case 'real':
      return scale === 'log' && domain.low > 0 ? logReals(domain) : reals(domain);
  }
}

type Places = Pick<Axis, 'count' | 'coordinateOf' | 'indexAt'>;
type Values = Pick<Axis, 'valueAt' | 'indexOf'>;

/** `count` values side by side at equal distances. */
function evenly(count: number): Places {
  return {
    count,
    coordinateOf: (index) => (count > 1 ? index / (count - 1) : 0.5),
    indexAt: (coordinate) => Math.round(clamped(coordinate) * (count - 1)),
  };
}

function categories(values: (string | boolean)[]): Values {
  return {
    valueAt: (index) => values[index]!,
    indexOf: (value) => {
      const index = values.indexOf(value as string | boolean);
      return index < 0 ? undefined : index;
    },
  };
}

function ordinals(values: number[]): Values {
  const bounds = { low: Math.min(...values), high: Math.max(...values) };
  return {
    valueAt: (index) => values[index]!,
    indexOf: (value) => (isNear(value, bounds) ? nearestIndex(values, value) : undefined),
  };
}

function integers(domain: { low: number; high: number }, logarithmic: boolean): Axis {
  const { low, high } = domain;
  const places = evenly(high - low + 1);
  const valueAt = (index: number) => low + index;
  const indexOf = (value: KnobValue | undefined) =>
    isNear(value, domain) ? nearestStep(value, low, 1, places.count) : undefined;
  if (!logarithmic || high === low) return { ...places, valueAt, indexOf };
  const decades = Math.log(high / low);
  return {
    count: places.count,
    coordinateOf: (index) => (index === places.count - 1 ? 1 : Math.log((low + index) / low) / decades),
    indexAt: (coordinate) => Math.round(low * Math.exp(clamped(coordinate) * decades)) - low,
    valueAt,
    indexOf,
  };
}

function reals(domain: { low: number; high: number }): Axis {
  const { low, high } = domain;
  if (high === low) return { ...evenly(1), valueAt: () => low, indexOf: single(domain) };
  const step = 10 ** Math.floor(Math.log10((high - low) / realSteps));
  const count = Math.ceil((high - low) / step - lastStepSlack) + 1;
  const decimals = Math.min(Math.max(Math.round(-Math.log10(step)), 0) + 1, 100);
  return {
    ...evenly(count),
    valueAt: (index) => {
      if (index === 0) return low;
      return index === count - 1 ? high : Number((low + index * step).toFixed(decimals));
    },
    indexOf: (value) => {
      if (!isNear(value, domain)) return undefined;
      return value >= high ? count - 1 : nearestStep(value, low, step, count);
    },
  };
}

function logReals(domain: { low: number; high: number }): Axis {
  const { low, high } = domain;
  if (high === low) return { ...evenly(1), valueAt: () => low, indexOf: single(domain) };
  const places = evenly(realSteps + 1);
  const decades = Math.log(high / low);
  const stepDigits = Math.ceil(2 - Math.log10(decades / realSteps));
  const digits = Math.min(Math.max(logDigits, stepDigits), mostDigits);
  return {
    ...places,
    valueAt: (index) => {
      if (index === 0) return low;
      if (index === places.count - 1) return high;
      return Number((low * Math.exp(places.coordinateOf(index) * decades)).toPrecision(digits));
    },
    indexOf: (value) =>
      isNear(value, domain) ? places.indexAt(Math.log(Math.max(value, low) / low) / decades) : undefined,
  };
}

function single(domain: { low: number; high: number }): Axis['indexOf'] {
  return (value) => (isNear(value, domain) ? 0 : undefined);
}

function clamped(coordinate: number): number {
  return Math.min(Math.max(coordinate, 0), 1);
}

function isNear(value: KnobValue | undefined, { low, high }: { low: number; high: number }): value is number {
  if (typeof value !== 'number' || Number.isNaN(value)) return false;
  const slack = tolerance * (high - low);
  return value >= low - slack && value <= high + slack;
}

function nearestStep(value: number, low: number, step: number, count: number): number {
  return Math.min(Math.max(Math.round((value - low) / step), 0), count - 1);
}

function nearestIndex(values: number[], value: number): number {
  const distances = values.map((candidate) => Math.abs(candidate - value));
  return distances.indexOf(Math.min(...distances));
}
