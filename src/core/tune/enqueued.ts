import type { Designer, Observation, Suggestion } from './designer.ts';

/**
 * Suggests given configurations first, then what another designer suggests; that one learns from all of
 * them. For what a person or an earlier study already knows to be worth a trial.
 */
export class EnqueuedDesigner implements Designer {
  readonly #queue: Suggestion[];
  readonly #designer: Designer;

  constructor({ queue, designer }: { queue: readonly Suggestion[]; designer: Designer }) {
    this.#queue = [...queue];
    this.#designer = designer;
  }

  suggest(): Suggestion {
    return this.#queue[0] ?? this.#designer.suggest();
  }

  update(observation: Observation): void {
    const tried = JSON.stringify(observation.configuration);
    const index = this.#queue.findIndex(({ configuration }) => JSON.stringify(configuration) === tried);
    if (index >= 0) this.#queue.splice(index, 1);
    this.#designer.update(observation);
  }
}
