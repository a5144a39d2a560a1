import { describe, expect, it } from 'vitest';
import { projectOnto } from './linear-projection.ts';

const cube = { low: Float64Array.of(-1, -1), high: Float64Array.of(1, 1) };
const halfSpace = (least: number, ...normal: number[]) => ({ normal: Float64Array.from(normal), least });
const rounded = (at: Float64Array) => [...at].map((u) => Math.round(u * 1e4) / 1e4);

describe('projection onto bounds and half-spaces', () => {
  it('leaves what is within', () => {
    expect([...projectOnto(Float64Array.of(0.5, 0.2), [halfSpace(0, 1, 1)], cube)]).toEqual([0.5, 0.2]);
  });

  it('goes straight to the nearest half-space', () => {
    expect(rounded(projectOnto(Float64Array.of(-0.3, -0.1), [halfSpace(0.4, 1, 1)], cube))).toEqual([
      0.1, 0.3,
    ]);
  });

  it('goes on along the bounds where it meets them', () => {
    expect(rounded(projectOnto(Float64Array.of(2, -0.5), [halfSpace(1.2, 1, 1)], cube))).toEqual([1, 0.2]);
  });

  it('keeps to two half-spaces at once', () => {
    const both = [halfSpace(0.2, 1, 0), halfSpace(0.5, 0, 2)];
    expect(rounded(projectOnto(Float64Array.of(0, 0), both, cube))).toEqual([0.2, 0.25]);
  });

  it('ends within the bounds where nothing is in all half-spaces, and where one has no direction', () => {
    const contradictory = [halfSpace(0.5, 1, 0), halfSpace(0.5, -1, 0), halfSpace(1, 0, 0)];
    const [first, second] = projectOnto(Float64Array.of(0.1, 3), contradictory, cube);
    expect(Math.abs(first!)).toBeLessThanOrEqual(1);
    expect(second).toBe(1);
  });
});
