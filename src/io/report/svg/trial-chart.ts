import type { TrialResult } from '../demo-report.ts';
import { formatNumber, formatSetting, isMeasured } from '../format.ts';
import { type Markup, markup } from '../markup.ts';
import { axes, type ChartOptions, chart, legend, measuredOnly, noData, pixel, plotOf } from './frame.ts';
import { linearScale, type Scale } from './scale.ts';

/** Scores below are infeasible, above feasible. */
export const feasibleScore = 0.5;

/**
 * The score of each trial: a disc where feasible, a cross where not, a triangle where the trial was cut
 * short; the line is the best so far, the ring the best of all. Hovering shows the settings and the reason.
 */
export function renderTrialChart(options: ChartOptions & { trials: readonly TrialResult[] }): Markup {
  const { trials } = options;
  const plot = plotOf(options);
  const scores = measuredOnly(trials.map((trial) => trial.score));
  const numbers = trials.map((trial) => trial.number);
  const x = trialScale({ last: Math.max(1, ...numbers), start: plot.left + 14, end: plot.right - 14 });
  const y = linearScale({
    low: Math.min(0, ...scores),
    high: Math.max(1, ...scores),
    start: plot.bottom,
    end: plot.top,
  });
  const threshold = pixel(y.toPixel(feasibleScore));
  const best = trials.find((trial) => trial.feasible && trial.score === Math.max(...scores));
  return chart(options, [
    axes({ plot, x, y, xTitle: 'trial (0 is the default)', yTitle: 'score' }),
    markup`<line class="bound" x1="${plot.left}" x2="${plot.right}" y1="${threshold}" y2="${threshold}"/>`,
    markup`<text class="bound-label" x="${plot.right - 4}" y="${threshold}" dy="-0.45em" text-anchor="end">every requirement met above ${feasibleScore}</text>`,
    scores.length === 0 ? noData(plot) : bestSoFar({ trials, x, y }),
    trials.map((trial) => trialMark({ trial, chosen: trial === best, x, y })),
    legend({
      plot,
      entries: [
        { label: 'feasible', mark: markup`<g transform="translate(4 0)">${shapes.feasible}</g>` },
        { label: 'infeasible', mark: markup`<g transform="translate(4 0)">${shapes.infeasible}</g>` },
        { label: 'cut short', mark: markup`<g transform="translate(4 0)">${shapes.cutShort}</g>` },
        { label: 'best so far', mark: markup`<line class="best-so-far" x1="-8" x2="9" y1="0" y2="0"/>` },
      ],
    }),
  ]);
}

const shapes = {
  feasible: markup`<circle class="feasible" r="5.5"/>`,
  infeasible: markup`<path class="infeasible" d="M-4-4L4 4M-4 4L4-4"/>`,
  cutShort: markup`<path class="infeasible" d="M0-5L5 4H-5Z"/>`,
  chosen: markup`<circle class="chosen" r="9.5"/>`,
};

/** One tick per trial, thinned out when there are many. */
function trialScale(options: { last: number; start: number; end: number }): Scale {
  const { last, start, end } = options;
  const every = Math.ceil((last + 1) / 26);
  const ticks = Array.from({ length: Math.floor(last / every) + 1 }, (_, index) => index * every);
  return { toPixel: (value) => start + (value / last) * (end - start), ticks };
}

function bestSoFar(options: { trials: readonly TrialResult[]; x: Scale; y: Scale }): Markup {
  const { trials, x, y } = options;
  let best = Number.NEGATIVE_INFINITY;
  const corners: string[] = [];
  for (const trial of trials) {
    if (!isMeasured(trial.score)) continue;
    const at = pixel(x.toPixel(trial.number));
    if (corners.length > 0) corners.push(`${at},${pixel(y.toPixel(best))}`);
    best = Math.max(best, trial.score);
    corners.push(`${at},${pixel(y.toPixel(best))}`);
  }
  return markup`<polyline class="best-so-far" points="${corners.join(' ')}"/>`;
}

function trialMark(options: { trial: TrialResult; chosen: boolean; x: Scale; y: Scale }): Markup {
  const { trial, chosen, x, y } = options;
  const at = `${pixel(x.toPixel(trial.number))} ${pixel(y.toPixel(isMeasured(trial.score) ? trial.score : 0))}`;
  const shape = trial.cut_short ? shapes.cutShort : trial.feasible ? shapes.feasible : shapes.infeasible;
  return markup`<g transform="translate(${at})"><title>${trialText(trial)}</title><circle r="11" fill="transparent"/>${chosen ? shapes.chosen : undefined}${shape}</g>`;
}

function trialText(trial: TrialResult): string {
  const outcome = `${trial.feasible ? 'feasible' : 'infeasible'}${trial.cut_short ? ', cut short' : ''}`;
  const settings = Object.entries(trial.configuration).map(
    ([name, value]) => `${name} = ${formatSetting(value, '')}`,
  );
  return [
    `trial ${trial.number}: score ${formatNumber(trial.score)}, ${outcome}`,
    ...settings,
    trial.reason,
  ].join('\n');
}
