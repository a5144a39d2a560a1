import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/core/random.ts';
import { obstacleAheadM, pointBytes, projectScan } from './projection.ts';
import { distanceM, Room } from './room.ts';

const level = { heightM: 0, tiltRad: 0 };
const quarter = Math.PI / 2;

function points(packed: Uint8Array): number[][] {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  return Array.from({ length: packed.byteLength / pointBytes }, (_, i) =>
    [0, 4, 8].map((field) => view.getFloat32(i * pointBytes + field, true)),
  );
}

const scan = (...ranges: number[]) => ({
  angleMin: -quarter,
  angleIncrement: quarter,
  ranges: Float32Array.from(ranges),
});

describe('projectScan', () => {
  it('places beams to the right, ahead and to the left', () => {
    const [right, ahead, left] = points(projectScan(scan(1, 2, 3), level)) as [number[], number[], number[]];
    expect(right[0]).toBeCloseTo(0);
    expect(right[1]).toBeCloseTo(-1);
    expect(ahead[0]).toBeCloseTo(2);
    expect(ahead[1]).toBeCloseTo(0);
    expect(left[1]).toBeCloseTo(3);
  });

  it('tilts and lifts the plane of the scan', () => {
    const [, ahead] = points(projectScan(scan(1, 2, 3), { heightM: 1, tiltRad: Math.PI / 6 })) as number[][];
    expect(ahead?.[0]).toBeCloseTo(2 * Math.cos(Math.PI / 6));
    expect(ahead?.[2]).toBeCloseTo(1 - 2 * Math.sin(Math.PI / 6));
  });

  it('leaves out beams that hit nothing', () => {
    expect(points(projectScan(scan(Number.POSITIVE_INFINITY, Number.NaN, 3), level))).toHaveLength(1);
    expect(points(projectScan(scan(0, -1, Number.POSITIVE_INFINITY), level))).toEqual([]);
  });
});

describe('obstacleAheadM', () => {
  it('is the nearest point in the corridor ahead, in any order of points', () => {
    const packed = projectScan({ ...scan(1, 2, 0.5), angleMin: -0.1, angleIncrement: 0.1 }, level);
    expect(obstacleAheadM(packed, 1)).toBeCloseTo(0.5 * Math.cos(0.1), 3);
    expect(obstacleAheadM(packed, 0.01)).toBeCloseTo(2, 3);
  });

  it('is infinite when the way is free', () => {
    expect(obstacleAheadM(projectScan(scan(1, 0, 1), level), 0.5)).toBe(Number.POSITIVE_INFINITY);
    expect(obstacleAheadM(new Uint8Array(), 1)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('Room', () => {
  it('is scanned by 1799 beams that measure the distance to walls and pillars to a few centimetres', () => {
    const { angleMin, angleIncrement, ranges } = new Room(seededRandom(1)).scan(2);
    expect(ranges).toHaveLength(1799);
    const errors = ranges.map((range, i) => {
      const angle = angleMin + i * angleIncrement;
      return Math.abs(range - distanceM(Math.cos(angle), Math.sin(angle), 2));
    });
    expect(Math.max(...errors)).toBeLessThan(0.06);
    expect(Math.max(...errors)).toBeGreaterThan(0);
  });

  it('has a pillar ahead at the beginning, the wall behind it, and another view later', () => {
    expect(distanceM(1, 0, 0)).toBeCloseTo(2.6);
    expect(distanceM(1, 0, 1)).toBeCloseTo(8);
    expect(distanceM(0, 1, 0)).toBeGreaterThan(2.5);
  });
});
