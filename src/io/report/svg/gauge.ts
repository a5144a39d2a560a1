import type { Measured } from '../demo-report.ts';
import { isMeasured } from '../format.ts';
import { type Markup, markup } from '../markup.ts';
import { pixel } from './frame.ts';

const width = 200;
const height = 22;
const inset = 8;

/**
 * Where default (hollow) and tuned (filled) lie on a scale from zero; the allowed side of the bound is
 * green. Decoration of a table row that says the same in numbers, so hidden from screen readers.
 */
export function renderGauge(options: {
  default: Measured;
  tuned: Measured;
  bound?: { value: number; comparison: '>=' | '<=' };
}): Markup {
  const { bound } = options;
  const values = [options.default, options.tuned, bound?.value ?? null].filter(isMeasured);
  const most = Math.max(0, ...values) * 1.08 || 1;
  const toPixel = (value: number) => inset + (Math.max(0, value) / most) * (width - 2 * inset);
  return markup`<svg xmlns="http://www.w3.org/2000/svg" class="chart gauge" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" aria-hidden="true"><rect class="track" x="0" y="8" width="${width}" height="6" rx="3"/>${bound ? allowed(bound, toPixel) : undefined}${isMeasured(options.default) ? markup`<circle class="gauge-default" cx="${pixel(toPixel(options.default))}" cy="11" r="5"/>` : undefined}${isMeasured(options.tuned) ? markup`<circle class="gauge-tuned" cx="${pixel(toPixel(options.tuned))}" cy="11" r="5.5"/>` : undefined}</svg>`;
}

function allowed(
  bound: { value: number; comparison: '>=' | '<=' },
  toPixel: (value: number) => number,
): Markup {
  const at = toPixel(bound.value);
  const [from, to] = bound.comparison === '>=' ? [at, width] : [0, at];
  return markup`<rect class="allowed" x="${pixel(from)}" y="8" width="${pixel(to - from)}" height="6" rx="3"/><line class="tick-bound" x1="${pixel(at)}" x2="${pixel(at)}" y1="4" y2="18"/>`;
}
