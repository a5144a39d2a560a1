/** A plane of complex numbers, row by row. */
export type Plane = { re: Float64Array; im: Float64Array };

/** The next power of two that is not smaller. */
export function powerOfTwo(atLeast: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, atLeast)));
}

/** Discrete Fourier transform of a fixed length by the radix-2 method of Cooley and Tukey (1965), in place. */
export class Fft {
  readonly size: number;
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;
  readonly #reversed: Uint32Array;

  /** `size` is a power of two; others throw a RangeError. */
  constructor(size: number) {
    if (size < 1 || powerOfTwo(size) !== size) throw new RangeError(`an FFT of ${size} points`);
    this.size = size;
    const angle = (k: number) => (-2 * Math.PI * k) / size;
    this.#cos = Float64Array.from({ length: size / 2 }, (_, k) => Math.cos(angle(k)));
    this.#sin = Float64Array.from({ length: size / 2 }, (_, k) => Math.sin(angle(k)));
    this.#reversed = bitReversed(size);
  }

  /** X[k] = Σ x[n] exp(−2πi k n / size), of the numbers that stand at `offset` and after. */
  transform({ re, im }: Plane, offset = 0): void {
    const { size } = this;
    for (let i = 0; i < size; i++) {
      const j = this.#reversed[i] as number;
      if (j <= i) continue;
      swap(re, offset + i, offset + j);
      swap(im, offset + i, offset + j);
    }
    for (let half = 1; half < size; half *= 2) this.#combine(re, im, offset, half);
  }

  /** One stage: transforms of `half` points become transforms of twice as many. */
  #combine(re: Float64Array, im: Float64Array, offset: number, half: number): void {
    const cos = this.#cos;
    const sin = this.#sin;
    const step = this.size / (2 * half);
    const end = offset + this.size;
    for (let start = offset; start < end; start += 2 * half) {
      for (let k = 0; k < half; k++) {
        const c = cos[k * step] as number;
        const s = sin[k * step] as number;
        const a = start + k;
        const b = a + half;
        const bRe = re[b] as number;
        const bIm = im[b] as number;
        const turnedRe = bRe * c - bIm * s;
        const turnedIm = bRe * s + bIm * c;
        re[b] = (re[a] as number) - turnedRe;
        im[b] = (im[a] as number) - turnedIm;
        re[a] = (re[a] as number) + turnedRe;
        im[a] = (im[a] as number) + turnedIm;
      }
    }
  }
}

/** Two-dimensional discrete Fourier transform: of every row, then of every column. */
export class Fft2d {
  readonly width: number;
  readonly height: number;
  readonly #rows: Fft;
  readonly #columns: Fft;
  readonly #column: Plane;

  /** Both sides are powers of two; others throw a RangeError. */
  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.#rows = new Fft(width);
    this.#columns = new Fft(height);
    this.#column = emptyPlane(height);
  }

  /** Transforms a plane of width × height in place. */
  transform(plane: Plane): void {
    const { width, height } = this;
    const column = this.#column;
    for (let y = 0; y < height; y++) this.#rows.transform(plane, y * width);
    for (let x = 0; x < width; x++) {
      for (let y = 0; y < height; y++) {
        column.re[y] = plane.re[y * width + x] as number;
        column.im[y] = plane.im[y * width + x] as number;
      }
      this.#columns.transform(column);
      for (let y = 0; y < height; y++) {
        plane.re[y * width + x] = column.re[y] as number;
        plane.im[y * width + x] = column.im[y] as number;
      }
    }
  }
}

/** A plane of zeros. */
export function emptyPlane(count: number): Plane {
  return { re: new Float64Array(count), im: new Float64Array(count) };
}

function bitReversed(size: number): Uint32Array {
  const reversed = new Uint32Array(size);
  for (let i = 1; i < size; i++) reversed[i] = ((reversed[i >> 1] as number) >> 1) | (i & 1 ? size >> 1 : 0);
  return reversed;
}

function swap(values: Float64Array, i: number, j: number): void {
  const value = values[i] as number;
  values[i] = values[j] as number;
  values[j] = value;
}
