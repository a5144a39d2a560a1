import { describe, expect, it } from 'vitest';
import { CounterWindow } from './counter-window.ts';

function counter(samples: [number, number][]): CounterWindow {
  const window = new CounterWindow();
  for (const [timeMs, total] of samples) window.record(timeMs, total);
  return window;
}

describe('CounterWindow', () => {
  const window = counter([
    [0, 100],
    [1000, 600],
    [2000, 600],
    [3000, 1600],
  ]);

  it.each([
    [1000, 1000, 0.5],
    [2000, 1000, 0],
    [3000, 2000, 0.5],
    [2500, 1000, 0.5],
    [3000, 100, 1],
  ])('up to %d ms over %d ms grows by %d per ms', (endMs, windowMs, rate) => {
    expect(window.ratePerMs(endMs, windowMs)).toBeCloseTo(rate, 9);
  });

  it('uses the sampled part of the window', () => {
    expect(window.ratePerMs(3500, 1500)).toBeCloseTo(1, 9);
    expect(window.ratePerMs(1000, 50_000)).toBeCloseTo(0.5, 9);
  });

  it('says when it knows nothing', () => {
    expect(counter([]).ratePerMs(100, 100)).toBeUndefined();
    expect(counter([[50, 1]]).ratePerMs(100, 100)).toBeUndefined();
    expect(window.ratePerMs(9000, 1000)).toBeUndefined();
  });
});
