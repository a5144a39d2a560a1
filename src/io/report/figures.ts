import type { DemoReport, DemoSeries, RunPair } from './demo-report.ts';
import { countByGroup } from './fate-groups.ts';
import { formatNumber, formatPercent, formatQuantity, plural } from './format.ts';
import type { Markup } from './markup.ts';
import { requiredText } from './requirement-text.ts';
import { renderFateChart } from './svg/fate-chart.ts';
import type { Band } from './svg/frame.ts';
import { renderLineChart } from './svg/line-chart.ts';
import { renderTrialChart } from './svg/trial-chart.ts';

/** A figure's size in pixels. */
export type FigureSize = { width: number; height: number };

/** Distance between the drone and its ideal place, both runs. */
export function trackingErrorFigure(report: DemoReport, size: FigureSize): Markup {
  const { default: before, tuned: after } = report.tracking_error_m;
  return pairFigure({
    ...size,
    id: 'fig-tracking-error',
    title: 'Distance between the drone and its ideal place',
    description: `Mean ${formatQuantity(before, 'm')} with the default, ${formatQuantity(after, 'm')} with the tuned configuration.`,
    yTitle: 'distance (m)',
    unit: 'm',
    pair: report.series.tracking_error_m,
    report,
  });
}

/** Rate of cmd_vel, both runs. */
export function rateFigure(report: DemoReport, size: FigureSize): Markup {
  return pairFigure({
    ...size,
    id: 'fig-rate',
    title: 'Rate of cmd_vel',
    description: 'Velocity commands per second over the default run and the tuned run.',
    yTitle: 'rate (Hz)',
    unit: 'Hz',
    pair: report.series.cmd_vel_rate_hz,
    report,
  });
}

/** Latency from image to command, both runs. */
export function latencyFigure(report: DemoReport, size: FigureSize): Markup {
  return pairFigure({
    ...size,
    id: 'fig-latency',
    title: 'Latency from image to command',
    description: '95th percentile of each second, over the default run and the tuned run.',
    yTitle: 'p95 latency (ms)',
    unit: 'ms',
    pair: report.series.path_latency_p95_ms,
    report,
  });
}

/** Tasks by fate over the tuned run. */
export function fateFigure(report: DemoReport, size: FigureSize): Markup {
  const counts = countByGroup(report.tasks);
  return renderFateChart({
    ...size,
    id: 'fig-fates',
    title: 'Fates of the inference tasks',
    description: `Over the whole demo, of ${plural(report.tasks.created, 'task')}, ${counts.edge} ended in time at the edge, ${counts.cloud} in time in the cloud, ${counts.late} late, ${counts.dropped} without a result.`,
    seconds: report.series.fates,
    bands: badLinkBands(report.series, (condition) => `bad link: ${condition}`),
  });
}

/** Score of each trial. */
export function trialFigure(report: DemoReport, size: FigureSize): Markup {
  const feasible = report.trial_log.filter((trial) => trial.feasible).length;
  return renderTrialChart({
    ...size,
    id: 'fig-trials',
    title: 'Score of each trial',
    description: `${feasible} of ${plural(report.trial_log.length, 'trial')} met every requirement.`,
    trials: report.trial_log,
  });
}

/** The periods in which the link was bad, labelled by their condition; periods that follow one another are one. */
export function badLinkBands(series: DemoSeries, labelOf: (condition: string) => string): Band[] {
  const lastFate = series.fates.at(-1)?.t_s;
  const end = Math.max(
    0,
    lastFate === undefined ? 0 : lastFate + 1,
    ...series.tracking_error_m.tuned.map((point) => point.t_s),
    ...series.cmd_vel_rate_hz.tuned.map((point) => point.t_s),
  );
  const found: Band[] = [];
  series.link.forEach((entry, index) => {
    if (!entry.bad) return;
    const to = series.link[index + 1]?.t_s ?? end;
    const previous = found.at(-1);
    if (previous?.to === entry.t_s) previous.to = to;
    else found.push({ from: entry.t_s, to, label: labelOf(entry.label) });
  });
  return found;
}

/** Share of the created tasks that ended in time, as text with both numbers. */
export function onTimeText(report: DemoReport): { share: string; counts: string } {
  const counts = countByGroup(report.tasks);
  const onTime = counts.edge + counts.cloud;
  const share = report.tasks.created > 0 ? onTime / report.tasks.created : null;
  return {
    share: formatPercent(share),
    counts: `${formatNumber(onTime)} of ${plural(report.tasks.created, 'task')}`,
  };
}

function pairFigure(options: {
  id: string;
  title: string;
  description: string;
  width: number;
  height: number;
  yTitle: string;
  unit: string;
  pair: RunPair;
  report: DemoReport;
}): Markup {
  const { pair, report, ...rest } = options;
  const requirement = report.requirements.find((candidate) => candidate.name === pair.requirement);
  return renderLineChart({
    ...rest,
    series: [
      { label: 'default', style: 'default', points: pair.default },
      { label: 'tuned', style: 'tuned', points: pair.tuned },
    ],
    bands: badLinkBands(report.series, () => 'bad link (tuned run)'),
    ...(requirement && {
      bound: { value: requirement.bound, label: `required ${requiredText(requirement)}` },
    }),
  });
}
