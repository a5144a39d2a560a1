import { describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../random.ts';
import { skippedStamps } from './skipped-stamps.ts';

function stamps(without: (index: number) => boolean, jitter = 0): number[] {
  const random = seededRandom(4);
  return Array.from({ length: 300 }, (_, index) => 1e6 + index * 33.3 + jitter * normal(random)).filter(
    (_, index) => !without(index),
  );
}

describe('skippedStamps', () => {
  it.each([0, 1.5])('counts what is missing between even stamps with a jitter of %d ms', (jitter) => {
    expect(skippedStamps(stamps(() => false, jitter))).toBe(0);
    expect(skippedStamps(stamps((index) => index % 10 === 5, jitter))).toBe(30);
    expect(skippedStamps(stamps((index) => index >= 100 && index < 150, jitter))).toBe(50);
  });

  it('does not judge a source without an even rate', () => {
    const random = seededRandom(5);
    let timeMs = 0;
    const poisson = Array.from({ length: 300 }, () => {
      timeMs -= 33 * Math.log(1 - random.next());
      return timeMs;
    });
    expect(skippedStamps(poisson)).toBe(0);
  });

  it('does not take a source for one that skips when it is held up and catches up', () => {
    const late = stamps(() => false).map((stampMs, index) =>
      index % 50 < 4 ? stampMs + (4 - (index % 50)) * 30 : stampMs,
    );
    expect(skippedStamps(late)).toBe(0);
  });

  it('does not judge few stamps, or equal ones', () => {
    expect(skippedStamps([0, 10, 20, 50])).toBe(0);
    expect(skippedStamps(Array(20).fill(7))).toBe(0);
  });
});
