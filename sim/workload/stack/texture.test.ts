import { describe, expect, it } from 'vitest';
import { NoiseImage } from './noise-image.ts';
import { Texture } from './texture.ts';

const grey = (width: number, height: number, at: (x: number, y: number) => number) => {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) data.fill(at(x, y), 3 * (y * width + x), 3 * (y * width + x) + 3);
  return { width, height, data };
};

describe('Texture', () => {
  it('finds three quarters of white noise fine', () => {
    const noise = new NoiseImage({ width: 60, height: 40, seed: 1 });
    expect(new Texture().fineShare(noise.next())).toBeCloseTo(0.75, 1);
  });

  it('tells a slow gradient from a checkerboard', () => {
    const texture = new Texture();
    expect(texture.fineShare(grey(64, 32, (x) => 128 + 60 * Math.sin(x / 10)))).toBeLessThan(0.1);
    expect(texture.fineShare(grey(64, 32, (x, y) => 200 * ((x + y) % 2)))).toBeGreaterThan(0.9);
  });

  it('finds nothing in an image without contrast, whatever came before', () => {
    const texture = new Texture();
    texture.fineShare(new NoiseImage({ width: 16, height: 16, seed: 2 }).next());
    expect(texture.fineShare(grey(16, 16, () => 77))).toBe(0);
  });
});
