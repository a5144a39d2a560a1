import type { Random } from '../random.ts';

/**
 * Per dimension from the second: the primitive polynomial over GF(2) as a bit mask, then its initial direction
 * numbers (Joe & Kuo, "Constructing Sobol sequences with better two-dimensional projections", SIAM J. Sci.
 * Comput. 30, 2008; the set new-joe-kuo-6).
 */
const directionTable = [
  [3, 1],
  [7, 1, 3],
  [11, 1, 3, 1],
  [13, 1, 1, 1],
  [19, 1, 1, 3, 3],
  [25, 1, 3, 5, 13],
  [37, 1, 1, 5, 5, 17],
  [41, 1, 1, 5, 5, 5],
  [47, 1, 1, 7, 11, 19],
  [55, 1, 1, 5, 1, 1],
  [59, 1, 1, 1, 3, 11],
  [61, 1, 3, 5, 5, 31],
  [67, 1, 3, 3, 9, 7, 49],
  [91, 1, 1, 1, 15, 21, 21],
  [97, 1, 3, 1, 13, 27, 49],
  [103, 1, 1, 1, 15, 7, 5],
  [109, 1, 3, 1, 15, 13, 25],
  [115, 1, 1, 5, 5, 19, 61],
  [131, 1, 3, 7, 11, 23, 15, 103],
  [137, 1, 3, 7, 13, 13, 15, 69],
  [143, 1, 1, 3, 13, 7, 35, 63],
  [145, 1, 3, 5, 9, 1, 25, 53],
  [157, 1, 3, 1, 13, 9, 35, 107],
  [167, 1, 3, 1, 5, 27, 61, 31],
  [171, 1, 1, 5, 11, 19, 41, 61],
  [185, 1, 3, 5, 3, 3, 13, 69],
  [191, 1, 1, 7, 13, 1, 19, 1],
  [193, 1, 3, 7, 5, 13, 19, 59],
  [203, 1, 1, 3, 9, 25, 29, 41],
  [211, 1, 3, 5, 13, 23, 1, 55],
  [213, 1, 3, 7, 3, 13, 59, 17],
  [229, 1, 3, 1, 3, 5, 53, 69],
  [239, 1, 1, 5, 5, 23, 33, 13],
  [241, 1, 1, 7, 7, 1, 61, 123],
  [247, 1, 1, 7, 9, 13, 61, 49],
  [253, 1, 3, 3, 5, 3, 55, 33],
  [285, 1, 3, 1, 15, 31, 13, 49, 245],
  [299, 1, 3, 5, 15, 31, 59, 63, 97],
  [301, 1, 3, 1, 11, 11, 11, 77, 249],
];

const bits = 32;

/** Dimensions that are truly quasi-random; further ones are uniform random numbers. */
export const sobolDimensions = directionTable.length + 1;

/**
 * A Sobol sequence with a random digital shift, in Gray code order (Bratley & Fox, ACM TOMS 14, 1988): every
 * block of 2^k points that starts at a multiple of 2^k has one point in each of 2^k equal slices of every axis.
 */
export class SobolSequence {
  readonly #dimensions: number;
  readonly #random: Random;
  readonly #directions: Uint32Array[];
  readonly #shift: Uint32Array;
  readonly #state: Uint32Array;
  #count = 0;

  constructor(dimensions: number, random: Random) {
    this.#dimensions = dimensions;
    this.#random = random;
    const quasi = Math.min(dimensions, sobolDimensions);
    this.#directions = Array.from({ length: quasi }, (_, dimension) => directionNumbers(dimension));
    this.#shift = Uint32Array.from({ length: quasi }, () => random.next() * 2 ** bits);
    this.#state = new Uint32Array(quasi);
  }

  /** The next point, each coordinate in [0, 1). */
  next(): number[] {
    if (this.#count > 0) this.#advance(trailingZeros(this.#count));
    this.#count++;
    const point = Array.from(this.#state, (value, d) => ((value ^ this.#shift[d]!) >>> 0) / 2 ** bits);
    while (point.length < this.#dimensions) point.push(this.#random.next());
    return point;
  }

  #advance(bit: number): void {
    for (const [d, directions] of this.#directions.entries()) this.#state[d]! ^= directions[bit]!;
  }
}

function trailingZeros(count: number): number {
  return 31 - Math.clz32(count & -count);
}

function directionNumbers(dimension: number): Uint32Array {
  const v = new Uint32Array(bits);
  if (dimension === 0) {
    for (let i = 0; i < bits; i++) v[i] = 2 ** (bits - 1 - i);
    return v;
  }
  const [polynomial = 0, ...initial] = directionTable[dimension - 1]!;
  const degree = initial.length;
  for (let i = 0; i < bits; i++) {
    if (i < degree) {
      v[i] = initial[i]! * 2 ** (bits - 1 - i);
      continue;
    }
    let value = v[i - degree]! ^ (v[i - degree]! >>> degree);
    for (let k = 1; k < degree; k++) {
      if ((polynomial >>> (degree - k)) & 1) value ^= v[i - k]!;
    }
    v[i] = value;
  }
  return v;
}
