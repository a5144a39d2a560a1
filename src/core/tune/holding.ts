import type { Configuration } from '../knobs/knob.ts';
import type { Designer, Observation, Suggestion } from './designer.ts';

/** Completes what a designer suggests by the knobs that it does not turn. */
export class HoldingDesigner implements Designer {
  readonly #designer: Designer;
  readonly #complete: (configuration: Configuration) => Configuration;

  /** `complete` adds what the other knobs hold; to what is complete it adds nothing. */
  constructor({
    designer,
    complete,
  }: {
    designer: Designer;
    complete: (configuration: Configuration) => Configuration;
  }) {
    this.#designer = designer;
    this.#complete = complete;
  }

  suggest(): Suggestion {
    const suggestion = this.#designer.suggest();
    return { ...suggestion, configuration: this.#complete(suggestion.configuration) };
  }

  update(observation: Observation): void {
    this.#designer.update(observation);
  }
}
