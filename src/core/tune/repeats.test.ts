import { describe, expect, it } from 'vitest';
import { goesInCircles, repeatDetector } from './repeats.ts';
import type { Located } from './training-data.ts';

/** A trial on a line whose answer is that of the nearest of some modes, `width` apart. */
function trial(at: number, width: number): Located {
  const mode = width > 0 ? Math.round(at / width) * width : at;
  return { point: [at], observation: { configuration: {}, objective: mode, margins: { power: 1 - mode } } };
}

const places = [0.2, 0.22, 0.6, 0.57, 0.98, 0.41, 0.63];

describe('the detector of repeats', () => {
  it('keeps clear of the trials where answers repeat, as far as they did', () => {
    const located = places.map((at) => trial(at, 0.2));
    const isRepeat = repeatDetector(located, [false]);
    expect(isRepeat([0.61])).toBe(true);
    expect(isRepeat([0.8])).toBe(false);
  });

  it('excludes nothing where every answer is new, or nothing was measured', () => {
    const different = places.map((at) => trial(at, 0));
    const silent = places.map((at) => ({ point: [at], observation: { configuration: {}, margins: {} } }));
    for (const located of [different, silent]) {
      const isRepeat = repeatDetector(located, [false]);
      expect(places.filter((at) => isRepeat([at + 0.001]))).toEqual([]);
    }
  });

  it('takes two categories for far apart', () => {
    const located = places.map((at) => trial(at, 0.2)).map((one) => ({ ...one, point: [...one.point, 0] }));
    const isRepeat = repeatDetector(located, [false, true]);
    expect(isRepeat([0.61, 0])).toBe(true);
    expect(isRepeat([0.61, 1])).toBe(false);
  });
});

describe('a search in circles', () => {
  it('has two repeats among its last ten trials', () => {
    expect(goesInCircles([0.2, 0.4, 0.41].map((at) => trial(at, 0.2)))).toBe(false);
    expect(goesInCircles([0.2, 0.4, 0.41, 0.42].map((at) => trial(at, 0.2)))).toBe(true);
    const later = Array.from({ length: 9 }, (_, i) => trial(10 + i, 0));
    expect(goesInCircles([...[0.2, 0.4, 0.41, 0.42].map((at) => trial(at, 0.2)), ...later])).toBe(false);
  });
});
