import type { DemoSeries } from '../demo-report.ts';
import { type FateGroup, fateGroups } from '../fate-groups.ts';
import { type Markup, markup } from '../markup.ts';
import { axes, type Band, bands, type ChartOptions, chart, legend, noData, pixel, plotOf } from './frame.ts';
import { exactScale, linearScale, type Scale } from './scale.ts';

/** How the groups are called in figures and tables. */
export const fateGroupLabels: Record<FateGroup, string> = {
  edge: 'on time, edge',
  cloud: 'on time, cloud',
  late: 'late',
  dropped: 'dropped or failed',
};

/** Stacked bars of the tasks that ended in each second, by group of fates. */
export function renderFateChart(
  options: ChartOptions & { seconds: DemoSeries['fates']; bands?: readonly Band[] },
): Markup {
  const { seconds } = options;
  const plot = plotOf(options);
  const lastSecond = Math.max(0, ...seconds.map((second) => second.t_s));
  const most = Math.max(
    1,
    ...seconds.map((second) => fateGroups.reduce((sum, group) => sum + second[group], 0)),
  );
  const x = exactScale({ low: 0, high: lastSecond + 1, start: plot.left, end: plot.right });
  const y = linearScale({ low: 0, high: most, start: plot.bottom, end: plot.top, tickCount: 4 });
  return chart(options, [
    axes({ plot, x, y, xTitle: 'seconds since the run began', yTitle: 'tasks per second' }),
    bands({ plot, x, bands: options.bands ?? [] }),
    seconds.length === 0 ? noData(plot) : seconds.map((second) => stack({ second, x, y })),
    legend({
      plot,
      entries: fateGroups.map((group) => ({
        label: fateGroupLabels[group],
        mark: markup`<rect class="bar ${group}" x="-2" y="-5" width="10" height="10" rx="2"/>`,
      })),
    }),
  ]);
}

function stack(options: { second: DemoSeries['fates'][number]; x: Scale; y: Scale }): Markup {
  const { second, x, y } = options;
  const slot = x.toPixel(second.t_s + 1) - x.toPixel(second.t_s);
  const gap = Math.min(3, slot * 0.2);
  let base = 0;
  const bars = fateGroups.map((group) => {
    const count = second[group];
    const top = y.toPixel(base + count);
    const bar = markup`<rect class="bar ${group}" x="${pixel(x.toPixel(second.t_s) + gap / 2)}" y="${pixel(top)}" width="${pixel(slot - gap)}" height="${pixel(y.toPixel(base) - top)}"/>`;
    base += count;
    return count > 0 ? bar : undefined;
  });
  const counts = fateGroups.map((group) => `${fateGroupLabels[group]}: ${second[group]}`);
  return markup`<g><title>${[`second ${second.t_s}`, ...counts].join('\n')}</title>${bars}</g>`;
}
