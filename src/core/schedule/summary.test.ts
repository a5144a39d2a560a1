import { describe, expect, it } from 'vitest';
import { jainIndex, Summary } from './summary.ts';
import type { Fate } from './task.ts';

function record(id: number, createdMs: number, fate: Fate, source = 'drone0') {
  const task = { id, source, model: 'HV', createdMs, deadlineMs: createdMs + 650 };
  return { task, fate, atMs: createdMs + 400, reason: 'test', utility: fate === 'on-time-edge' ? 124 : 0 };
}

describe('Summary', () => {
  it('counts ends, judges each window of QoE once, and pays the bonus of those that met the rule', () => {
    const summary = new Summary({
      qoe: { windowMs: 1000, required: 0.5 },
      bonus: () => 10,
      longestLifeMs: 2000,
    });
    // 3 of 4 in the first second, 0 of 1 in the second, 1 of 1 in the third; one of the first ends last.
    const ends: [number, Fate][] = [
      [100, 'on-time-edge'],
      [200, 'on-time-edge'],
      [300, 'dropped-cost'],
      [1100, 'expired-edge'],
      [900, 'on-time-edge'],
      [2100, 'on-time-edge'],
    ];
    ends.forEach(([createdMs, fate], id) => {
      summary.add(record(id, createdMs, fate), 'edge0');
    });
    expect(summary.finish()).toMatchObject({
      ended: 6,
      fates: { 'on-time-edge': 4, 'dropped-cost': 1, 'expired-edge': 1 },
      utility: 4 * 124,
      qoeWindows: 3,
      qoeMetPercent: expect.closeTo(66.7, 1),
      qoeBonus: 20,
    });
  });

  it('judges a window once, however many others its tasks outlive', () => {
    const summary = new Summary({
      qoe: { windowMs: 100, required: 0.9 },
      bonus: () => 10,
      longestLifeMs: 2000,
    });
    // Every second task ends on time, 400 ms after it was created; the others of its window fail a second later.
    for (let i = 0; i < 60; i++) {
      summary.add(record(2 * i, 100 * i, 'on-time-edge'), 'edge0');
      if (i >= 10) summary.add(record(2 * i + 1, 100 * (i - 10), 'failed-cloud'), 'edge0');
    }
    // The last ten windows have nothing but their task on time.
    expect(summary.finish()).toMatchObject({
      qoeWindows: 60,
      qoeMetPercent: expect.closeTo(100 / 6),
      qoeBonus: 100,
    });
  });

  it('says how alike the drones are served', () => {
    const summary = new Summary({
      qoe: { windowMs: 1000, required: 0.9 },
      bonus: () => 0,
      longestLifeMs: 2000,
    });
    summary.add(record(0, 0, 'on-time-edge', 'a'), 'edge0');
    summary.add(record(1, 0, 'expired-edge', 'b'), 'edge0');
    const { fairness, byDrone } = summary.finish();
    expect(fairness).toBe(0.5);
    expect(byDrone).toMatchObject({ a: { ended: 1, onTime: 1 }, b: { ended: 1, onTime: 0 } });
    expect(jainIndex([0.3, 0.3, 0.3])).toBeCloseTo(1);
    expect(jainIndex([])).toBe(1);
  });
});
