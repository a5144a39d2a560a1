import type { Configuration, KnobDomain, KnobValue } from '../knobs/knob.ts';
import type { SearchSpace } from './designer.ts';

/**
 * A configuration as coordinates, one per knob, each in [0, 1]: numbers by their place between the bounds,
 * ordinals by rank, categories by index (their order means nothing, see `categorical`).
 */
export type Point = number[];

/** Reals are offered in steps of about a thousandth of their range, so that values stay readable. */
const realSteps = 1000;
/** Share of its range by which a measured value may leave its domain and still be placed. */
const tolerance = 0.05;

/**
 * Translates between configurations and the unit cube. Points that stand for the same configuration are made
 * equal by `snap`; models and acquisition only ever see snapped points (Garrido-Merchán & Hernández-Lobato,
 * Neurocomputing 380, 2020).
 */
export class UnitSpace {
  readonly names: string[];
  /** For each knob, whether its values have no order. */
  readonly categorical: boolean[];
  readonly #domains: KnobDomain[];
  readonly #counts: number[];

  constructor(space: SearchSpace) {
    this.names = space.map(({ name }) => name);
    this.categorical = space.map(({ domain }) => domain.type === 'categorical');
    this.#domains = space.map(({ domain }) => domain);
    this.#counts = this.#domains.map(countOf);
  }

  /** Number of knobs. */
  get dimensions(): number {
    return this.#domains.length;
  }

  /** Number of different configurations. */
  get size(): number {
    return this.#counts.reduce((product, count) => product * count, 1);
  }

  /** Distance of neighbouring coordinates of one knob; 1 when it has a single value. */
  spacing(knob: number): number {
    return 1 / Math.max(this.#counts[knob]! - 1, 1);
  }

  /** All legal coordinates of one knob, ascending. */
  coordinates(knob: number): number[] {
    const count = this.#counts[knob]!;
    return Array.from({ length: count }, (_, index) => coordinateOf(index, count));
  }

  /** The configuration at the legal values nearest to `point`. */
  decode(point: Point): Configuration {
    const values = this.#domains.map((domain, knob) => {
      const count = this.#counts[knob]!;
      return [this.names[knob]!, valueAt(domain, indexAt(point[knob]!, count), count)];
    });
    return Object.fromEntries(values);
  }

  /**
   * The point of a configuration. Undefined when a knob is missing, is an unknown category, is not a number where
   * one is needed, or lies outside its domain by more than a twentieth of its range (a throttle's -1 for
   * `unlimited` is not near its lowest rate); smaller excesses go to the nearest end.
   */
  encode(configuration: Configuration): Point | undefined {
    const point: Point = [];
    for (const [knob, domain] of this.#domains.entries()) {
      const count = this.#counts[knob]!;
      const index = indexOf(domain, configuration[this.names[knob]!], count);
      if (index === undefined) return undefined;
      point.push(coordinateOf(index, count));
    }
    return point;
  }

  /** The legal point nearest to `point`. */
  snap(point: Point): Point {
    return this.#counts.map((count, knob) => coordinateOf(indexAt(point[knob]!, count), count));
  }

  /** Every legal point, in order; only for spaces whose `size` is small. */
  *points(): Generator<Point> {
    const indices = this.#counts.map(() => 0);
    for (let left = this.size; left > 0; left--) {
      yield indices.map((index, knob) => coordinateOf(index, this.#counts[knob]!));
      for (let knob = 0; knob < indices.length; knob++) {
        indices[knob] = (indices[knob]! + 1) % this.#counts[knob]!;
        if (indices[knob] !== 0) break;
      }
    }
  }
}

/** Equal for equal snapped points. */
export function keyOf(point: Point): string {
  return point.join(' ');
}

function countOf(domain: KnobDomain): number {
  switch (domain.type) {
    case 'real':
      return domain.high > domain.low ? Math.ceil((domain.high - domain.low) / stepOf(domain) - 1e-6) + 1 : 1;
    case 'integer':
      return domain.high - domain.low + 1;
    default:
      return domain.values.length;
  }
}

/** The power of ten that gives at least `realSteps` steps. */
function stepOf({ low, high }: { low: number; high: number }): number {
  return 10 ** Math.floor(Math.log10((high - low) / realSteps));
}

function coordinateOf(index: number, count: number): number {
  return count > 1 ? index / (count - 1) : 0.5;
}

function indexAt(coordinate: number, count: number): number {
  return Math.round(Math.min(Math.max(coordinate, 0), 1) * (count - 1));
}

function valueAt(domain: KnobDomain, index: number, count: number): KnobValue {
  switch (domain.type) {
    case 'real':
      return realAt(domain, index, count);
    case 'integer':
      return domain.low + index;
    default:
      return domain.values[index]!;
  }
}

function realAt(domain: { low: number; high: number }, index: number, count: number): number {
  if (index === 0) return domain.low;
  if (index === count - 1) return domain.high;
  const step = stepOf(domain);
  const decimals = Math.min(Math.max(Math.round(-Math.log10(step)), 0) + 1, 100);
  return Number((domain.low + index * step).toFixed(decimals));
}

function indexOf(domain: KnobDomain, value: KnobValue | undefined, count: number): number | undefined {
  if (domain.type === 'categorical') {
    const index = domain.values.indexOf(value as string | boolean);
    return index < 0 ? undefined : index;
  }
  if (typeof value !== 'number' || Number.isNaN(value)) return undefined;
  const { low, high } = boundsOf(domain);
  const slack = tolerance * (high - low);
  if (value < low - slack || value > high + slack) return undefined;
  if (domain.type === 'ordinal') return nearestIndex(domain.values, value);
  if (value >= high) return count - 1;
  const step = domain.type === 'integer' ? 1 : stepOf(domain);
  return Math.min(Math.max(Math.round((value - low) / step), 0), count - 1);
}

function boundsOf(domain: Exclude<KnobDomain, { type: 'categorical' }>): { low: number; high: number } {
  if (domain.type !== 'ordinal') return domain;
  return { low: Math.min(...domain.values), high: Math.max(...domain.values) };
}

function nearestIndex(values: number[], value: number): number {
  const distances = values.map((candidate) => Math.abs(candidate - value));
  return distances.indexOf(Math.min(...distances));
}
