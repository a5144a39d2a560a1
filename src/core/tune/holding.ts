import type { Configuration } from '../knobs/knob.ts';
import type { Designer, Observation, Suggestion } from './designer.ts';

/** The knobs that a search leaves alone. */
export type Held = {
  /** Names of all knobs, held ones included, in the order of a complete configuration. */
  knobs: string[];
  /** What those hold that are not turned. */
  held: Configuration;
};

/** A configuration with what the knobs hold that it leaves out; to what is complete this adds nothing. */
export function completed(configuration: Configuration, { knobs, held }: Held): Configuration {
  return Object.fromEntries(
    knobs.flatMap((name) => {
      const value = held[name] ?? configuration[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

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
