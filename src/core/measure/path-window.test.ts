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
    const { latency, unmatched } = window.stats(1100, 200);
    expect(latency).toMatchObject({ count: 1, maxMs: 30 });
    expect(unmatched).toBe(0);
  });

  it('does not count stamps that never set out, and says how many', () => {
    const window = new PathWindow({ path });
    window.record('cmd_vel', 1030, 1000);
    window.record('cmd_vel', 1050, 1000);
    window.record('cmd_vel', 1060, 1010);
    expect(window.stats(1100, 200)).toMatchObject({ latency: { count: 0 }, unmatched: 2 });
    expect(window.stats(1100, 45)).toMatchObject({ unmatched: 1 });
    expect(window.stats(1020, 200)).toMatchObject({ unmatched: 0 });
  });

  it('bears that the end is heard before the start', () => {
    const window = new PathWindow({ path });
    window.record('cmd_vel', 1030, 1000);
    window.record('image', 1031, 1000);
    const { latency, unmatched } = window.stats(1100, 200);
    expect(latency).toMatchObject({ count: 1, maxMs: 30 });
    expect(unmatched).toBe(0);
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

  describe('says what it does not contain', () => {
    const always = [
      'from the event itself to its stamp on image',
      'from the arrival on cmd_vel to its effect',
    ];

    function unseen(messages: [string, number | undefined][]): string[] {
      const window = new PathWindow({ path });
      for (const [topic, stampMs] of messages) window.record(topic, 1010, stampMs);
      return window.stats(1100, 200).unseen;
    }

    it('of a path in order, only the way before the first stamp and after the last arrival', () => {
      expect(
        unseen([
          ['image', 1000],
          ['detections', 1000],
          ['cmd_vel', 1000],
        ]),
      ).toEqual(always);
    });

    it('whatever the order in which its ends are heard', () => {
      expect(
        unseen([
          ['cmd_vel', 1000],
          ['image', 1000],
          ['detections', 1000],
        ]),
      ).toEqual(always);
    });

    it('a topic in between that was not heard, or sets stamps of its own', () => {
      const ends: [string, number][] = [
        ['image', 1000],
        ['cmd_vel', 1000],
      ];
      expect(unseen(ends)).toEqual([...always, 'detections: not heard']);
      expect(unseen([...ends, ['detections', 1005]])).toEqual([
        ...always,
        'detections: carries other stamps than image',
      ]);
      expect(unseen([...ends, ['detections', undefined]])).toEqual([
        ...always,
        'detections: carries no stamps',
      ]);
    });

    it('why a path cannot be measured at all', () => {
      expect(unseen([['image', 1000]])).toContain('cmd_vel: not heard, so that the path cannot be measured');
      expect(
        unseen([
          ['image', 1000],
          ['cmd_vel', undefined],
        ]),
      ).toContain('cmd_vel: carries no stamps, so that the path cannot be measured');
      expect(
        unseen([
          ['image', 1000],
          ['cmd_vel', 1009],
        ]),
      ).toContain('cmd_vel: carries other stamps than image, so that the path cannot be measured');
    });

    it('only of the window', () => {
      const window = new PathWindow({ path });
      for (const topic of path) window.record(topic, 1010, 1000);
      expect(window.stats(3000, 200).unseen).toHaveLength(5);
    });
  });
});
