import type { TimePoint } from '../demo-report.ts';
import { formatQuantity, isMeasured } from '../format.ts';
import { type Markup, markup } from '../markup.ts';
import {
  axes,
  type Band,
  bands,
  type ChartOptions,
  chart,
  legend,
  measuredOnly,
  noData,
  type Plot,
  pixel,
  plotOf,
} from './frame.ts';
import { exactScale, linearScale, logScale, type Scale } from './scale.ts';

/** One line. `style` is its class in svg/style.ts. */
export type LineSeries = { label: string; style: 'default' | 'tuned'; points: readonly TimePoint[] };

/** A chart of quantities over time; a bound is drawn as a line with its label. */
export type LineChartOptions = ChartOptions & {
  yTitle: string;
  unit: string;
  series: readonly LineSeries[];
  bands?: readonly Band[];
  bound?: { value: number; label: string };
};

/** Above this ratio of largest to smallest interesting value an axis from zero hides what matters. */
const logarithmicFrom = 8;

/** More hover columns than this only make the page heavy. */
const mostProbes = 150;

/**
 * Lines over time, broken where nothing was measured. The y axis begins at zero, or is logarithmic where the
 * largest value is far above the bound. Hovering shows all values of a moment.
 */
export function renderLineChart(options: LineChartOptions): Markup {
  const plot = plotOf(options);
  const points = options.series.flatMap((line) => line.points);
  const times = points.map((point) => point.t_s);
  const x = exactScale({ low: 0, high: Math.max(1, ...times), start: plot.left, end: plot.right });
  const values = measuredOnly(points.map((point) => point.value));
  const y = valueScale({ values, bound: options.bound?.value, plot });
  return chart(options, [
    bands({ plot, x, bands: options.bands ?? [] }),
    axes({ plot, x, y, xTitle: 'seconds since the run began', yTitle: options.yTitle + y.note }),
    points.some((point) => isMeasured(point.value)) ? markup`` : noData(plot),
    markup`${options.series.map((line) => drawLine({ line, x, y }))}`,
    options.bound ? boundLine({ bound: options.bound, plot, y }) : markup``,
    legend({
      plot,
      entries: options.series.map(({ label, style }) => ({
        label,
        mark: markup`<line class="series ${style}" x1="-10" x2="9" y1="0" y2="0"/>`,
      })),
    }),
    probes({ ...options, plot, x }),
  ]);
}

function valueScale(options: {
  values: number[];
  bound: number | undefined;
  plot: Plot;
}): Scale & { note: string } {
  const { bound, plot } = options;
  const high = Math.max(bound ?? 0, ...options.values, 0) || 1;
  const span = { start: plot.bottom, end: plot.top };
  const positive = options.values.filter((value) => value > 0);
  if (bound !== undefined && bound > 0 && high / bound >= logarithmicFrom) {
    return { ...logScale({ low: Math.min(bound, ...positive), high, ...span }), note: ', logarithmic' };
  }
  return { ...linearScale({ low: Math.min(0, ...options.values), high, ...span }), note: '' };
}

function drawLine(options: { line: LineSeries; x: Scale; y: Scale }): Markup[] {
  const { line, x, y } = options;
  return unbroken(line.points).map((run) => {
    const at = run.map((point) => `${pixel(x.toPixel(point.t_s))},${pixel(y.toPixel(point.value))}`);
    if (at.length > 1) return markup`<polyline class="series ${line.style}" points="${at.join(' ')}"/>`;
    const [cx = '', cy = ''] = at[0]?.split(',') ?? [];
    return markup`<circle class="dot ${line.style}" cx="${cx}" cy="${cy}" r="2.5"/>`;
  });
}

function unbroken(points: readonly TimePoint[]): { t_s: number; value: number }[][] {
  const runs: { t_s: number; value: number }[][] = [[]];
  for (const { t_s, value } of points) {
    if (isMeasured(value)) runs.at(-1)?.push({ t_s, value });
    else runs.push([]);
  }
  return runs.filter((run) => run.length > 0);
}

function boundLine(options: { bound: { value: number; label: string }; plot: Plot; y: Scale }): Markup {
  const { bound, plot, y } = options;
  const at = pixel(y.toPixel(bound.value));
  return markup`<line class="bound" x1="${plot.left}" x2="${plot.right}" y1="${at}" y2="${at}"/><text class="bound-label" x="${plot.right - 4}" y="${at}" dy="-0.45em" text-anchor="end">${bound.label}</text>`;
}

/** Invisible columns over the plot, one per moment of the longest line, whose tooltip tells every line's value. */
function probes(options: LineChartOptions & { plot: Plot; x: Scale }): Markup {
  const { plot, x, unit, series } = options;
  const longest = series.reduce<readonly TimePoint[]>(
    (a, { points }) => (points.length > a.length ? points : a),
    [],
  );
  const every = Math.ceil(longest.length / mostProbes);
  const times = longest.filter((_, index) => index % every === 0).map((point) => point.t_s);
  const drawn = times.map((time, index) => {
    const at = x.toPixel(time);
    const left = Math.max(plot.left, (at + x.toPixel(times[index - 1] ?? time)) / 2);
    const right = Math.min(plot.right, (at + x.toPixel(times[index + 1] ?? time)) / 2);
    const values = series.flatMap(({ label, points }) => {
      const nearest = nearestTo(points, time);
      return nearest ? [`${label}: ${formatQuantity(nearest.value, unit)}`] : [];
    });
    const text = [`${Number(time.toFixed(1))} s`, ...values].join('\n');
    const width = pixel(Math.max(0.1, right - left));
    return markup`<g class="probe"><title>${text}</title><rect x="${pixel(left)}" y="${plot.top}" width="${width}" height="${plot.bottom - plot.top}"/><line x1="${pixel(at)}" x2="${pixel(at)}" y1="${plot.top}" y2="${plot.bottom}"/></g>`;
  });
  return markup`<g class="probes">${drawn}</g>`;
}

/** The point closest in time, if it is within a second. */
function nearestTo(points: readonly TimePoint[], time: number): TimePoint | undefined {
  const distance = (point: TimePoint) => Math.abs(point.t_s - time);
  const nearest = points.reduce<TimePoint | undefined>(
    (best, point) => (best === undefined || distance(point) < distance(best) ? point : best),
    undefined,
  );
  return nearest && distance(nearest) <= 1 ? nearest : undefined;
}
