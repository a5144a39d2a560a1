import type { RgbImage } from '../../../src/core/perception/detection.ts';
import { emptyPlane, Fft2d, type Plane, powerOfTwo } from './fft.ts';

/** Frequencies from a quarter of the sampling rate on, in either direction, count as fine. */
const fineFrom = 0.25;

/**
 * How much of an image's contrast is fine texture: the share of the spectral energy at high spatial frequencies, the mean left
 * out, from a 2-D FFT of the whole image in grey, filled up with zeros to powers of two. Near 0 for a blurred or
 * empty image, 0.75 for white noise.
 */
export class Texture {
  #transform: Fft2d | undefined;
  #plane: Plane = emptyPlane(0);

  /** In [0, 1]; 0 for an image without contrast. */
  fineShare(image: RgbImage): number {
    const { transform, plane } = this.#prepared(image);
    fillGrey(plane, image, transform.width);
    transform.transform(plane);
    return fineShareOf(plane, transform);
  }

  #prepared({ width, height }: RgbImage): { transform: Fft2d; plane: Plane } {
    const [paddedWidth, paddedHeight] = [powerOfTwo(width), powerOfTwo(height)];
    if (this.#transform?.width !== paddedWidth || this.#transform.height !== paddedHeight) {
      this.#transform = new Fft2d(paddedWidth, paddedHeight);
      this.#plane = emptyPlane(paddedWidth * paddedHeight);
    }
    return { transform: this.#transform, plane: this.#plane };
  }
}

/** Grey less its mean, so that the edge to the zeros around it is no contrast of the image's own. */
function fillGrey({ re, im }: Plane, { width, height, data }: RgbImage, stride: number): void {
  re.fill(0);
  im.fill(0);
  let sum = 0;
  for (let i = 0; i < width * height * 3; i++) sum += data[i] as number;
  const mean = sum / (width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      re[y * stride + x] = (data[at] as number) + (data[at + 1] as number) + (data[at + 2] as number) - mean;
    }
  }
}

function fineShareOf({ re, im }: Plane, { width, height }: Fft2d): number {
  let fine = 0;
  let all = 0;
  for (let v = 0; v < height; v++) {
    const isFineRow = Math.min(v, height - v) >= fineFrom * height;
    for (let u = 0; u < width; u++) {
      const at = v * width + u;
      const energy = (re[at] as number) ** 2 + (im[at] as number) ** 2;
      all += energy;
      if (isFineRow || Math.min(u, width - u) >= fineFrom * width) fine += energy;
    }
  }
  return all > 0 ? fine / all : 0;
}
