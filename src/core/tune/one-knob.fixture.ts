import type { Observation, Problem } from './designer.ts';

/** One knob that matters and one that does not. */
export const problem: Problem = {
  space: [
    { name: 'rate', domain: { type: 'real', low: 0, high: 10 } },
    { name: 'idle', domain: { type: 'real', low: 0, high: 10 } },
  ],
  constraints: ['load'],
};

/** Load is met up to a rate of 6; `luck` is the noise of the measurement. */
export function trial(rate: number, luck = 0, idle = 5): Observation {
  return { configuration: { rate, idle }, objective: rate, margins: { load: 1 - rate / 6 + luck } };
}

/** Trials along the knob that matters. */
export const line = [0, 1, 2, 3, 4, 5, 7, 8, 9, 10].map((rate, i) =>
  trial(rate, i % 2 ? 0.03 : -0.03, (rate * 3) % 10),
);
