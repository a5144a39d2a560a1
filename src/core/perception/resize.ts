import type { RgbImage } from './detection.ts';

/**
 * An image at another size, as raw rgb8 bytes (width × height × 3). A shrink by the same whole number in both directions
 * averages blocks of pixels, rounded half up; anything else samples bilinearly between pixel centres. An image that already has the
 * size is returned as it is, not copied.
 */
export function resize(image: RgbImage, width: number, height: number): Uint8Array {
  if (image.width === width && image.height === height) return image.data;
  const factor = image.width / width;
  const shrinksEvenly = Number.isInteger(factor) && image.height === height * factor;
  return shrinksEvenly ? averageBlocks(image, factor) : sampleBilinear(image, width, height);
}

function averageBlocks({ width, height, data }: RgbImage, factor: number): Uint8Array {
  const cols = width / factor;
  const rows = height / factor;
  const out = new Uint8Array(cols * rows * 3);
  const area = factor * factor;
  const half = area >> 1;
  const rowBytes = width * 3;
  let at = 0;
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      let red = half;
      let green = half;
      let blue = half;
      for (let y = 0; y < factor; y++) {
        let i = (row * factor + y) * rowBytes + col * factor * 3;
        for (let x = 0; x < factor; x++, i += 3) {
          red += data[i]!;
          green += data[i + 1]!;
          blue += data[i + 2]!;
        }
      }
      out[at] = red / area;
      out[at + 1] = green / area;
      out[at + 2] = blue / area;
      at += 3;
    }
  }
  return out;
}

function sampleBilinear(image: RgbImage, width: number, height: number): Uint8Array {
  const { data } = image;
  const out = new Uint8Array(width * height * 3);
  const columns = Array.from({ length: width }, (_, col) => neighbours(col, width, image.width));
  let at = 0;
  for (let row = 0; row < height; row++) {
    const vertical = neighbours(row, height, image.height);
    const upper = vertical.first * image.width * 3;
    const lower = vertical.second * image.width * 3;
    for (const { first, second, part } of columns) {
      for (let channel = 0; channel < 3; channel++) {
        const left = first * 3 + channel;
        const right = second * 3 + channel;
        const above = data[upper + left]! * (1 - part) + data[upper + right]! * part;
        const below = data[lower + left]! * (1 - part) + data[lower + right]! * part;
        out[at++] = above + (below - above) * vertical.part + 0.5;
      }
    }
  }
  return out;
}

/** The two source pixels around the centre of a target pixel, and how far it is towards the second. */
function neighbours(
  index: number,
  to: number,
  from: number,
): { first: number; second: number; part: number } {
  const center = Math.min(from - 1, Math.max(0, ((index + 0.5) * from) / to - 0.5));
  const first = Math.floor(center);
  return { first, second: Math.min(from - 1, first + 1), part: center - first };
}
