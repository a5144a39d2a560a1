import { describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../../random.ts';
import { DriftTest } from './drift-test.ts';

const [mean, deviation] = [20, 0.5];

/** Windows until the alarm, at most `most`; `shift` in deviations begins after `steady` windows. */
function windowsUntilAlarm(options: {
  seed: number;
  most: number;
  threshold: number;
  steady?: number;
  shift?: number;
}) {
  const { seed, most, threshold, steady = 0, shift = 0 } = options;
  const random = seededRandom(seed);
  const test = new DriftTest({ allowance: 1, threshold });
  for (let i = 0; i < steady; i++) test.observe(mean + deviation * normal(random));
  if (test.alarm) return 0;
  for (let i = 1; i <= most; i++) {
    test.observe(mean + deviation * (shift + normal(random)));
    if (test.alarm) return i;
  }
  return Number.POSITIVE_INFINITY;
}

/** Mean windows to a false alarm on each side and both (Siegmund 1985), for an allowance of 1. */
const expectedWindows = (threshold: number) => {
  const b = threshold + 1.166;
  return (Math.exp(2 * b) - 2 * b - 1) / 4;
};

describe('DriftTest', () => {
  it.each([3, 4])('alarms falsely as seldom as theory says, at a threshold of %d', (threshold) => {
    const [runs, windows] = [1000, 500];
    let alarms = 0;
    for (let seed = 0; seed < runs; seed++)
      if (windowsUntilAlarm({ seed, most: windows, threshold }) <= windows) alarms++;
    const expected = 1 - Math.exp(-windows / expectedWindows(threshold));
    expect(alarms / runs).toBeGreaterThan(expected / 2);
    expect(alarms / runs).toBeLessThan(expected * 2);
  });

  it('alarms falsely in less than 1 of 50 runs of 500 windows at the threshold that is usual, 5', () => {
    const runs = 400;
    const alarms = Array.from({ length: runs }, (_, seed) =>
      windowsUntilAlarm({ seed, most: 500, threshold: 5 }),
    );
    expect(alarms.filter(Number.isFinite).length / runs).toBeLessThan(0.02);
  });

  it.each([
    { shift: 3, steady: 50, median: 4, found: 1 },
    { shift: -3, steady: 50, median: 4, found: 1 },
    { shift: 5, steady: 20, median: 3, found: 1 },
    { shift: 2, steady: 50, median: 8, found: 0.9 },
    { shift: 3, steady: 20, median: 6, found: 0.9 },
  ])('finds a shift by $shift deviations after $steady windows within $median, mostly', (expected) => {
    const { shift, steady, median, found } = expected;
    const runs = 400;
    const delays = Array.from({ length: runs }, (_, seed) =>
      windowsUntilAlarm({ seed: seed + 10_000, most: 100, threshold: 5, steady, shift }),
    ).sort((a, b) => a - b);
    expect(delays[runs / 2]).toBeLessThanOrEqual(median);
    expect(delays.filter(Number.isFinite).length / runs).toBeGreaterThanOrEqual(found);
    expect(delays[0]).toBeGreaterThan(0);
  });

  it('says which way, whatever the unit', () => {
    for (const unit of [1e-6, 1, 1e6]) {
      const test = new DriftTest({ allowance: 1, threshold: 5 });
      for (let i = 0; i < 20; i++) test.observe(unit * (20 + (i % 3)));
      expect(test.alarm).toBeUndefined();
      for (let i = 0; i < 5; i++) test.observe(unit * 26);
      expect(test.alarm).toBe('up');
    }
  });

  it('takes a hundredth more of what never varies for no drift, and a tenth more for one', () => {
    for (const [factor, alarm] of [
      [1.01, undefined],
      [1.1, 'up'],
    ] as const) {
      const test = new DriftTest({ allowance: 1, threshold: 5 });
      for (let i = 0; i < 30; i++) test.observe(50);
      for (let i = 0; i < 5; i++) test.observe(50 * factor);
      expect(test.alarm).toBe(alarm);
    }
  });

  it('leaves out what could not be measured', () => {
    const test = new DriftTest({ allowance: 1, threshold: 5 });
    for (let i = 0; i < 30; i++) test.observe(i % 7 === 3 ? Number.NaN : 20 + (i % 2));
    for (let i = 0; i < 6; i++) test.observe(30);
    expect(test.alarm).toBe('up');
  });
});
