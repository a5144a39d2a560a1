import { isMeasured } from '../format.ts';
import { type Markup, markup } from '../markup.ts';
import type { Scale } from './scale.ts';

/** What every chart has: a place on the page, a title and a description for those who cannot see it. */
export type ChartOptions = {
  /** Unique on the page. */
  id: string;
  title: string;
  description: string;
  width: number;
  height: number;
};

/** The rectangle that the data is drawn in, in pixels. */
export type Plot = { left: number; right: number; top: number; bottom: number };

/** A period of a run that is shaded. */
export type Band = { from: number; to: number; label: string };

/** The outer `<svg>` with its accessible name. */
export function chart(options: ChartOptions, content: readonly (Markup | Markup[])[]): Markup {
  const { id, title, description, width, height } = options;
  return markup`<svg xmlns="http://www.w3.org/2000/svg" class="${width > 700 ? 'chart wide' : 'chart'}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="${id}-title ${id}-desc"><title id="${id}-title">${title}</title><desc id="${id}-desc">${description}</desc>${content}</svg>`;
}

/** Where the data goes when the legend is above it and the axes' labels left and below. */
export function plotOf(options: { width: number; height: number }): Plot {
  return { left: 52, right: options.width - 14, top: 34, bottom: options.height - 40 };
}

/** Grid, ticks and the axes' titles with their units. */
export function axes(options: { plot: Plot; x: Scale; y: Scale; xTitle: string; yTitle: string }): Markup {
  const { plot, x, y, xTitle, yTitle } = options;
  const rows = y.ticks.map((tick) => {
    const at = pixel(y.toPixel(tick));
    return markup`<line class="grid" x1="${plot.left}" x2="${plot.right}" y1="${at}" y2="${at}"/><text x="${plot.left - 7}" y="${at}" dy="0.35em" text-anchor="end">${tickText(tick)}</text>`;
  });
  const columns = x.ticks.map((tick) => {
    const at = pixel(x.toPixel(tick));
    return markup`<line class="axis" x1="${at}" x2="${at}" y1="${plot.bottom}" y2="${plot.bottom + 4}"/><text x="${at}" y="${plot.bottom + 17}" text-anchor="middle">${tickText(tick)}</text>`;
  });
  return markup`${rows}${columns}<line class="axis" x1="${plot.left}" x2="${plot.right}" y1="${plot.bottom}" y2="${plot.bottom}"/><text x="${plot.right}" y="${plot.bottom + 34}" text-anchor="end">${xTitle}</text><text x="${plot.left - 44}" y="14">${yTitle}</text>`;
}

/** Shaded periods, labelled at their top. */
export function bands(options: { plot: Plot; x: Scale; bands: readonly Band[] }): Markup[] {
  const { plot, x } = options;
  return options.bands.map(({ from, to, label }) => {
    const start = Math.max(plot.left, x.toPixel(from));
    const end = Math.min(plot.right, x.toPixel(to));
    if (end <= start) return markup``;
    return markup`<rect class="band" x="${pixel(start)}" y="${plot.top}" width="${pixel(end - start)}" height="${pixel(plot.bottom - plot.top)}"/><text class="band-label" x="${pixel((start + end) / 2)}" y="${plot.top + 13}" text-anchor="middle">${label}</text>`;
  });
}

/** A legend's entry: how its mark is drawn around (0, 0), 18 px wide. */
export type LegendEntry = { label: string; mark: Markup };

/** A row of legend entries that ends at the plot's right edge. */
export function legend(options: { plot: Plot; entries: readonly LegendEntry[] }): Markup {
  let right = options.plot.right;
  const drawn = options.entries.toReversed().map(({ label, mark }) => {
    right -= textWidth(label, 12);
    const entry = markup`<text x="${pixel(right)}" y="14">${label}</text><g transform="translate(${pixel(right - 14)} 10)">${mark}</g>`;
    right -= 38;
    return entry;
  });
  return markup`<g class="legend">${drawn.toReversed()}</g>`;
}

/** Stands in the place of data when there is none. */
export function noData(plot: Plot): Markup {
  return markup`<text x="${pixel((plot.left + plot.right) / 2)}" y="${pixel((plot.top + plot.bottom) / 2)}" text-anchor="middle">no data was recorded</text>`;
}

/** A coordinate with a tenth of a pixel; throws on what is not a number, since that is a bug of the chart. */
export function pixel(value: number): string {
  if (!Number.isFinite(value)) throw new Error(`a chart coordinate is ${value}`);
  return String(Number(value.toFixed(1)));
}

/** A text's width in pixels, estimated: SVG has no layout. Errs on the wide side for common fonts. */
export function textWidth(text: string, fontSize: number): number {
  return [...text].length * fontSize * 0.56;
}

/** The finite ones. */
export function measuredOnly(values: readonly (number | null)[]): number[] {
  return values.filter(isMeasured);
}

function tickText(tick: number): string {
  return tick >= 10000 ? tick.toLocaleString('en-US') : String(tick);
}
