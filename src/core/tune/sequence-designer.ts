import type { Designer, Observation, SearchSpace, Suggestion } from './designer.ts';
import { type Point, UnitSpace } from './space.ts';
import { TriedPoints } from './tried-points.ts';

/**
 * A designer that walks along a fixed sequence of points whatever is observed, skipping what was tried. Asking
 * again before the suggestion was measured gives the same suggestion.
 */
export class SequenceDesigner implements Designer {
  readonly #space: UnitSpace;
  readonly #tried: TriedPoints;
  readonly #label: string;
  readonly #next: () => Point;
  #pending: Point | undefined;

  constructor({ space, label, next }: { space: SearchSpace; label: string; next: () => Point }) {
    this.#space = new UnitSpace(space);
    this.#tried = new TriedPoints(this.#space);
    this.#label = label;
    this.#next = next;
  }

  suggest(): Suggestion {
    const again = this.#tried.exhausted ? ', again: every configuration has been tried' : '';
    this.#pending ??= this.#tried.untried(this.#next);
    return { configuration: this.#space.decode(this.#pending), reason: `${this.#label}${again}` };
  }

  update(observation: Observation): void {
    this.#tried.mark(observation);
    if (this.#pending && this.#tried.has(this.#pending)) this.#pending = undefined;
  }
}
