import { Ring } from './ring.ts';
import { SystemCounter } from './system-counter.ts';

/** What a look at the platform gave, by reading. */
export type PlatformReadings = {
  /** Values of this moment: a temperature in C, a power in W. */
  gauges: Record<string, number>;
  /** Totals whose growth per millisecond is the reading: CPU ms give cores, mJ give W, percent times ms give %. */
  counters: Record<string, number>;
};

/** A window that is shorter than the time between two looks still gets the last one, if it is not older than this. */
const longestLookMs = 2500;

/** The platform's readings over trailing windows. Times are of one clock that never goes back. */
export class SystemReadings {
  readonly #gauges = new Map<string, Ring<{ timeMs: number; value: number }>>();
  readonly #counters = new Map<string, SystemCounter>();

  /** Files one look; a reading that is not there this time is simply not filed. */
  record(timeMs: number, { gauges, counters }: PlatformReadings): void {
    for (const [reading, value] of Object.entries(gauges)) {
      const ring = this.#gauges.get(reading) ?? new Ring(512);
      ring.push({ timeMs, value });
      this.#gauges.set(reading, ring);
    }
    for (const [reading, total] of Object.entries(counters)) {
      const counter = this.#counters.get(reading) ?? new SystemCounter();
      counter.record(timeMs, total);
      this.#counters.set(reading, counter);
    }
  }

  /** Mean of each gauge and growth of each counter over (endMs - windowMs, endMs]; only what was really read in it. */
  build(endMs: number, windowMs: number): Record<string, number> {
    const spanMs = Math.max(windowMs, longestLookMs);
    const readings: Record<string, number> = {};
    for (const [reading, ring] of this.#gauges) {
      const value = meanSince(ring, endMs - windowMs) ?? meanSince(ring, endMs - spanMs);
      if (value !== undefined) readings[reading] = value;
    }
    for (const [reading, counter] of this.#counters) {
      const rate = counter.ratePerMs(endMs, windowMs) ?? counter.ratePerMs(endMs, spanMs);
      if (rate !== undefined) readings[reading] = rate;
    }
    return readings;
  }
}

function meanSince(ring: Iterable<{ timeMs: number; value: number }>, fromMs: number): number | undefined {
  const values = [...ring].filter(({ timeMs }) => timeMs > fromMs).map(({ value }) => value);
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}
