import { describe, expect, it } from 'vitest';
import type { Problem } from './designer.ts';
import { knobEffects } from './knob-effects.ts';
import { line, problem, trial } from './one-knob.fixture.ts';

describe('knobEffects', () => {
  it('finds the knob that matters and shows where it breaks the requirement', () => {
    const effects = knobEffects(problem, line, { rate: 5, idle: 5 });
    const [first, second] = effects;
    expect(first?.knob).toBe('rate');
    expect(first?.importance).toBeGreaterThan(3 * (second?.importance ?? 1));
    expect(first?.sweep[0]?.margins.load).toBeGreaterThan(0.5);
    expect(first?.sweep.at(-1)?.margins.load).toBeLessThan(-0.3);
  });

  it('sweeps few values of a knob that has very many', () => {
    const [rate] = problem.space;
    const domain = { type: 'integer', low: 1, high: 2 ** 40 } as const;
    const bytes: Problem = { ...problem, space: [rate!, { name: 'bytes', domain }] };
    const trials = [1, 4].map((value) => ({ ...trial(value), configuration: { rate: value, bytes: 4096 } }));
    const effects = knobEffects(bytes, trials, { rate: 1, bytes: 4096 });
    const sweep = effects.find(({ knob }) => knob === 'bytes')?.sweep;
    expect(sweep?.map(({ value }) => value)).toHaveLength(9);
    expect([sweep?.[0]?.value, sweep?.at(-1)?.value]).toEqual([1, 2 ** 40]);
  });

  it('has nothing to say before the first trial', () => {
    expect(knobEffects(problem, [], { rate: 5, idle: 5 })).toEqual([]);
  });
});
