import type { Configuration } from '../knobs/knob.ts';
import { type Axis, axisOf } from './axis.ts';
import type { SearchSpace } from './designer.ts';

/** A configuration as coordinates, one per knob, each in [0, 1]; see `Axis`. */
export type Point = number[];

/**
 * Translates between configurations and the unit cube. Points that stand for the same configuration are made
 * equal by `snap`; models and acquisition only ever see snapped points (Garrido-Merchán & Hernández-Lobato,
 * Neurocomputing 380, 2020).
 */
export class UnitSpace {
  readonly names: string[];
  /** For each knob, whether its values have no order. */
  readonly categorical: boolean[];
  readonly #axes: Axis[];

  constructor(space: SearchSpace) {
    this.names = space.map(({ name }) => name);
    this.categorical = space.map(({ domain }) => domain.type === 'categorical');
    this.#axes = space.map(axisOf);
  }

  /** Number of knobs. */
  get dimensions(): number {
    return this.#axes.length;
  }

  /** Number of different configurations. */
  get size(): number {
    return this.#axes.reduce((product, { count }) => product * count, 1);
  }

  /** The legal coordinates of one knob, ascending: all, or where they are more than `most`, so many with both ends. */
  coordinates(knob: number, most = Number.POSITIVE_INFINITY): number[] {
    const { count, coordinateOf } = this.#axes[knob]!;
    if (count <= most) return Array.from({ length: count }, (_, index) => coordinateOf(index));
    const apart = (count - 1) / (most - 1);
    return Array.from({ length: most }, (_, i) => coordinateOf(Math.round(i * apart)));
  }

  /** The legal coordinate about `distance` from one: at least one value further, at most the end. */
  moved(knob: number, coordinate: number, distance: number): number {
    const axis = this.#axes[knob]!;
    const from = axis.indexAt(coordinate);
    const to = axis.indexAt(coordinate + distance);
    if (to !== from) return axis.coordinateOf(to);
    return axis.coordinateOf(Math.min(Math.max(from + Math.sign(distance), 0), axis.count - 1));
  }

  /** The configuration at the legal values nearest to `point`. */
  decode(point: Point): Configuration {
    const values = this.#axes.map((axis, knob) => [
      this.names[knob]!,
      axis.valueAt(axis.indexAt(point[knob]!)),
    ]);
    return Object.fromEntries(values);
  }

  /** The point of a configuration; undefined when a knob is missing or its value cannot be placed, see `Axis`. */
  encode(configuration: Configuration): Point | undefined {
    const point: Point = [];
    for (const [knob, axis] of this.#axes.entries()) {
      const index = axis.indexOf(configuration[this.names[knob]!]);
      if (index === undefined) return undefined;
      point.push(axis.coordinateOf(index));
    }
    return point;
  }

  /** The legal point nearest to `point`. */
  snap(point: Point): Point {
    return this.#axes.map((axis, knob) => axis.coordinateOf(axis.indexAt(point[knob]!)));
  }

  /** Every legal point, in order; only for spaces whose `size` is small. */
  *points(): Generator<Point> {
    const indices = this.#axes.map(() => 0);
    for (let left = this.size; left > 0; left--) {
      yield indices.map((index, knob) => this.#axes[knob]!.coordinateOf(index));
      for (let knob = 0; knob < indices.length; knob++) {
        indices[knob] = (indices[knob]! + 1) % this.#axes[knob]!.count;
        if (indices[knob] !== 0) break;
      }
    }
  }
}

/** Equal for equal snapped points. */
export function keyOf(point: Point): string {
  return point.join(' ');
}
