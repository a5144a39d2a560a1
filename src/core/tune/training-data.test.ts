import { describe, expect, it } from 'vitest';
import type { Observation, Problem } from './designer.ts';
import { Surrogate } from './surrogate.ts';

const problem: Problem = {
  space: [{ name: 'rate', domain: { type: 'real', low: 0, high: 10 } }],
  constraints: ['core'],
};
const marginAt = (rate: number) => 0.6 - rate / 8;
const measured = (rates: number[], margin: (rate: number) => number): Observation[] =>
  rates.map((rate) => ({ configuration: { rate }, objective: rate, margins: { core: margin(rate) } }));

const own = measured([2, 4], marginAt);
const everywhere = [0, 1.5, 3, 4.5, 6, 7.5, 9, 10];

/** What is believed of the margin at a rate after this search's own trials and earlier ones. */
function believedAt(rate: number, earlier: Observation[]) {
  const surrogate = Surrogate.fit(problem, own, { earlier })!;
  const point = surrogate.space.encode({ rate })!;
  const { mean, variance } = surrogate.predict(point).margins[0]!;
  return { margin: surrogate.scales[0]!.unwarp(mean), variance };
}

describe('what earlier trials teach', () => {
  it('is the course of a margin that was higher by a constant elsewhere', () => {
    const earlier = measured(everywhere, (rate) => marginAt(rate) + 0.2);
    const error = (others: Observation[]) => Math.abs(believedAt(8, others).margin - marginAt(8));
    expect(error(earlier)).toBeLessThan(0.5 * error([]));
  });

  it('leaves more doubt where nothing was tried here when the two have little in common', () => {
    const alike = measured(everywhere, (rate) => marginAt(rate) + 0.2);
    const unlike = measured(everywhere, (rate) => marginAt(10 - rate));
    expect(believedAt(8, unlike).variance).toBeGreaterThan(2 * believedAt(8, alike).variance);
  });

  it('does not change what was measured here', () => {
    const unlike = measured(everywhere, (rate) => marginAt(10 - rate));
    for (const rate of [2, 4]) expect(believedAt(rate, unlike).margin).toBeCloseTo(marginAt(rate), 1);
  });

  it('is enough for a belief before the first own trial', () => {
    const surrogate = Surrogate.fit(problem, [], { earlier: measured(everywhere, marginAt) })!;
    expect(surrogate.triedPoints()).toEqual([]);
    expect(surrogate.predict(surrogate.space.encode({ rate: 2 })!).objective?.mean).toBeGreaterThan(0);
  });
});
