import { describe, expect, it } from 'vitest';
import { ClockJumps } from './clock-jumps.ts';

/** What each look says: of a clock at `times`, looked at every `everyMs` of steady time. */
function jumpsOf(times: number[], everyMs = 250): boolean[] {
  const jumps = new ClockJumps({ nowMs: times[0] as number, steadyMs: 7_000 });
  return times.slice(1).map((nowMs, i) => jumps.look({ nowMs, steadyMs: 7_000 + (i + 1) * everyMs }));
}

describe('ClockJumps', () => {
  it.each([0, 0.5, 1, 10])('finds none in a clock that runs at %d times real time', (speed) => {
    const times = Array.from({ length: 50 }, (_, i) => 100_000 + speed * 250 * i);
    expect(jumpsOf(times)).not.toContain(true);
  });

  it('finds a jump forward once, and one back', () => {
    expect(jumpsOf([100_000, 100_250, 3_700_500, 3_700_750])).toEqual([false, true, false]);
    expect(jumpsOf([100_000, 100_250, 98_000, 98_250])).toEqual([false, true, false]);
  });

  it('finds the first time of a simulation, whose clock stood at 0 before', () => {
    expect(jumpsOf([0, 0, 100_000])).toEqual([false, true]);
  });

  it('takes no long time without a look for a jump', () => {
    expect(jumpsOf([100_000, 160_000], 60_000)).toEqual([false]);
  });

  it('bears a simulation that stood still for a moment and catches up', () => {
    expect(jumpsOf([100_000, 100_000, 100_000, 100_900, 101_150])).not.toContain(true);
  });
});
