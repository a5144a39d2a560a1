import { describe, expect, it } from 'vitest';
import { normal, type Random, seededRandom } from '../random.ts';
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

  it.each([-2, Number.NaN, Number.POSITIVE_INFINITY])('has no rate of %d', (rateHz) => {
    expect(() => new RateGate(rateHz)).toThrow(RangeError);
    expect(() => new RateGate(1).setRate(rateHz)).toThrow(RangeError);
  });
});
