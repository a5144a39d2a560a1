import { describe, expect, it } from 'vitest';
import type { ConstraintInfo } from './designer.ts';
import { marginScale } from './margin-scale.ts';

const scales: [string, ConstraintInfo | undefined][] = [
  ['of an unknown side', undefined],
  ['at least', { side: 'at-least' }],
  ['at most', { side: 'at-most', relativeNoise: 0.05 }],
];

describe.each(scales)('the scale of a margin %s', (_, info) => {
  const { warp, unwarp } = marginScale(info);

  it('keeps zero, order and small margins', () => {
    const margins = [-0.9, -0.3, -0.01, 0, 0.01, 0.3, 0.9];
    const warped = margins.map(warp);
    expect(warped[3]).toBeCloseTo(0, 12);
    expect(warped).toEqual([...warped].sort((a, b) => a - b));
    expect(warp(0.01)).toBeCloseTo(0.01, 3);
    for (const margin of margins) expect(unwarp(warp(margin))).toBeCloseTo(margin, 9);
  });

  it('stays finite for what no measurement should give', () => {
    for (const margin of [Number.NEGATIVE_INFINITY, -1000, 1000, Number.POSITIVE_INFINITY])
      expect(Number.isFinite(warp(margin))).toBe(true);
  });
});

describe('the scale of a margin', () => {
  it('makes noise that is a share of the value the same everywhere', () => {
    const { warp } = marginScale({ side: 'at-most', relativeNoise: 0.05 });
    const noiseAt = (ratio: number) => warp(1 - ratio) - warp(1 - ratio * 1.05);
    expect(noiseAt(8)).toBeCloseTo(noiseAt(0.9), 9);
  });

  it('shrinks a catastrophe', () => {
    const { warp } = marginScale(undefined);
    expect(warp(-10) / warp(-0.1)).toBeLessThan(20);
  });
});
