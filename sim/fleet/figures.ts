import { fateGroups } from '../../src/io/report/fate-groups.ts';
import { Markup, markup } from '../../src/io/report/markup.ts';
import { renderFateChart } from '../../src/io/report/svg/fate-chart.ts';
import { type ChartOptions, chart, pixel, textWidth } from '../../src/io/report/svg/frame.ts';
import { renderLineChart } from '../../src/io/report/svg/line-chart.ts';
import { chartColours, chartRules, darkChartColours } from '../../src/io/report/svg/style.ts';
import type { FleetRun, Second } from './simulate.ts';

/** A figure's file name without ending, and its SVG, which stands alone. */
export type Figure = { name: string; svg: string };

const size = { width: 900, height: 280 };

/** The figures of one scenario's runs: utility by policy; for each policy, fates and queues over time; QoE over time. */
export function fleetFigures(runs: readonly FleetRun[], qoeWindowS: number): Figure[] {
  const [first] = runs;
  if (first === undefined) return [];
  const firstSeeds = runs.filter(({ seed }) => seed === first.seed);
  const best = firstSeeds.reduce((a, b) => (b.summary.utility > a.summary.utility ? b : a));
  return [
    { name: `${first.scenario}-utility`, svg: standalone(utilityFigure(firstSeeds)) },
    ...firstSeeds.map((run) => ({
      name: `${run.scenario}-${run.policy}-fates`,
      svg: standalone(fateFigure(run)),
    })),
    ...firstSeeds.map((run) => ({
      name: `${run.scenario}-${run.policy}-queues`,
      svg: standalone(queueFigure(run)),
    })),
    { name: `${first.scenario}-qoe`, svg: standalone(qoeFigure(first, best, qoeWindowS)) },
  ];
}

function utilityFigure(runs: readonly FleetRun[]): Markup {
  const rowHeight = 26;
  const options: ChartOptions = {
    id: 'utility',
    title: 'Utility by policy',
    description: `Utility of ${runs.length} policies as a share of what no scheduler could exceed.`,
    width: size.width,
    height: 30 + rowHeight * runs.length,
  };
  const sorted = [...runs].sort((a, b) => b.summary.utility - a.summary.utility);
  const left = 20 + Math.max(...sorted.map(({ policy }) => textWidth(policy, 12)));
  const widest = options.width - left - 150;
  const rows = sorted.map(({ policy, summary, bound }, index) => {
    const share = bound > 0 ? Math.max(0, summary.utility / bound) : 0;
    const y = 14 + index * rowHeight;
    const label = `${Math.round(summary.utility).toLocaleString('en-US')} (${(100 * share).toFixed(1)} %)`;
    return markup`<text x="${pixel(left - 8)}" y="${y + 13}" text-anchor="end">${policy}</text><rect class="bar edge" x="${pixel(left)}" y="${y}" width="${pixel(widest * share)}" height="18" rx="2"/><text class="strong" x="${pixel(left + widest * share + 8)}" y="${y + 13}">${label}</text>`;
  });
  const limit = markup`<line class="bound" x1="${pixel(left + widest)}" x2="${pixel(left + widest)}" y1="6" y2="${options.height - 8}"/>`;
  return chart(options, [limit, rows]);
}

function fateFigure({ scenario, policy, seconds }: FleetRun): Markup {
  return renderFateChart({
    ...size,
    id: 'fates',
    title: `Fates under ${policy}`,
    description: `Tasks that ended in each second of ${scenario}.`,
    seconds: seconds.map((second, t_s) => ({ t_s, ...groupsOf(second) })),
  });
}

function queueFigure({ scenario, policy, seconds }: FleetRun): Markup {
  const points = (value: (second: Second) => number) =>
    seconds.map((second, index) => ({ t_s: index + 1, value: value(second) }));
  return renderLineChart({
    ...size,
    id: 'queues',
    title: `Queues under ${policy}`,
    description: `Tasks that wait, and that are in the cloud, over ${scenario}.`,
    yTitle: 'tasks',
    unit: 'tasks',
    series: [
      { label: 'waiting', style: 'default', points: points(({ waiting }) => waiting) },
      { label: 'in the cloud', style: 'tuned', points: points(({ inCloud }) => inCloud) },
    ],
  });
}

function qoeFigure(first: FleetRun, best: FleetRun, windowS: number): Markup {
  return renderLineChart({
    ...size,
    id: 'qoe',
    title: 'Share on time over time',
    description: `Share of tasks on time per ${windowS} s, ${first.policy} and the best policy, ${best.policy}.`,
    yTitle: `% on time per ${windowS} s`,
    unit: '%',
    series: [
      { label: first.policy, style: 'default', points: shareOnTime(first.seconds, windowS) },
      ...(best === first
        ? []
        : [{ label: best.policy, style: 'tuned' as const, points: shareOnTime(best.seconds, windowS) }]),
    ],
  });
}

function shareOnTime(seconds: readonly Second[], windowS: number) {
  const points: { t_s: number; value: number }[] = [];
  for (let from = 0; from + windowS <= seconds.length; from += windowS) {
    const counts = seconds.slice(from, from + windowS).map(groupsOf);
    const total = counts.reduce(
      (sum, count) => sum + fateGroups.reduce((n, group) => n + count[group], 0),
      0,
    );
    const onTime = counts.reduce((sum, { edge, cloud }) => sum + edge + cloud, 0);
    points.push({ t_s: from + windowS, value: total === 0 ? 0 : (100 * onTime) / total });
  }
  return points;
}

function groupsOf({ edge, cloud, late, dropped }: Second) {
  return { edge, cloud, late, dropped };
}

/** A chart with its colours and rules inside. */
function standalone(figure: Markup): string {
  const style = new Markup(
    `<style>svg { ${chartColours} background: var(--surface); } @media (prefers-color-scheme: dark) { svg { ${darkChartColours} } } ${chartRules}</style>`,
  );
  return `${String(figure).replace('>', `>${style}`)}\n`;
}
