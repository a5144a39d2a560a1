import { describe, expect, it } from 'vitest';
import { normal, type Random, seededRandom } from '../random.ts';
import { Lateness } from './lateness.ts';
import { RateGate } from './rate-gate.ts';

const seed = 20;

/** Arrival times of a source whose periods vary with a standard deviation of 5 %. */
function arrivals(sourceHz: number, seconds: number, random: Random): number[] {
  const times = [5e6];
  for (let i = 1; i < sourceHz * seconds; i++) {
    const periodMs = (1000 / sourceHz) * Math.max(0, 1 + 0.05 * normal(random));
    times.push((times[i - 1] as number) + periodMs);
  }
  return times;
}

describe('RateGate', () => {
  it.each([10, 30, 60, 200])(
    `delivers what is asked of %d Hz within 0.5 % (seed ${seed})`,
    { timeout: 60_000 },
    (sourceHz) => {
      const times = arrivals(sourceHz, 400, seededRandom(seed));
      const seconds = ((times.at(-1) as number) - (times[0] as number)) / 1000;
      for (let requestHz = 1; requestHz <= sourceHz; requestHz++) {
        const gate = new RateGate(requestHz);
        const passed = times.filter((nowMs) => gate.admit(nowMs)).length;
        const deviation = Math.abs(passed / seconds / requestHz - 1);
        expect(deviation, `request ${requestHz} Hz`).toBeLessThan(0.005);
      }
    },
  );

  it('delivers fractions of a hertz', () => {
    const gate = new RateGate(0.25);
    let passed = 0;
    for (let nowMs = 0; nowMs < 400_000; nowMs += 100) if (gate.admit(nowMs)) passed++;
    expect(passed).toBe(100);
  });

  it('passes everything when asked for more than there is', () => {
    const gate = new RateGate(45);
    expect(arrivals(30, 10, seededRandom(seed)).every((nowMs) => gate.admit(nowMs))).toBe(true);
  });

  it('tells off from unlimited', () => {
    const off = new RateGate(0);
    const unlimited = new RateGate(-1);
    for (let nowMs = 0; nowMs < 1000; nowMs += 10) {
      expect(off.admit(nowMs)).toBe(false);
      expect(unlimited.admit(nowMs)).toBe(true);
    }
  });

  it('passes the first message, also after it was off', () => {
    const gate = new RateGate(1);
    expect(gate.admit(0)).toBe(true);
    expect(gate.admit(1)).toBe(false);
    gate.setRate(0);
    expect(gate.admit(2)).toBe(false);
    gate.setRate(1);
    expect(gate.admit(3)).toBe(true);
    expect(gate.admit(4)).toBe(false);
  });

  it('follows a new rate at once', () => {
    const gate = new RateGate(30);
    const count = (fromMs: number) => {
      let passed = 0;
      for (let nowMs = fromMs; nowMs < fromMs + 10_000; nowMs += 20) if (gate.admit(nowMs)) passed++;
      return passed;
    };
    expect(Math.abs(count(0) - 300)).toBeLessThanOrEqual(1);
    gate.setRate(5);
    expect(gate.rateHz).toBe(5);
    expect(Math.abs(count(10_000) - 50)).toBeLessThanOrEqual(2);
  });

  it('lets at most two messages pass back to back after a pause', () => {
    const gate = new RateGate(10);
    gate.admit(0);
    const burst = [0, 1, 2, 3, 4].map((offset) => gate.admit(60_000 + offset));
    expect(burst).toEqual([true, true, false, false, false]);
  });

  it('does not stall or burst when time goes back', () => {
    const gate = new RateGate(10);
    gate.admit(1_000_000);
    expect(gate.admit(0)).toBe(false);
    let passed = 0;
    for (let nowMs = 10; nowMs <= 10_000; nowMs += 10) if (gate.admit(nowMs)) passed++;
    expect(passed).toBe(100);
  });

  it('bounds the burst after a jump forward, and goes on at its rate', () => {
    const gate = new RateGate(10);
    const count = (fromMs: number, seconds: number) => {
      let passed = 0;
      for (let i = 0; i < seconds * 60; i++) if (gate.admit(fromMs + (i * 1000) / 60)) passed++;
      return passed;
    };
    expect(count(0, 10)).toBe(100);
    const afterJump = count(3_600_000, 10);
    expect(afterJump).toBeGreaterThanOrEqual(100);
    expect(afterJump).toBeLessThanOrEqual(102);
  });

  describe('with a reader that stands still for 80 ms once a second', () => {
    const stallMs = 80;
    const stamps = arrivals(60, 400, seededRandom(seed));
    // What came meanwhile is read at the end, back to back.
    const read = stamps.map((ms, i) => ms + Math.max(0, stallMs - (ms % 1000)) + i * 1e-3);
    const seconds = ((read.at(-1) as number) - (read[0] as number)) / 1000;

    it.each([1, 10, 30, 45, 59])(
      'delivers %d of 60 Hz within 0.5 % when messages are stamped',
      (requestHz) => {
        const gate = new RateGate(requestHz);
        const lateness = new Lateness();
        const passed = read.filter((nowMs, i) => gate.admit(nowMs, lateness.of(stamps[i] as number, nowMs)));
        expect(Math.abs(passed.length / seconds / requestHz - 1)).toBeLessThan(0.005);
      },
    );
  });

  describe('on a clock that ticks coarser than messages come', () => {
    const tickMs = 100;
    const ticked = (times: number[]) => times.map((ms) => Math.floor(ms / tickMs) * tickMs);

    it.each([30, 60, 200])('delivers what is asked of %d Hz within 0.5 %', (sourceHz) => {
      const times = arrivals(sourceHz, 400, seededRandom(seed));
      const seconds = ((times.at(-1) as number) - (times[0] as number)) / 1000;
      for (let requestHz = 1; requestHz <= sourceHz; requestHz++) {
        const gate = new RateGate(requestHz);
        const passed = ticked(times).filter((nowMs) => gate.admit(nowMs)).length;
        const deviation = Math.abs(passed / seconds / requestHz - 1);
        expect(deviation, `request ${requestHz} Hz`).toBeLessThan(0.005);
      }
    });

    it('lets no more pass after a jump forward than two ticks bring', () => {
      const gate = new RateGate(30);
      const count = (times: number[]) => ticked(times).filter((nowMs) => gate.admit(nowMs)).length;
      const steady = arrivals(60, 10, seededRandom(seed));
      const before = count(steady);
      const after = count(steady.map((ms) => ms + 3_600_000));
      expect(after - before).toBeGreaterThanOrEqual(0);
      expect(after - before).toBeLessThanOrEqual(2 * 7);
    });
  });

  it.each([-2, Number.NaN, Number.POSITIVE_INFINITY])('has no rate of %d', (rateHz) => {
    expect(() => new RateGate(rateHz)).toThrow(RangeError);
    expect(() => new RateGate(1).setRate(rateHz)).toThrow(RangeError);
  });
});
