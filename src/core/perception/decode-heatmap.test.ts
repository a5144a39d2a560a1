import { describe, expect, it } from 'vitest';
import { decodeHeatmap, type HeatmapOutput, iou } from './decode-heatmap.ts';

const cols = 8;
const rows = 6;
const cells = cols * rows;

/** An empty output, and a way to put an object into it. */
function output(labels = 1): {
  maps: HeatmapOutput;
  put: (col: number, row: number, score: number, label?: number) => void;
} {
  const maps = { cols, rows, heat: new Float32Array(labels * cells), boxes: new Float32Array(4 * cells) };
  return {
    maps,
    put(col, row, score, label = 0) {
      const cell = row * cols + col;
      maps.heat[label * cells + cell] = score;
      [0.5, 0.25, 0.2, 0.4].forEach((value, map) => {
        maps.boxes[map * cells + cell] = value;
      });
    },
  };
}

describe('decodeHeatmap', () => {
  it('turns a peak into a box in fractions of the image', () => {
    const { maps, put } = output();
    put(3, 2, 0.9);
    const [found, ...others] = decodeHeatmap(maps, ['person'], 0.5);
    expect(others).toEqual([]);
    expect(found?.label).toBe('person');
    expect(found?.score).toBeCloseTo(0.9);
    expect(found?.centerX).toBeCloseTo(3.5 / cols);
    expect(found?.centerY).toBeCloseTo(2.25 / rows);
    expect(found?.width).toBeCloseTo(0.2);
    expect(found?.height).toBeCloseTo(0.4);
  });

  it('leaves out what is below the threshold and what lies on the slope of a peak', () => {
    const { maps, put } = output();
    put(3, 2, 0.9);
    put(4, 2, 0.8);
    put(0, 5, 0.4);
    expect(decodeHeatmap(maps, ['person'], 0.5)).toHaveLength(1);
  });

  it('finds peaks at the edges, best first', () => {
    const { maps, put } = output();
    put(0, 0, 0.6);
    put(7, 5, 0.8);
    expect(decodeHeatmap(maps, ['person'], 0.5).map(({ score }) => Math.round(score * 10))).toEqual([8, 6]);
  });

  it('keeps the better one of two boxes on the same object, but both when their labels differ', () => {
    const near = output();
    near.put(3, 2, 0.9);
    near.put(3, 4, 0.7);
    for (const cell of [2 * cols + 3, 4 * cols + 3]) near.maps.boxes[3 * cells + cell] = 2;
    expect(decodeHeatmap(near.maps, ['person'], 0.5).map(({ score }) => score)).toEqual([Math.fround(0.9)]);

    const both = output(2);
    both.put(3, 2, 0.9, 0);
    both.put(3, 2, 0.7, 1);
    expect(decodeHeatmap(both.maps, ['person', 'dog'], 0.5).map(({ label }) => label)).toEqual([
      'person',
      'dog',
    ]);
  });
});

describe('iou', () => {
  const box = { centerX: 0.5, centerY: 0.5, width: 0.2, height: 0.4 };

  it('is 1 for the same box, 0 apart, and a third for a shift by half a width', () => {
    expect(iou(box, box)).toBeCloseTo(1);
    expect(iou(box, { ...box, centerX: 0.8 })).toBe(0);
    expect(iou(box, { ...box, centerX: 0.6 })).toBeCloseTo(1 / 3);
  });
});
