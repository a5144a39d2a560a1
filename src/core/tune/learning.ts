import { type GpData, type Hyperparameters, learn } from './gp.ts';

/** Up to so many observations hyperparameters are learnt anew with each one, later from where they were before. */
const anewUpTo = 12;
/** Then with each fourth observation; from so many on, when little changes any more, with each twentieth. */
const stride = 4;
const settledFrom = 60;
const settledStride = 20;
/** They are learnt from the last so many: an evaluation of the likelihood costs their cube. */
const learntFrom = 60;

/**
 * Hyperparameters of a growing series of observations. Learning is the dearest part of a suggestion, so it happens at
 * a few counts only, each time from where the one before ended. What is learnt at a count depends on the observations
 * up to that count alone; so it can be remembered, and one who has all observations at once comes to the same.
 */
export class Learning {
  readonly #learnt = new Map<string, Hyperparameters>();

  /** For `count` observations; `dataOf(n)` is what the first n of them teach about the output named `output`. */
  hyperparameters(output: string, count: number, dataOf: (count: number) => GpData): Hyperparameters {
    const at = learningCount(count);
    const key = `${at} ${output}`;
    const known = this.#learnt.get(key);
    if (known) return known;
    const start = at > anewUpTo ? this.hyperparameters(output, at - 1, dataOf) : undefined;
    const learnt = learn(latest(dataOf(at)), start);
    this.#learnt.set(key, learnt);
    return learnt;
  }
}

/** The count of observations after which `count` observations were last learnt from. */
function learningCount(count: number): number {
  if (count <= anewUpTo) return count;
  return count - (count % (count < settledFrom ? stride : settledStride));
}

function latest(data: GpData): GpData {
  const { inputs, outputs, precisions } = data;
  return {
    ...data,
    inputs: inputs.slice(-learntFrom),
    outputs: outputs.slice(-learntFrom),
    ...(precisions && { precisions: precisions.slice(-learntFrom) }),
  };
}
