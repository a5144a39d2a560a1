import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { TopicWindow } from './topic-window.ts';

function windowOf(times: number[], options: { capacity?: number; sinceMs?: number } = {}): TopicWindow {
  const window = new TopicWindow({ topic: 'scan', sinceMs: -10_000, ...options });
  for (const arrivalMs of times) window.record({ arrivalMs, stampMs: arrivalMs - 7, bytes: 100 });
  return window;
}

function periodic(rateHz: number, phaseMs: number, endMs: number): number[] {
  const periodMs = 1000 / rateHz;
  return Array.from({ length: Math.ceil((endMs - phaseMs) / periodMs) }, (_, i) => phaseMs + i * periodMs);
}

describe('TopicWindow', () => {
  it.each([0.7, 5, 19.9, 20, 30, 200])('measures %d Hz whatever the phase of the window', (rate) => {
    for (let phase = 0.5; phase < 1000 / rate; phase += 97 / rate) {
      const stats = windowOf(periodic(rate, phase, 10_000)).stats(10_000, 6500);
      expect(stats.rateHz).toBeCloseTo(rate, 6);
      expect(stats.periodJitterMs).toBeCloseTo(0, 6);
    }
  });

  it('stays within one message of count / window for irregular arrivals (seed 3)', () => {
    const random = seededRandom(3);
    for (let round = 0; round < 200; round++) {
      const times = Array.from({ length: 40 }, () => 1 + 1998 * random.next()).sort((a, b) => a - b);
      const { count, rateHz } = windowOf(times).stats(2000, 2000);
      expect(count).toBe(40);
      expect(Math.abs(rateHz - 20)).toBeLessThan(1.1);
    }
  });

  it('is 0 Hz for a silent topic, with a gap as long as the window', () => {
    const stats = windowOf([]).stats(5000, 2000);
    expect(stats).toMatchObject({ count: 0, rateHz: 0, maxGapMs: 2000, bytesPerSecond: 0 });
    expect(stats.age).toBeUndefined();
  });

  it('counts one message over the window', () => {
    expect(windowOf([4500]).stats(5000, 2000)).toMatchObject({ count: 1, rateHz: 0.5, maxGapMs: 1500 });
  });

  it('charges a topic that stops for its silence', () => {
    const stats = windowOf(periodic(10, 50, 1000)).stats(4000, 4000);
    expect(stats.rateHz).toBeGreaterThan(2);
    expect(stats.rateHz).toBeLessThan(2.5);
    expect(stats.maxGapMs).toBeCloseTo(3050, 6);
  });

  it('gives age, jitter, bytes and the longest gap', () => {
    const stats = windowOf([100, 200, 400]).stats(500, 500);
    expect(stats.age).toMatchObject({ count: 3, p50Ms: 7, maxMs: 7 });
    expect(stats.periodJitterMs).toBe(50);
    expect(stats.bytesPerSecond).toBe(600);
    expect(stats.maxGapMs).toBe(200);
  });

  it('tells what it brings per second of listening', () => {
    const window = windowOf([...periodic(10, 50, 1000), ...periodic(100, 2005, 2500)]);
    expect(window.load(2500, 500)).toEqual({
      messagesPerSecond: 100,
      bytesPerSecond: 10_000,
      observedMs: 500,
    });
    window.pause(2500);
    window.resume(3500);
    window.record({ arrivalMs: 3510, stampMs: undefined, bytes: 300 });
    expect(window.load(4000, 2000)).toEqual({
      messagesPerSecond: 51,
      bytesPerSecond: 5300,
      observedMs: 1000,
    });
    expect(windowOf([]).load(0, 1000)).toEqual({ messagesPerSecond: 0, bytesPerSecond: 0, observedMs: 1000 });
  });

  it('leaves out what lies before and after the window', () => {
    expect(windowOf([1000, 1500, 2000, 2500]).stats(2000, 1000).count).toBe(2);
  });

  it('speaks of the time that it covers when the ring has dropped messages', () => {
    const stats = windowOf(periodic(100, 10, 10_000), { capacity: 50 }).stats(10_000, 5000);
    expect(stats.rateHz).toBeCloseTo(100, 6);
    expect(stats.maxGapMs).toBeLessThan(11);
  });

  it('does not count silence from before it listened', () => {
    const stats = windowOf(periodic(10, 3050, 4000), { sinceMs: 3000 }).stats(4000, 4000);
    expect(stats.rateHz).toBeCloseTo(10, 6);
    expect(stats.maxGapMs).toBeLessThan(101);
  });

  it('does not count the silence in which a new subscription is not yet connected, but all of a late beginner', () => {
    const connected = windowOf(periodic(10, 1850, 4000), { sinceMs: 1000 }).stats(4000, 3000);
    expect(connected.rateHz).toBeCloseTo(10, 6);
    expect(connected.observedMs).toBeCloseTo(2150, 1);
    expect(connected.maxGapMs).toBeCloseTo(100, 6);
    expect(windowOf(periodic(10, 3550, 4000), { sinceMs: 1000 }).stats(4000, 3000).rateHz).toBeLessThan(2);
  });

  it('starts anew when the clock jumps back, and bears small steps back', () => {
    const window = windowOf([50_000, 50_100, 50_050]);
    expect(window.stats(50_100, 500).count).toBe(3);
    for (const arrivalMs of [100, 200, 300]) window.record({ arrivalMs, stampMs: undefined, bytes: 1 });
    expect(window.stats(300, 1000).rateHz).toBeCloseTo(10, 6);
    expect(window.stats(50_100, 500).count).toBe(0);
  });

  it('sums up the intervals', () => {
    expect(windowOf([100, 200, 400, 500]).stats(500, 500).period).toMatchObject({
      count: 3,
      p50Ms: 100,
      maxMs: 200,
    });
    expect(windowOf([100]).stats(500, 500).period).toBeUndefined();
  });

  it('keeps its memory and its answers at twenty times the capacity', () => {
    const stats = windowOf(periodic(1000, 0.5, 80_000), { capacity: 4000 }).stats(80_000, 60_000);
    expect(stats.count).toBe(3999);
    expect(stats.rateHz).toBeCloseTo(1000, 3);
  });

  it('counts what the publisher numbered and what never came, in the window', () => {
    const window = windowOf([]);
    for (const [arrivalMs, lost] of [
      [1000, 0],
      [2000, 3],
      [3000, 2],
    ] as const)
      window.record({ arrivalMs, stampMs: undefined, bytes: 1, lost });
    expect(window.stats(3000, 3000).lostCounted).toBe(5);
    expect(window.stats(3000, 1500).lostCounted).toBe(5);
    expect(window.stats(3000, 1000).lostCounted).toBe(2);
    expect(windowOf([1000]).stats(3000, 3000).lostCounted).toBeUndefined();
  });

  describe('listened to in short windows', () => {
    /** Of each second the first 100 ms and more are heard. */
    function sampled(times: number[], spans: [number, number][]): TopicWindow {
      const window = new TopicWindow({ topic: 'scan', sinceMs: 0 });
      window.pause(0);
      for (const [fromMs, toMs] of spans) {
        window.resume(fromMs);
        for (const arrivalMs of times.filter((time) => time > fromMs && time <= toMs))
          window.record({ arrivalMs, stampMs: undefined, bytes: 100 });
        window.pause(toMs);
      }
      return window;
    }
    const spans: [number, number][] = [
      [1000, 1200],
      [2000, 2200],
      [3000, 3200],
    ];

    it('says the rate, how much it heard, and nothing of the silence in between', () => {
      const stats = sampled(periodic(100, 1, 4000), spans).stats(4000, 3500);
      expect(stats.rateHz).toBeCloseTo(100, 6);
      expect(stats).toMatchObject({ count: 60, observedMs: 600, bytesPerSecond: 10_000 });
      expect(stats.maxGapMs).toBeCloseTo(10, 6);
      expect(stats.rateErrorHz).toBeCloseTo(0, 6);
    });

    it('holds the true rate within its error, 95 times of 100 (seed 8)', () => {
      const random = seededRandom(8);
      let held = 0;
      const rounds = 400;
      for (let round = 0; round < rounds; round++) {
        const times: number[] = [];
        let timeMs = 0;
        while (timeMs < 4000) {
          times.push(timeMs);
          timeMs -= 10 * Math.log(1 - random.next());
        }
        const { rateHz, rateErrorHz } = sampled(times, spans).stats(4000, 4000);
        if (Math.abs(rateHz - 100) <= rateErrorHz) held++;
      }
      expect(held / rounds).toBeGreaterThan(0.9);
      expect(held / rounds).toBeLessThan(0.99);
    });

    it('charges a topic for the silence that it heard', () => {
      const stats = sampled(periodic(100, 1, 2100), spans).stats(4000, 4000);
      expect(stats.rateHz).toBeLessThan(100 * (350 / 600));
    });

    it('speaks of the last time that it listened when that was before the window', () => {
      expect(sampled(periodic(100, 1, 4000), spans).stats(9000, 1000)).toMatchObject({
        count: 20,
        observedMs: 200,
      });
    });

    it('has no error where it listened all the time, even if it began late', () => {
      expect(windowOf(periodic(10, 3050, 4000), { sinceMs: 3000 }).stats(4000, 4000).rateErrorHz).toBe(0);
    });
  });
});
