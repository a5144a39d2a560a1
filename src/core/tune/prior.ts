import type { Designer, Observation, Suggestion } from './designer.ts';
import { contradiction, largestDoubt } from './library/aging.ts';

/**
 * A designer that starts with measurements of an earlier search, of this context or a near one, as if it had made them.
 * As soon as a trial measures one of those configurations again and finds something else, the earlier measurements are
 * of another robot than this one: from then on a fresh designer goes on with this search's own trials alone.
 */
export class PriorDesigner implements Designer {
  readonly #open: () => Designer;
  readonly #own: Observation[] = [];
  #prior: readonly Observation[];
  #designer: Designer;
  #note = '';

  constructor({ prior, open }: { prior: readonly Observation[]; open: () => Designer }) {
    this.#open = open;
    this.#prior = prior;
    this.#designer = open();
    for (const observation of prior) this.#designer.update(observation);
    if (prior.length > 0) this.#note = `; ${prior.length} earlier measurements are used`;
  }

  suggest(): Suggestion {
    const suggestion = this.#designer.suggest();
    return { ...suggestion, reason: suggestion.reason + this.#note };
  }

  update(observation: Observation): void {
    this.#own.push(observation);
    if (this.#prior.some((earlier) => (contradiction(earlier, observation) ?? 0) > largestDoubt))
      this.#beginAnew();
    else this.#designer.update(observation);
  }

  #beginAnew(): void {
    this.#prior = [];
    this.#note = '; earlier measurements were contradicted and are left out';
    this.#designer = this.#open();
    for (const observation of this.#own) this.#designer.update(observation);
  }
}
