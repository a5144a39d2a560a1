import { describe, expect, it } from 'vitest';
import { resize } from './resize.ts';

const pixel = (value: number) => [value, value + 1, value + 2];
const image = (width: number, height: number, values: number[]) => ({
  width,
  height,
  data: Uint8Array.from(values.flatMap(pixel)),
});

describe('resize', () => {
  it('averages blocks when both sides shrink by the same whole number', () => {
    const shrunk = resize(image(4, 2, [0, 10, 100, 102, 20, 30, 104, 106]), 2, 1);
    expect([...shrunk]).toEqual([...pixel(15), ...pixel(103)]);
  });

  it('rounds averages half up', () => {
    expect(resize(image(2, 2, [0, 0, 1, 1]), 1, 1)[0]).toBe(1);
  });

  it('keeps a flat image flat at any size', () => {
    const flat = resize(image(5, 3, new Array(15).fill(77)), 7, 8);
    expect(flat).toHaveLength(7 * 8 * 3);
    expect(new Set(flat)).toEqual(new Set([77, 78, 79]));
  });

  it('interpolates between pixel centres when the sizes do not divide', () => {
    const wider = resize(image(2, 1, [0, 100]), 4, 1);
    expect([wider[0], wider[3], wider[6], wider[9]]).toEqual([0, 25, 75, 100]);
  });

  it('hands back the very bytes when nothing has to change', () => {
    const same = image(2, 1, [1, 2]);
    expect(resize(same, 2, 1)).toBe(same.data);
  });
});
