import { describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../../../src/core/random.ts';
import { emptyPlane, Fft, Fft2d, type Plane, powerOfTwo } from './fft.ts';

function noise(count: number, seed: number): Plane {
  const random = seededRandom(seed);
  const plane = emptyPlane(count);
  for (let i = 0; i < count; i++) {
    plane.re[i] = normal(random);
    plane.im[i] = normal(random);
  }
  return plane;
}

/** The definition, term by term. */
function naiveDft(plane: Plane, width: number, height: number): Plane {
  const result = emptyPlane(width * height);
  for (let v = 0; v < height; v++) {
    for (let u = 0; u < width; u++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const angle = -2 * Math.PI * ((u * x) / width + (v * y) / height);
          const [re, im] = [plane.re[y * width + x] as number, plane.im[y * width + x] as number];
          const at = v * width + u;
          result.re[at] = (result.re[at] as number) + re * Math.cos(angle) - im * Math.sin(angle);
          result.im[at] = (result.im[at] as number) + re * Math.sin(angle) + im * Math.cos(angle);
        }
      }
    }
  }
  return result;
}

function greatestDifference(a: Plane, b: Plane): number {
  const of = (x: Float64Array, y: Float64Array) =>
    Math.max(...x.map((value, i) => Math.abs(value - (y[i] as number))));
  return Math.max(of(a.re, b.re), of(a.im, b.im));
}

describe('Fft', () => {
  it.each([1, 2, 4, 8, 64])('of %i points is the discrete Fourier transform', (size) => {
    const plane = noise(size, size);
    const expected = naiveDft(plane, size, 1);
    new Fft(size).transform(plane);
    expect(greatestDifference(plane, expected)).toBeLessThan(1e-10);
  });

  it('leaves alone what stands outside its points', () => {
    const plane = noise(16, 3);
    const before = plane.re.slice();
    new Fft(4).transform(plane, 8);
    expect([...plane.re.slice(0, 8), ...plane.re.slice(12)]).toEqual([
      ...before.slice(0, 8),
      ...before.slice(12),
    ]);
  });

  it.each([0, 3, 12])('is refused of %i points', (size) => {
    expect(() => new Fft(size)).toThrow(RangeError);
  });
});

describe('Fft2d', () => {
  it.each([
    [8, 8],
    [16, 4],
    [2, 16],
  ])('of %i x %i is the discrete Fourier transform', (width, height) => {
    const plane = noise(width * height, 5);
    const expected = naiveDft(plane, width, height);
    new Fft2d(width, height).transform(plane);
    expect(greatestDifference(plane, expected)).toBeLessThan(1e-10);
  });
});

describe('powerOfTwo', () => {
  it('is the next one that is not smaller', () => {
    expect([1, 2, 3, 256, 257, 1080].map(powerOfTwo)).toEqual([1, 2, 4, 256, 512, 2048]);
  });
});
