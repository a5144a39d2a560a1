import { describe, expect, it } from 'vitest';
import { acquisition, harmRules, violationPrice } from './acquisition.ts';
import type { Prediction } from './surrogate.ts';

function believed(mean: number, probability: number, deviation = 1): Prediction {
  const logGuarded = Math.log(probability);
  return {
    objective: { mean, variance: deviation ** 2 },
    margins: [],
    logFeasibility: logGuarded,
    logGuarded,
  };
}

describe('the acquisition', () => {
  it('prefers the safer of two equal promises, and the greater of two equally safe ones', () => {
    expect(acquisition(believed(11, 0.9), 10, 0.02)).toBeGreaterThan(
      acquisition(believed(11, 0.6), 10, 0.02),
    );
    expect(acquisition(believed(12, 0.9), 10, 0.02)).toBeGreaterThan(
      acquisition(believed(11, 0.9), 10, 0.02),
    );
  });

  it('takes a risk for a large promise only while violations are cheap', () => {
    const safe = believed(10, 0.99);
    const risky = believed(14, 0.3);
    expect(acquisition(risky, 10, 0.02)).toBeGreaterThan(acquisition(safe, 10, 0.02));
    expect(acquisition(risky, 10, 0.5)).toBeLessThan(acquisition(safe, 10, 0.5));
  });

  it('still tells apart what promises next to nothing', () => {
    const little = acquisition(believed(4, 1), 10, 0.02);
    const less = acquisition(believed(2, 1), 10, 0.02);
    expect(little).toBeGreaterThan(less);
  });

  it('seeks feasibility while nothing feasible is known', () => {
    expect(acquisition(believed(0, 0.2), undefined, 1)).toBeGreaterThan(
      acquisition(believed(99, 0.1), undefined, 1),
    );
  });
});

describe('the price of a violation', () => {
  const price = (feasible: boolean[]) => violationPrice(feasible, harmRules.priced);

  it('rises with violations after the first feasible trial and falls without', () => {
    const start = price([false, false, true]);
    expect(price([false, false, true, false, false])).toBeGreaterThan(start);
    expect(price([false, false, true, true, true])).toBeLessThan(start);
  });

  it('does not count what came before', () => {
    expect(price([false, false, false, true])).toBe(price([true]));
  });

  it('is nothing where harm is free', () => {
    expect(violationPrice([true, false, false], harmRules.free)).toBe(0);
  });
});
