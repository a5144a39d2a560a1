import { describe, expect, it } from 'vitest';
import { promising } from './acquisition.ts';
import type { Observation } from './designer.ts';
import { line, problem, trial } from './one-knob.fixture.ts';
import { logSecuredGain } from './secured-gain.ts';
import { Surrogate } from './surrogate.ts';

/** Rates from 5.7 on lie so close to the bound of 6 that measurements cannot tell. */
function gainAmong(observations: readonly Observation[]) {
  const surrogate = Surrogate.fit(problem, observations, { guardDeviations: 0.5 }) as Surrogate;
  const options = { surrogate, problem, observations, leading: promising(surrogate) };
  const gain = logSecuredGain(options);
  return gain && ((rate: number) => gain(surrogate.space.encode({ rate, idle: 5 }) as number[]));
}

describe('what a trial gains for the recommendation', () => {
  it('is most between what can be trusted and the bound, and next to nothing beyond either', () => {
    const gain = gainAmong(line)!;
    expect(gain(5.3)).toBeGreaterThan(gain(4.5));
    expect(gain(5.3)).toBeGreaterThan(gain(6.5));
    expect(gain(4.5)).toBeGreaterThan(gain(3));
  });

  it('does not count from a better one that failed once', () => {
    const proven = gainAmong(line)!;
    const doubted = gainAmong([...line, trial(5, -0.5)])!;
    // With 5 no longer to be recommended, what lies between 4 and it would be a gain again.
    expect(doubted(4.5) - doubted(5.3)).toBeGreaterThan(proven(4.5) - proven(5.3));
  });

  it('counts from the worst that is probably feasible while nothing can be trusted', () => {
    const cut = line.map((one) => ({ ...one, censored: true }));
    const [trusted, untrusted] = [gainAmong(line)!, gainAmong(cut)!];
    expect(Math.exp(trusted(3))).toBeLessThan(0.1);
    expect(Math.exp(untrusted(3))).toBeGreaterThan(1);
  });

  it('is unknown while nothing is probably feasible', () => {
    expect(gainAmong([trial(9), trial(10)])).toBeUndefined();
  });
});
