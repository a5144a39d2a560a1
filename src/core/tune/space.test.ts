import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import type { SearchSpace } from './designer.ts';
import { SobolSequence, sobolDimensions } from './sobol-sequence.ts';
import { keyOf, UnitSpace } from './space.ts';

const knobs: SearchSpace = [
  { name: 'rate', domain: { type: 'real', low: 1, high: 30 } },
  { name: 'odd', domain: { type: 'real', low: 0.123456, high: 0.3337 } },
  { name: 'threads', domain: { type: 'integer', low: 1, high: 4 } },
  { name: 'fps', domain: { type: 'ordinal', values: [5, 15, 30] } },
  { name: 'place', domain: { type: 'categorical', values: ['cpu', 'gpu', 'dla0'] } },
];
const space = new UnitSpace(knobs);
const configuration = { rate: 12.35, odd: 0.2, threads: 2, fps: 15, place: 'gpu' };

describe('the unit space', () => {
  it('gives every snapped point back from its configuration', () => {
    const random = seededRandom(1);
    for (let i = 0; i < 2000; i++) {
      const point = space.snap(knobs.map(() => random.next()));
      expect(space.encode(space.decode(point))).toEqual(point);
    }
  });

  it('reaches both ends of every knob exactly', () => {
    expect(space.decode([0, 0, 0, 0, 0])).toEqual({
      rate: 1,
      odd: 0.123456,
      threads: 1,
      fps: 5,
      place: 'cpu',
    });
    expect(space.decode([1, 1, 1, 1, 1])).toEqual({
      rate: 30,
      odd: 0.3337,
      threads: 4,
      fps: 30,
      place: 'dla0',
    });
  });

  it.each([
    ['linear', 0.123456, 0.323457],
    ['linear', 0.123456, 0.323460999],
    ['linear', 1e-7, 2.0000001e-7],
    ['log', 1.00001, 1.00002],
    ['log', 100, 101],
    ['log', 0.0012345678, 12.345678],
  ] as const)('keeps to the bounds of a %s range from %f to %f, each value once', (scale, low, high) => {
    const odd = new UnitSpace([{ name: 'odd', domain: { type: 'real', low, high }, scale }]);
    const values = odd.coordinates(0).map((coordinate) => Number(odd.decode([coordinate]).odd));
    expect(values[0]).toBe(low);
    expect(values.at(-1)).toBe(high);
    expect(values).toEqual([...new Set(values)].sort((a, b) => a - b));
    expect(values.map((value) => odd.encode({ odd: value })?.[0])).toEqual(odd.coordinates(0));
  });

  it('offers real values without rounding noise', () => {
    expect(space.decode([0.39, 0, 0, 0, 0]).rate).toBe(12.31);
  });

  it('places ordinals by rank and off-list values at the nearest', () => {
    expect(space.encode(configuration)?.[3]).toBe(0.5);
    expect(space.encode({ ...configuration, fps: 14 })?.[3]).toBe(0.5);
  });

  it('takes a measured value a little outside its domain, and none far outside', () => {
    expect(space.encode({ ...configuration, rate: 30.4 })?.[0]).toBe(1);
    expect(space.encode({ ...configuration, rate: -1 })).toBeUndefined();
    expect(space.encode({ ...configuration, rate: 60 })).toBeUndefined();
  });

  it('does not place what is missing or of the wrong kind', () => {
    expect(space.encode({ ...configuration, place: 'npu' })).toBeUndefined();
    expect(space.encode({ ...configuration, rate: 'fast' })).toBeUndefined();
    expect(space.encode({ rate: 12 })).toBeUndefined();
  });

  it('lists every point of a small space once', () => {
    const small = new UnitSpace(knobs.slice(2));
    const keys = new Set([...small.points()].map(keyOf));
    expect(small.size).toBe(36);
    expect(keys.size).toBe(36);
  });
});

describe('the Sobol sequence', () => {
  const unshifted = () => new SobolSequence(3, { next: () => 0 });

  it('starts as published', () => {
    const sequence = unshifted();
    const points = Array.from({ length: 6 }, () => sequence.next());
    expect(points).toEqual([
      [0, 0, 0],
      [0.5, 0.5, 0.5],
      [0.75, 0.25, 0.25],
      [0.25, 0.75, 0.75],
      [0.375, 0.375, 0.625],
      [0.875, 0.875, 0.125],
    ]);
  });

  it('has one of 2^k points in each of 2^k slices of every axis, shifted or not', () => {
    const sequence = new SobolSequence(sobolDimensions, seededRandom(4));
    const points = Array.from({ length: 256 }, () => sequence.next());
    for (let d = 0; d < sobolDimensions; d++)
      expect(new Set(points.map((point) => Math.floor(point[d]! * 256))).size).toBe(256);
  });

  it('goes on with random numbers beyond its dimensions', () => {
    const sequence = new SobolSequence(sobolDimensions + 5, seededRandom(4));
    const point = sequence.next();
    expect(point).toHaveLength(sobolDimensions + 5);
    expect(point.every((u) => u >= 0 && u < 1)).toBe(true);
    expect(sequence.next().slice(-5)).not.toEqual(point.slice(-5));
  });
});

describe('a logarithmic scale', () => {
  const space = new UnitSpace([
    { name: 'shares', domain: { type: 'integer', low: 10, high: 1000 }, scale: 'log' },
    { name: 'resolution', domain: { type: 'real', low: 0.02, high: 0.2 }, scale: 'log' },
  ]);

  it('puts equal factors equally far apart', () => {
    expect(space.decode([0.5, 0.5])).toEqual({ shares: 100, resolution: 0.063246 });
    expect(space.decode([0, 0])).toEqual({ shares: 10, resolution: 0.02 });
    expect(space.decode([1, 1])).toEqual({ shares: 1000, resolution: 0.2 });
  });

  it('gives every snapped point back from its configuration', () => {
    const random = seededRandom(2);
    for (let i = 0; i < 500; i++) {
      const point = space.snap([random.next(), random.next()]);
      expect(space.encode(space.decode(point))).toEqual(point);
    }
  });

  it('moves by at least one value', () => {
    const least = space.moved(0, 0, 1e-6);
    expect(space.decode([least, 0]).shares).toBe(11);
    expect(space.moved(0, 1, 0.5)).toBe(1);
  });
});
