import type { Detection } from './detection.ts';

/** A network's output: maps of `cols` × `rows` cells, row by row. */
export type HeatmapOutput = {
  cols: number;
  rows: number;
  /** Per label one map of scores, 0 to 1: how likely an object's centre is in the cell. */
  heat: Float32Array;
  /** Four maps: the centre's offset from the cell's corner in cells (x, y), the box's width and height as fractions of the image. */
  boxes: Float32Array;
};

/** Two boxes of one label that overlap more than this (intersection over union) are one object. */
export const sameObjectIou = 0.45;

/**
 * Objects in a centre heatmap (CenterNet, arXiv 1904.07850, section 4.1): cells that are at least as hot as their eight neighbours and
 * reach the threshold; then non-maximum suppression. Best first.
 */
export function decodeHeatmap(
  output: HeatmapOutput,
  labels: readonly string[],
  threshold: number,
): Detection[] {
  const peaks = labels.flatMap((label, index) => peaksOf(output, label, index, threshold));
  peaks.sort((a, b) => b.score - a.score);
  const kept: Detection[] = [];
  for (const peak of peaks) {
    if (!kept.some((other) => other.label === peak.label && iou(other, peak) >= sameObjectIou))
      kept.push(peak);
  }
  return kept;
}

function peaksOf(output: HeatmapOutput, label: string, labelIndex: number, threshold: number): Detection[] {
  const { cols, rows, heat, boxes } = output;
  const cells = cols * rows;
  const map = heat.subarray(labelIndex * cells, (labelIndex + 1) * cells);
  const found: Detection[] = [];
  for (let cell = 0; cell < cells; cell++) {
    const score = map[cell]!;
    if (score < threshold || !isPeak(map, cols, rows, cell)) continue;
    found.push({
      label,
      score,
      centerX: ((cell % cols) + boxes[cell]!) / cols,
      centerY: (Math.floor(cell / cols) + boxes[cells + cell]!) / rows,
      width: boxes[2 * cells + cell]!,
      height: boxes[3 * cells + cell]!,
    });
  }
  return found;
}

function isPeak(map: Float32Array, cols: number, rows: number, cell: number): boolean {
  const col = cell % cols;
  const row = Math.floor(cell / cols);
  for (let r = Math.max(0, row - 1); r <= Math.min(rows - 1, row + 1); r++) {
    for (let c = Math.max(0, col - 1); c <= Math.min(cols - 1, col + 1); c++) {
      if (map[r * cols + c]! > map[cell]!) return false;
    }
  }
  return true;
}

type Box = Pick<Detection, 'centerX' | 'centerY' | 'width' | 'height'>;

/** Intersection over union of two boxes: 0 apart … 1 the same. */
export function iou(a: Box, b: Box): number {
  const wide = overlap(a.centerX, a.width, b.centerX, b.width);
  const tall = overlap(a.centerY, a.height, b.centerY, b.height);
  const shared = wide * tall;
  return shared === 0 ? 0 : shared / (a.width * a.height + b.width * b.height - shared);
}

function overlap(centerA: number, sizeA: number, centerB: number, sizeB: number): number {
  const start = Math.max(centerA - sizeA / 2, centerB - sizeB / 2);
  const end = Math.min(centerA + sizeA / 2, centerB + sizeB / 2);
  return Math.max(0, end - start);
}
