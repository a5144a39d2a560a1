import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/core/random.ts';
import { Mosaic } from './mosaic.ts';

const seed = 7;

/** Smooth random texture, sampled with an offset in pixels, so that a shift is known exactly. */
function texture(width: number, height: number, shiftX: number, shiftY: number) {
  const random = seededRandom(seed);
  const waves = Array.from({ length: 24 }, () => ({
    fx: (random.next() - 0.5) * 0.25,
    fy: (random.next() - 0.5) * 0.25,
    phase: random.next() * 6.28,
  }));
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let value = 128;
      for (const { fx, fy, phase } of waves)
        value += 14 * Math.sin(fx * (x - shiftX) + fy * (y - shiftY) + phase);
      data.fill(Math.max(0, Math.min(255, value)), (y * width + x) * 3, (y * width + x) * 3 + 3);
    }
  }
  return { width, height, data };
}

describe('Mosaic', () => {
  it.each([1, 2, 3, 4])('finds a known shift at detail %i', (detail) => {
    const factor = detail >= 4 ? 2 : detail === 3 ? 3 : 4;
    const mosaic = new Mosaic();
    mosaic.add(texture(320, 240, 0, 0), detail);
    const motion = mosaic.add(texture(320, 240, 3 * factor, -2 * factor), detail);
    expect(motion).toEqual({ dx: 3, dy: -2 });
  });

  it('stays still on the same image and fills its canvas', () => {
    const mosaic = new Mosaic();
    const image = texture(320, 240, 0, 0);
    mosaic.add(image, 2);
    expect(mosaic.add(image, 2)).toEqual({ dx: 0, dy: 0 });
    expect(mosaic.canvas.data.some((value) => value > 0)).toBe(true);
  });
});
