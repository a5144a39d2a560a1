import type { Configuration } from '../knobs/knob.ts';
import type { Observation } from './designer.ts';
import { keyOf, type Point, type UnitSpace } from './space.ts';

const draws = 200;

/** Remembers which points of a space were tried, and how often, so that designers do not repeat themselves. */
export class TriedPoints {
  readonly #space: UnitSpace;
  readonly #counts = new Map<string, number>();

  constructor(space: UnitSpace) {
    this.#space = space;
  }

  /** Counts a trial, and what was asked for where that is something else; configurations that do not lie in the space are ignored. */
  mark({ configuration, asked }: Pick<Observation, 'configuration' | 'asked'>): void {
    this.#count(configuration);
    if (asked) this.#count(asked);
  }

  #count(configuration: Configuration): void {
    const point = this.#space.encode(configuration);
    if (!point) return;
    const key = keyOf(point);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** True when this snapped point was tried. */
  has(point: Point): boolean {
    return this.#counts.has(keyOf(point));
  }

  /** Keys of all points tried. */
  get keys(): ReadonlySet<string> {
    return new Set(this.#counts.keys());
  }

  /** True when there is nothing new to try. */
  get exhausted(): boolean {
    return this.#counts.size >= this.#space.size;
  }

  /** The first untried point among some draws, else any untried one, else the one tried least often. */
  untried(draw: () => Point): Point {
    for (let i = 0; i < draws && !this.exhausted; i++) {
      const point = this.#space.snap(draw());
      if (!this.has(point)) return point;
    }
    return this.exhausted ? this.#leastTried() : this.#firstUntried();
  }

  #firstUntried(): Point {
    for (const point of this.#space.points()) {
      if (!this.has(point)) return point;
    }
    throw new Error('tried-points: every point is tried, yet the space is not exhausted');
  }

  #leastTried(): Point {
    const timesTried = (point: Point) => this.#counts.get(keyOf(point)) ?? 0;
    return [...this.#space.points()].reduce((least, point) =>
      timesTried(point) < timesTried(least) ? point : least,
    );
  }
}
