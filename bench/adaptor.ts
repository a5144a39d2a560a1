/**
 * The adaptor's gate beside the one that ConfigBot published (drop while `now - last < 1 / f`, then
 * `last = now`): the rate that each delivers for the rate asked, from sources with 5 % jitter.
 * Run: node dist/bench/adaptor.js
 */
import { RateGate } from '../src/core/knobs/rate-gate.ts';
import { normal, seededRandom } from '../src/core/random.ts';

const seed = 1;
const seconds = 300;
const requests: Record<number, number[]> = {
  30: [29, 25, 20, 15, 10, 5],
  60: [59, 50, 45, 40, 31, 30, 25, 20, 15, 10],
};

function arrivals(sourceHz: number): number[] {
  const random = seededRandom(seed);
  const times = [0];
  for (let i = 1; i < sourceHz * seconds; i++) {
    times.push((times[i - 1] as number) + (1000 / sourceHz) * (1 + 0.05 * normal(random)));
  }
  return times;
}

function publishedGate(rateHz: number): (nowMs: number) => boolean {
  let lastMs = Number.NEGATIVE_INFINITY;
  return (nowMs) => {
    if (nowMs - lastMs < 1000 / rateHz) return false;
    lastMs = nowMs;
    return true;
  };
}

function deliveredHz(times: number[], admit: (nowMs: number) => boolean): string {
  return ((1000 * times.filter(admit).length) / (times.at(-1) as number)).toFixed(2);
}

console.log(`seed ${seed}, ${seconds} s per row`);
for (const [source, rates] of Object.entries(requests)) {
  const times = arrivals(Number(source));
  const rows = rates.map((rateHz) => {
    const gate = new RateGate(rateHz);
    return {
      'source Hz': source,
      'asked Hz': rateHz,
      'trimtab Hz': deliveredHz(times, (nowMs) => gate.admit(nowMs)),
      'published gate Hz': deliveredHz(times, publishedGate(rateHz)),
    };
  });
  console.table(rows);
}
