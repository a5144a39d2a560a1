import { describe, expect, it } from 'vitest';
import { DutyCycle, isHeavy } from './duty-cycle.ts';

/** Runs a cycle over a source and gives the share of the time that it listened, and of the messages that it heard. */
function run({
  share,
  rateHz,
  seconds,
  listenMs = 300,
}: {
  share: number;
  rateHz: number;
  seconds: number;
  listenMs?: number;
}) {
  const cycle = new DutyCycle({ share, listenMs, nowMs: 0 });
  const periodMs = rateHz > 0 ? 1000 / rateHz : Number.POSITIVE_INFINITY;
  let listened = 0;
  let heard = 0;
  let nextMs = periodMs / 2;
  for (let nowMs = 0; nowMs < seconds * 1000; nowMs++) {
    const isListening = cycle.isListening(nowMs);
    if (isListening) listened++;
    if (nowMs < nextMs) continue;
    nextMs += periodMs;
    if (!isListening) continue;
    heard++;
    cycle.hear(nowMs);
  }
  return { listened: listened / (seconds * 1000), heard: heard / (rateHz * seconds) };
}

describe('DutyCycle', () => {
  it.each([0.05, 0.1, 0.3])('keeps to a share of %d', (share) => {
    for (const rateHz of [5, 30, 300]) {
      const { listened, heard } = run({ share, rateHz, seconds: 600 });
      expect(listened).toBeGreaterThan(0.9 * share);
      expect(listened).toBeLessThan(1.1 * share);
      expect(heard).toBeLessThan(1.3 * share);
    }
  });

  it('hears a hundred messages of a fast topic at a time, as often as of others', () => {
    expect(run({ share: 0.1, rateHz: 1000, seconds: 600 }).heard).toBeCloseTo(100 / 3000, 3);
  });

  it('listens always with a share of 1', () => {
    for (const rateHz of [30, 1000]) expect(run({ share: 1, rateHz, seconds: 60 }).heard).toBeCloseTo(1, 3);
  });

  it('waits for messages of a slow topic, but does not wait for ever for a silent one', () => {
    expect(run({ share: 0.1, rateHz: 2, seconds: 600 }).heard).toBeGreaterThan(0.05);
    expect(run({ share: 0.1, rateHz: 0, seconds: 600 }).listened).toBeLessThan(0.11);
  });

  it('listens again when the clock goes back', () => {
    const cycle = new DutyCycle({ share: 0.1, listenMs: 100, nowMs: 1_000_000 });
    for (let i = 0; i < 10; i++) cycle.hear(1_000_000 + i);
    expect(cycle.isListening(1_000_200)).toBe(false);
    expect(cycle.isListening(5)).toBe(true);
  });
});

describe('isHeavy', () => {
  it('goes by bytes or by rate, and lets a topic off only at half', () => {
    const light = { bytesPerSecond: 1.9e6, messagesPerSecond: 190 };
    expect(isHeavy(light, false)).toBe(false);
    expect(isHeavy(light, true)).toBe(true);
    expect(isHeavy({ ...light, messagesPerSecond: 200 }, false)).toBe(true);
    expect(isHeavy({ ...light, bytesPerSecond: 2e6 }, false)).toBe(true);
    expect(isHeavy({ bytesPerSecond: 0.9e6, messagesPerSecond: 90 }, true)).toBe(false);
  });
});
