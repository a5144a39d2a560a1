import { Lateness } from '../../src/core/knobs/lateness.ts';
import { RateGate } from '../../src/core/knobs/rate-gate.ts';
import { normal, seededRandom } from '../../src/core/random.ts';

const requestsHz: Record<number, number[]> = {
  10: [9, 7, 5, 3, 1],
  30: [29, 25, 20, 15, 10, 5, 1],
  60: [59, 50, 45, 40, 31, 30, 25, 20, 15, 10, 1],
  200: [199, 150, 133, 101, 100, 60, 30, 10, 1],
};

type Row = Record<string, string | number>;

const jitter = 0.05;

/**
 * Rates delivered from sources with 5 % jitter, by Trimtab's gate and by the one that ConfigBot published; the
 * latter also from a source without jitter, where it delivers whole fractions of the source's rate.
 */
export function gateTable({ seed, seconds }: { seed: number; seconds: number }): Row[] {
  return Object.entries(requestsHz).flatMap(([source, requests]) => {
    const times = arrivals(Number(source), { seed, seconds, jitter });
    const regular = arrivals(Number(source), { seed, seconds, jitter: 0 });
    return requests.map((askedHz) => {
      const gate = new RateGate(askedHz);
      const ours = deliveredHz(times, (nowMs) => gate.admit(nowMs));
      const published = deliveredHz(times, publishedGate(askedHz));
      return {
        'source, Hz': source,
        'asked, Hz': askedHz,
        'Trimtab, Hz': ours.toFixed(2),
        'error, %': errorPercent(ours, askedHz),
        'published, Hz': published.toFixed(2),
        'its error, %': errorPercent(published, askedHz),
        'without jitter, Hz': deliveredHz(regular, publishedGate(askedHz)).toFixed(2),
      };
    });
  });
}

/** Errors in percent with a reader that stands still for some time once a second, with stamps and without. */
export function stallTable({ seed, seconds }: { seed: number; seconds: number }): Row[] {
  return [0, 20, 40, 80].flatMap((stallMs) =>
    [false, true].map((stamped) => {
      const row: Row = { 'stall, ms': stallMs, stamps: stamped ? 'yes' : 'no' };
      for (const [sourceHz, askedHz] of [
        [60, 30],
        [60, 45],
        [60, 59],
        [200, 100],
        [200, 190],
      ] as const) {
        const stamps = arrivals(sourceHz, { seed, seconds, jitter });
        const read = stamps.map((ms, i) => ms + Math.max(0, stallMs - (ms % 1000)) + i * 1e-3);
        const gate = new RateGate(askedHz);
        const lateness = new Lateness();
        const late = (i: number, nowMs: number) => (stamped ? lateness.of(stamps[i] as number, nowMs) : 0);
        const delivered = deliveredHz(read, (nowMs, i) => gate.admit(nowMs, late(i, nowMs)));
        row[`${askedHz} of ${sourceHz} Hz`] = errorPercent(delivered, askedHz);
      }
      return row;
    }),
  );
}

function arrivals(
  sourceHz: number,
  { seed, seconds, jitter }: { seed: number; seconds: number; jitter: number },
): number[] {
  const random = seededRandom(seed);
  const times = [0];
  for (let i = 1; i < sourceHz * seconds; i++) {
    times.push((times[i - 1] as number) + (1000 / sourceHz) * (1 + jitter * normal(random)));
  }
  return times;
}

/** ConfigBot's adaptor: drops while `now - last < 1 / f`, then `last = now`. */
function publishedGate(rateHz: number): (nowMs: number) => boolean {
  let lastMs = Number.NEGATIVE_INFINITY;
  return (nowMs) => {
    // The slack keeps rounding from dropping a message that comes just when its period is over.
    if (nowMs - lastMs < 1000 / rateHz - 1e-6) return false;
    lastMs = nowMs;
    return true;
  };
}

function deliveredHz(times: number[], admit: (nowMs: number, i: number) => boolean): number {
  return (1000 * times.filter(admit).length) / (times.at(-1) as number);
}

function errorPercent(deliveredHz: number, askedHz: number): string {
  return (100 * (deliveredHz / askedHz - 1)).toFixed(2);
}
