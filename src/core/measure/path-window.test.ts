import { describe, expect, it } from 'vitest';
import { PathWindow } from './path-window.ts';

const path = ['image', 'detections', 'cmd_vel'];

describe('PathWindow', () => {
  it('measures from the stamp to the arrival at the end', () => {
    const window = new PathWindow({ path });
    for (const [stamp, latency] of [
      [1000, 40],
      [1100, 60],
      [1200, 80],
    ] as const) {
      window.record('image', stamp + 5, stamp);
      window.record('detections', stamp + 20, stamp);
      window.record('cmd_vel', stamp + latency, stamp);
    }
    const { latency, path: measured } = window.stats(2000, 1500);
    expect(measured).toEqual(path);
    expect(latency).toMatchObject({ count: 3, meanMs: 60, p50Ms: 60, maxMs: 80 });
  });

  it('does not need the topics in between', () => {
    const window = new PathWindow({ path });
    window.record('image', 1001, 1000);
    window.record('cmd_vel', 1030, 1000);
    expect(window.stats(1100, 200).latency).toMatchObject({ count: 1, maxMs: 30 });
  });

  it('counts a stamp once, at its first arrival', () => {
    const window = new PathWindow({ path });
    window.record('image', 1001, 1000);
    window.record('cmd_vel', 1030, 1000);
    window.record('cmd_vel', 1080, 1000);
    window.record('image', 1090, 1000);
    window.record('cmd_vel', 1095, 1000);
    expect(window.stats(1100, 200).latency).toMatchObject({ count: 1, maxMs: 30 });
    expect(window.unmatched).toBe(0);
  });

  it('does not count stamps that never set out, and says how many', () => {
    const window = new PathWindow({ path });
    window.record('cmd_vel', 1030, 1000);
    window.record('cmd_vel', 1050, 1000);
    window.record('cmd_vel', 1060, 1010);
    expect(window.stats(1100, 200).latency.count).toBe(0);
    expect(window.unmatched).toBe(2);
  });

  it('bears that the end is heard before the start', () => {
    const window = new PathWindow({ path });
    window.record('cmd_vel', 1030, 1000);
    window.record('image', 1031, 1000);
    expect(window.stats(1100, 200).latency).toMatchObject({ count: 1, maxMs: 30 });
    expect(window.unmatched).toBe(0);
  });

  it('files a latency under its arrival', () => {
    const window = new PathWindow({ path });
    for (const stamp of [1000, 2000, 3000]) {
      window.record('image', stamp, stamp);
      window.record('cmd_vel', stamp + 500, stamp);
    }
    expect(window.stats(2500, 1000).latency.count).toBe(1);
    expect(window.stats(3400, 500).latency.count).toBe(0);
  });

  it('forgets the oldest stamps, never more', () => {
    const window = new PathWindow({ path, capacity: 10 });
    for (let stamp = 0; stamp < 100; stamp++) window.record('image', stamp, stamp);
    for (let stamp = 0; stamp < 100; stamp++) window.record('cmd_vel', 100, stamp);
    expect(window.stats(100, 100).latency).toMatchObject({ count: 10, maxMs: 10 });
    expect(window.unmatched).toBe(90);
  });

  it('starts anew when the clock jumps back', () => {
    const window = new PathWindow({ path });
    window.record('image', 50_000, 50_000);
    window.record('cmd_vel', 50_050, 50_000);
    window.record('image', 10, 10);
    window.record('cmd_vel', 40, 10);
    expect(window.stats(50_050, 100).latency.count).toBe(0);
    expect(window.stats(100, 100).latency).toMatchObject({ count: 1, maxMs: 30 });
  });
});
