import { describe, expect, it } from 'vitest';
import { Lateness } from './lateness.ts';

/** Lateness of messages that are stamped each 20 ms and arrive `delays` ms later. */
function lateness(delays: number[], clockOffsetMs = 0): number[] {
  const tracker = new Lateness();
  return delays.map((delay, i) => tracker.of(i * 20 + clockOffsetMs, i * 20 + delay));
}

describe('Lateness', () => {
  it('is 0 for a steady age, whatever the clocks say of it', () => {
    for (const offsetMs of [0, -5e8, 3000]) expect(lateness([5, 5, 5, 5], offsetMs)).toEqual([0, 0, 0, 0]);
  });

  it('is what messages waited while their reader stood still', () => {
    expect(lateness([5, 5, 65, 45, 25, 5, 5])).toEqual([0, 0, 60, 40, 20, 0, 0]);
  });

  it('is 0 after a pause of the source', () => {
    const tracker = new Lateness();
    expect(tracker.of(0, 5)).toBe(0);
    expect(tracker.of(700, 705)).toBe(0);
    expect(tracker.of(60_000, 60_005)).toBe(0);
  });

  it('has a limit', () => {
    expect(lateness([5, 500])).toEqual([0, 100]);
  });

  it('is 0 for stamps that stand still, are absent or go back', () => {
    const tracker = new Lateness();
    tracker.of(1000, 1005);
    expect(tracker.of(1000, 1100)).toBe(0);
    expect(tracker.of(0, 1120)).toBe(0);
    expect(tracker.of(0, 1140)).toBe(0);
  });

  it('gets used to a new age within two seconds', () => {
    const found = lateness([...Array(50).fill(5), ...Array(110).fill(50)]);
    expect(found[50]).toBe(45);
    expect(found.at(-1)).toBe(0);
  });

  it('begins anew when time goes back', () => {
    const tracker = new Lateness();
    tracker.of(1e6, 1e6 + 5);
    tracker.of(1000, 1050);
    expect(tracker.of(1020, 1070)).toBe(0);
  });
});
