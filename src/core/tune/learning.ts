import { type GpData, type Hyperparameters, learn } from './gp.ts';

/** Up to so many observations hyperparameters are learnt anew with each one, afterwards with each fourth. */
const anewUpTo = 12;
const stride = 4;

/**
 * Hyperparameters of a growing series of observations. Learning is the dearest part of a suggestion, so it happens at
 * a few counts only, each time from where the one before ended. What is learnt at a count depends on the observations
 * up to that count alone; so it can be remembered, and one who has all observations at once comes to the same.
 */
export class Learning {
  readonly #learnt = new Map<string, Hyperparameters>();

  /** For `count` observations; `dataOf(n)` is what the first n of them teach about the output named `output`. */
  hyperparameters(output: string, count: number, dataOf: (count: number) => GpData): Hyperparameters {
    const at = count <= anewUpTo ? count : count - (count % stride);
    const key = `${at} ${output}`;
    const known = this.#learnt.get(key);
    if (known) return known;
    const start = at > anewUpTo ? this.hyperparameters(output, at - stride, dataOf) : undefined;
    const learnt = learn(dataOf(at), start);
    this.#learnt.set(key, learnt);
    return learnt;
  }
}
