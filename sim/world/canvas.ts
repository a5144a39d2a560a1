/** A colour as 0xRRGGBB. */
export type Color = number;

/** The colour of the given parts, each clamped to 0…255. */
export function rgb(red: number, green: number, blue: number): Color {
  const byte = (part: number) => Math.min(255, Math.max(0, Math.round(part)));
  return (byte(red) << 16) | (byte(green) << 8) | byte(blue);
}

/** `color` made darker (factor < 1) or brighter. */
export function shaded(color: Color, factor: number): Color {
  return rgb((color >> 16) * factor, ((color >> 8) & 255) * factor, (color & 255) * factor);
}

/** Fills simple shapes, row span by row span, into an rgb8 image. Shapes may lie partly or wholly outside. */
export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;

  constructor(width: number, height: number, data: Uint8Array) {
    this.width = width;
    this.height = height;
    this.data = data;
  }

  /** Columns [from, to) of one row. */
  fillSpan(row: number, from: number, to: number, color: Color): void {
    if (row < 0 || row >= this.height) return;
    const first = Math.max(0, from);
    const last = Math.min(this.width, to);
    const red = color >> 16;
    const green = (color >> 8) & 255;
    const blue = color & 255;
    const data = this.data;
    const end = (row * this.width + last) * 3;
    for (let i = (row * this.width + first) * 3; i < end; i += 3) {
      data[i] = red;
      data[i + 1] = green;
      data[i + 2] = blue;
    }
  }

  /** An upright rectangle; edges in pixels, fractions allowed. */
  fillRect(left: number, top: number, right: number, bottom: number, color: Color): void {
    const from = Math.round(left);
    const to = Math.round(right);
    const end = Math.min(this.height, Math.round(bottom));
    for (let row = Math.max(0, Math.round(top)); row < end; row++) this.fillSpan(row, from, to, color);
  }

  /** A convex polygon given as x0, y0, x1, y1, … in either direction. */
  fillConvex(points: readonly number[], color: Color): void {
    let top = Infinity;
    let bottom = -Infinity;
    for (let i = 1; i < points.length; i += 2) {
      top = Math.min(top, points[i]!);
      bottom = Math.max(bottom, points[i]!);
    }
    const end = Math.min(this.height, Math.round(bottom));
    for (let row = Math.max(0, Math.round(top)); row < end; row++) {
      const y = row + 0.5;
      let left = Infinity;
      let right = -Infinity;
      let px = points[points.length - 2]!;
      let py = points[points.length - 1]!;
      for (let i = 0; i < points.length; i += 2) {
        const qx = points[i]!;
        const qy = points[i + 1]!;
        if (py <= y !== qy <= y) {
          const x = px + ((y - py) / (qy - py)) * (qx - px);
          if (x < left) left = x;
          if (x > right) right = x;
        }
        px = qx;
        py = qy;
      }
      if (right >= left)
        this.fillSpan(row, Math.round(left), Math.max(Math.round(right), Math.round(left) + 1), color);
    }
  }

  /** A limb: a bar of the given width between two points. */
  fillBar(x0: number, y0: number, x1: number, y1: number, widthPx: number, color: Color): void {
    const length = Math.hypot(x1 - x0, y1 - y0);
    if (length === 0) return;
    const half = Math.max(widthPx, 1) / 2 / length;
    const nx = (y1 - y0) * half;
    const ny = (x0 - x1) * half;
    this.fillConvex([x0 + nx, y0 + ny, x1 + nx, y1 + ny, x1 - nx, y1 - ny, x0 - nx, y0 - ny], color);
  }

  /** An upright ellipse. */
  fillEllipse(x: number, y: number, radiusX: number, radiusY: number, color: Color): void {
    const end = Math.min(this.height, Math.round(y + radiusY));
    for (let row = Math.max(0, Math.round(y - radiusY)); row < end; row++) {
      const part = (row + 0.5 - y) / radiusY;
      const half = radiusX * Math.sqrt(Math.max(0, 1 - part * part));
      this.fillSpan(row, Math.round(x - half), Math.round(x + half), color);
    }
  }

  /** Darkens what is inside an upright ellipse: a shadow on the ground. */
  shadeEllipse(x: number, y: number, radiusX: number, radiusY: number, factor: number): void {
    const lastRow = Math.min(this.height, Math.round(y + radiusY));
    for (let row = Math.max(0, Math.round(y - radiusY)); row < lastRow; row++) {
      const part = (row + 0.5 - y) / radiusY;
      const half = radiusX * Math.sqrt(Math.max(0, 1 - part * part));
      const from = Math.max(0, Math.round(x - half));
      const to = Math.min(this.width, Math.round(x + half));
      const end = (row * this.width + to) * 3;
      for (let i = (row * this.width + from) * 3; i < end; i++) this.data[i] = this.data[i]! * factor;
    }
  }
}
