import { type Random, seededRandom } from '../random.ts';
import type { Designer, Observation, Problem, Suggestion } from './designer.ts';
import { type Point, UnitSpace } from './space.ts';
import { isBetter, type Quality, qualityOf } from './trial-quality.ts';
import { TriedPoints } from './tried-points.ts';

const seedRange = 2 ** 32;
const firstStep = 0.25;
const smallestStep = 1 / 512;

/** One knob changed: a number up or down by the step, or a category set to another. */
type Move = { knob: number; direction: -1 | 1 } | { knob: number; category: number };

/**
 * One knob at a time, as PARTIES (Chen et al., ASPLOS 2019) moves one resource at a time: from the best trial so far a knob
 * is moved by a step; what helped is done again, else the trial is dropped and the next move is made. When no move
 * helps, the step is halved. Without a model: a plain yardstick, and a search that anyone can follow. It stops short where
 * two knobs must change together, as where one must give up load before another can take it.
 */
export class CoordinateDesigner implements Designer {
  readonly #problem: Problem;
  readonly #space: UnitSpace;
  readonly #tried: TriedPoints;
  readonly #seed: number;
  readonly #moves: Move[];
  #best: { point: Point; quality: Quality } | undefined;
  #step = firstStep;
  #next = 0;
  #failures = 0;
  #observed = 0;

  constructor({ problem, random }: { problem: Problem; random: Random }) {
    this.#problem = problem;
    this.#space = new UnitSpace(problem.space);
    this.#tried = new TriedPoints(this.#space);
    this.#seed = Math.floor(random.next() * seedRange);
    this.#moves = shuffled(movesOf(this.#space), seededRandom(this.#seed));
  }

  suggest(): Suggestion {
    const { point, reason } = this.#plan();
    return { configuration: this.#space.decode(point), reason };
  }

  update(observation: Observation): void {
    const { moved, step } = this.#plan();
    this.#observed++;
    this.#tried.mark(observation);
    const point = this.#space.encode(observation.configuration);
    if (!point) return;
    const quality = qualityOf(this.#problem, observation);
    const helped = this.#best === undefined || isBetter(quality, this.#best.quality);
    if (helped) this.#best = { point, quality };
    if (moved === undefined) return;
    this.#failures = helped ? 0 : this.#failures + 1;
    this.#next = helped ? moved : (moved + 1) % this.#moves.length;
    this.#step = step;
    if (this.#failures < this.#moves.length) return;
    this.#failures = 0;
    this.#step = step / 2;
  }

  /** The next trial, with the index of its move and the step, which depend on the observations only. */
  #plan(): { point: Point; reason: string; moved?: number; step: number } {
    const middle = this.#space.snap(this.#space.names.map(() => 0.5));
    if (!this.#best && !this.#tried.has(middle))
      return { point: middle, reason: 'the middle of every knob', step: this.#step };
    const from = this.#best?.point ?? middle;
    for (let step = this.#step; step >= smallestStep; step /= 2) {
      for (let i = 0; i < this.#moves.length; i++) {
        const moved = (this.#next + i) % this.#moves.length;
        const move = this.#moves[moved]!;
        const point = from.with(move.knob, this.#target(from, move, step));
        if (this.#tried.has(point)) continue;
        return { point, reason: `${this.#space.names[move.knob]} alone, from the best trial`, moved, step };
      }
    }
    const random = seededRandom(this.#seed + this.#observed);
    const again = this.#tried.exhausted ? ', again: every configuration has been tried' : '';
    const point = this.#tried.untried(() => this.#space.names.map(() => random.next()));
    return { point, reason: `random${again}`, step: this.#step };
  }

  #target(from: Point, move: Move, step: number): number {
    if ('category' in move) return move.category;
    return this.#space.moved(move.knob, from[move.knob]!, move.direction * step);
  }
}

function movesOf(space: UnitSpace): Move[] {
  return space.categorical.flatMap((categorical, knob): Move[] => {
    if (categorical) return space.coordinates(knob).map((category) => ({ knob, category }));
    return [
      { knob, direction: -1 },
      { knob, direction: 1 },
    ];
  });
}

function shuffled<T>(items: T[], random: Random): T[] {
  const keyed = items.map((item) => ({ item, key: random.next() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}
