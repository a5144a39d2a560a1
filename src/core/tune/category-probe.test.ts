import { describe, expect, it } from 'vitest';
import { promising } from './acquisition.ts';
import { categoryProbe } from './category-probe.ts';
import type { Observation, Problem } from './designer.ts';
import { Surrogate } from './surrogate.ts';

const problem: Problem = {
  space: [
    { name: 'rate', domain: { type: 'real', low: 0, high: 10 } },
    { name: 'place', domain: { type: 'categorical', values: ['cpu', 'gpu', 'dla'] } },
  ],
  constraints: ['load'],
};

function trial(rate: number, place: string): Observation {
  return { configuration: { rate, place }, objective: rate, margins: { load: 1 - rate / 8 } };
}

function probe(observations: Observation[], isTried: (point: number[]) => boolean = () => false) {
  const surrogate = Surrogate.fit(problem, observations)!;
  const seen = surrogate.located.map(({ point }) => point);
  const point = categoryProbe({ surrogate, promising: promising(surrogate), seen, isTried });
  return point && surrogate.space.decode(point);
}

describe('a category probe', () => {
  const onGpu = [1, 3, 5, 6].map((rate) => trial(rate, 'gpu'));

  it('changes one category of a tried configuration to one that is unseen', () => {
    const probed = probe(onGpu);
    expect(['cpu', 'dla']).toContain(probed?.place);
    expect([3, 5, 6]).toContain(probed?.rate);
  });

  it('is not made when every category was seen, when it was tried, or when nothing is feasible', () => {
    expect(probe([...onGpu, trial(2, 'cpu'), trial(2, 'dla')])).toBeUndefined();
    expect(probe(onGpu, () => true)).toBeUndefined();
    expect(probe([9, 9.5, 10].map((rate) => trial(rate, 'gpu')))).toBeUndefined();
  });
});
