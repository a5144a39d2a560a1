import type { RgbImage } from '../../src/core/perception/detection.ts';

/** An 8-bit grey image, row by row. */
export type GreyImage = { width: number; height: number; data: Uint8Array };

const canvasWidth = 640;
const canvasHeight = 240;
const searchRadius = 6;

/**
 * A running panorama from a moving camera: each image is registered against the one before by block
 * matching (sum of absolute differences) and blended into a canvas that wraps around. `detail` 1 to 4 sets
 * how many blocks are matched and at which resolution, so the cost grows about with its square.
 */
export class Mosaic {
  readonly #canvas = new Uint8Array(canvasWidth * canvasHeight);
  #previous: GreyImage | undefined;
  #offsetX = 0;
  #offsetY = 0;

  /** Registers and blends one image; returns the motion found, in pixels of the reduced image. */
  add(image: RgbImage, detail: number): { dx: number; dy: number } {
    const grey = reduce(image, detail);
    const previous = this.#previous;
    const motion =
      previous && previous.width === grey.width
        ? estimateMotion(previous, grey, 6 * detail)
        : { dx: 0, dy: 0 };
    const scale = canvasHeight / grey.height;
    this.#offsetX -= motion.dx * scale;
    this.#offsetY = (this.#offsetY - motion.dy * scale) * 0.98;
    this.#blend(grey, scale);
    this.#previous = grey;
    return motion;
  }

  /** The panorama so far; valid until the next add(). */
  get canvas(): GreyImage {
    return { width: canvasWidth, height: canvasHeight, data: this.#canvas };
  }

  #blend(grey: GreyImage, scale: number): void {
    const width = Math.floor(grey.width * scale);
    const left = Math.round(this.#offsetX);
    const top = Math.round(this.#offsetY);
    for (let y = 0; y < canvasHeight; y++) {
      const targetY = y + top;
      if (targetY < 0 || targetY >= canvasHeight) continue;
      const sourceRow = Math.min(grey.height - 1, Math.floor(y / scale)) * grey.width;
      const targetRow = targetY * canvasWidth;
      for (let x = 0; x < width; x++) {
        const target = targetRow + modulo(x + left, canvasWidth);
        const source = grey.data[sourceRow + Math.min(grey.width - 1, Math.floor(x / scale))] as number;
        this.#canvas[target] = ((this.#canvas[target] as number) * 3 + source) >> 2;
      }
    }
  }
}

/** Grey image at 1/4 (detail 1 and 2), 1/3 (3) or 1/2 (4) of the size, box-filtered. */
function reduce(image: RgbImage, detail: number): GreyImage {
  const factor = detail >= 4 ? 2 : detail === 3 ? 3 : 4;
  const width = Math.floor(image.width / factor);
  const height = Math.floor(image.height / factor);
  const data = new Uint8Array(width * height);
  const samples = factor * factor * 3;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let v = 0; v < factor; v++) {
        const row = ((y * factor + v) * image.width + x * factor) * 3;
        for (let u = 0; u < factor * 3; u++) sum += image.data[row + u] as number;
      }
      data[y * width + x] = sum / samples;
    }
  }
  return { width, height, data };
}

/** Median motion of a grid of blocks between two images of the same size. */
function estimateMotion(
  before: GreyImage,
  after: GreyImage,
  blocksPerSide: number,
): { dx: number; dy: number } {
  const size = 8;
  const dxs: number[] = [];
  const dys: number[] = [];
  const spanX = after.width - size - 2 * searchRadius;
  const spanY = after.height - size - 2 * searchRadius;
  for (let j = 0; j < blocksPerSide; j++) {
    for (let i = 0; i < blocksPerSide; i++) {
      const x = searchRadius + Math.floor((spanX * i) / Math.max(1, blocksPerSide - 1));
      const y = searchRadius + Math.floor((spanY * j) / Math.max(1, blocksPerSide - 1));
      const { dx, dy } = matchBlock(before, after, x, y, size);
      dxs.push(dx);
      dys.push(dy);
    }
  }
  return { dx: median(dxs), dy: median(dys) };
}

function matchBlock(
  before: GreyImage,
  after: GreyImage,
  x: number,
  y: number,
  size: number,
): { dx: number; dy: number } {
  let best = Number.POSITIVE_INFINITY;
  let bestDx = 0;
  let bestDy = 0;
  for (let dy = -searchRadius; dy <= searchRadius; dy++) {
    for (let dx = -searchRadius; dx <= searchRadius; dx++) {
      // Among equal matches the smallest motion is the likeliest.
      let difference = 0.01 * (Math.abs(dx) + Math.abs(dy));
      for (let v = 0; v < size && difference < best; v++) {
        const rowBefore = (y + v) * before.width + x;
        const rowAfter = (y + v + dy) * after.width + x + dx;
        for (let u = 0; u < size; u++) {
          difference += Math.abs(
            (before.data[rowBefore + u] as number) - (after.data[rowAfter + u] as number),
          );
        }
      }
      if (difference < best) {
        best = difference;
        bestDx = dx;
        bestDy = dy;
      }
    }
  }
  return { dx: bestDx, dy: bestDy };
}

function median(values: number[]): number {
  values.sort((a, b) => a - b);
  return values[values.length >> 1] ?? 0;
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
