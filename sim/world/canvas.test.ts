import { describe, expect, it } from 'vitest';
import { Canvas, rgb, shaded } from './canvas.ts';

const white = 0xffffff;

/** What is drawn on a small black canvas, one character a pixel. */
function drawn(draw: (canvas: Canvas) => void): string[] {
  const canvas = new Canvas(6, 4, new Uint8Array(6 * 4 * 3));
  draw(canvas);
  return Array.from({ length: 4 }, (_, row) =>
    Array.from({ length: 6 }, (_, col) => (canvas.data[(row * 6 + col) * 3] === 255 ? '#' : '.')).join(''),
  );
}

describe('Canvas', () => {
  it('fills rectangles, cut at the edges', () => {
    expect(drawn((canvas) => canvas.fillRect(-5, -5, 2, 2, white))).toEqual([
      '##....',
      '##....',
      '......',
      '......',
    ]);
    expect(drawn((canvas) => canvas.fillRect(4, 3, 99, 99, white))).toEqual([
      '......',
      '......',
      '......',
      '....##',
    ]);
  });

  it('draws nothing for shapes that lie outside', () => {
    const nothing = new Array(4).fill('......');
    expect(drawn((canvas) => canvas.fillRect(7, 0, 9, 4, white))).toEqual(nothing);
    expect(drawn((canvas) => canvas.fillEllipse(-9, 2, 3, 3, white))).toEqual(nothing);
    expect(drawn((canvas) => canvas.fillConvex([8, 0, 9, 4, 7, 4], white))).toEqual(nothing);
  });

  it('fills convex polygons given in either direction', () => {
    const triangle = [0, 0, 4, 4, 0, 4];
    const expected = ['#.....', '##....', '###...', '####..'];
    expect(drawn((canvas) => canvas.fillConvex(triangle, white))).toEqual(expected);
    expect(drawn((canvas) => canvas.fillConvex([0, 0, 0, 4, 4, 4], white))).toEqual(expected);
  });

  it('draws limbs and ellipses', () => {
    expect(drawn((canvas) => canvas.fillBar(0, 2, 6, 2, 2, white))).toEqual([
      '......',
      '######',
      '######',
      '......',
    ]);
    expect(drawn((canvas) => canvas.fillEllipse(3, 2, 3, 2, white))).toEqual([
      '.####.',
      '######',
      '######',
      '.####.',
    ]);
  });
});

describe('colours', () => {
  it('stay within a byte', () => {
    expect(rgb(300, -4, 127.6)).toBe(0xff0080);
    expect(shaded(0x808080, 3)).toBe(white);
    expect(shaded(0x808080, 0.5)).toBe(0x404040);
  });
});
