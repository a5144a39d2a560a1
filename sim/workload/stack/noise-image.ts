import type { RgbImage } from '../../../src/core/perception/detection.ts';

/** White noise as a camera's image: every pixel of every image is drawn anew, by xorshift32 (Marsaglia, 2003). */
export class NoiseImage {
  readonly #width: number;
  readonly #height: number;
  #state: number;

  constructor({ width, height, seed }: { width: number; height: number; seed: number }) {
    this.#width = width;
    this.#height = height;
    // xorshift stays at 0 for ever.
    this.#state = (seed ^ 0x9e3779b9) | 1;
  }

  /** The next image, in memory of its own. */
  next(): RgbImage {
    const bytes = this.#width * this.#height * 3;
    const words = new Int32Array(Math.ceil(bytes / 4));
    let state = this.#state;
    for (let i = 0; i < words.length; i++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      words[i] = state;
    }
    this.#state = state;
    return { width: this.#width, height: this.#height, data: new Uint8Array(words.buffer, 0, bytes) };
  }
}
