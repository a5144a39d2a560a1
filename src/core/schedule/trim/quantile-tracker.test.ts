import { describe, expect, it } from 'vitest';
import { type Random, seededRandom } from '../../random.ts';
import { scoredShares } from '../calibration.ts';
import { QuantileTracker } from './quantile-tracker.ts';

/** The share that held of executions whose quantiles are all predicted to be 100 ms, by share asked for. */
function heldOf(draw: (random: Random, i: number) => number): number[] {
  const tracker = new QuantileTracker();
  const random = seededRandom(1);
  const held = scoredShares.map(() => 0);
  const count = 20_000;
  for (let i = 0; i < count; i++) {
    const predictedMs = scoredShares.map((share) => tracker.corrected(share, 100));
    const elapsedMs = draw(random, i);
    predictedMs.forEach((quantileMs, k) => {
      if (elapsedMs <= quantileMs) held[k] = (held[k] as number) + 1;
    });
    tracker.observe(predictedMs, elapsedMs);
  }
  return held.map((n) => n / count);
}

describe('QuantileTracker', () => {
  it.each<[string, (random: Random, i: number) => number]>([
    ['spread evenly', (random) => 50 + 100 * random.next()],
    ['have a long tail', (random) => 80 - 40 * Math.log(1 - random.next())],
    ['swing', (random, i) => 120 + 60 * Math.sin(i / 200) + 20 * random.next()],
  ])('holds what it promises within a percentage point where times %s', (_what, draw) => {
    heldOf(draw).forEach((share, i) => {
      expect(Math.abs(share - (scoredShares[i] as number))).toBeLessThan(0.01);
    });
  });

  it('leaves a prediction alone that is met exactly', () => {
    const tracker = new QuantileTracker();
    for (let i = 0; i < 100; i++) tracker.observe([100, 100, 100], 100);
    for (const share of scoredShares) expect(tracker.corrected(share, 100)).toBe(100);
  });
});
