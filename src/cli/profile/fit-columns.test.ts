import { describe, expect, it } from 'vitest';
import { textWidth } from '../terminal/index.ts';
import { fitColumns } from './fit-columns.ts';

const rows = [
  { name: '/robot/front/camera/image_raw', cells: ['29.97', '41.2', '2.1'] },
  { name: '/cmd_vel', cells: ['20.00', { text: '-', paint: (text: string) => `<${text}>` }, '0.9'] },
];

function shown(width: number): string[] {
  return fitColumns({
    headers: ['topic', 'Hz', 'age p95 ms', 'jitter ms'],
    rows,
    width,
    paintHeader: (text) => text,
  });
}

describe('fitColumns', () => {
  it('shows everything where there is room', () => {
    expect(shown(80)).toEqual([
      'topic                             Hz  age p95 ms  jitter ms',
      '/robot/front/camera/image_raw  29.97        41.2        2.1',
      '/cmd_vel                       20.00           <->        0.9',
    ]);
  });

  it('cuts the beginnings of names first', () => {
    expect(shown(50).slice(0, 2)).toEqual([
      'topic                    Hz  age p95 ms  jitter ms',
      '…nt/camera/image_raw  29.97        41.2        2.1',
    ]);
  });

  it('then leaves out columns, the last one first, but never the first number', () => {
    expect(shown(40)[0]).toMatch(/^topic +Hz +age p95 ms$/);
    expect(shown(24)[0]).toMatch(/^topic +Hz$/);
  });

  it.each([17, 24, 33, 40, 47, 64])('is no wider than %i columns', (width) => {
    expect(Math.max(...shown(width).map((line) => textWidth(line.replace('<->', '-'))))).toBeLessThanOrEqual(
      width,
    );
  });
});
