import type { DemoReport } from '../demo-report.ts';
import {
  fateFigure,
  latencyFigure,
  onTimeText,
  rateFigure,
  trackingErrorFigure,
  trialFigure,
} from '../figures.ts';
import {
  formatChange,
  formatNumber,
  formatPercent,
  formatQuantity,
  formatSeconds,
  plural,
} from '../format.ts';
import { Markup, markup } from '../markup.ts';
import { verdictSentence } from '../verdict.ts';
import { pageStyle } from './style.ts';
import { fateTable, knobTable, processTable, realTable, resultTable, trialTable } from './tables.ts';

const wide = { width: 1040, height: 280 };
const half = { width: 514, height: 260 };

/** One self-contained page: no script, no external resource; every text of the report is escaped. */
export function renderReportHtml(report: DemoReport): string {
  return `<!doctype html>\n${markup`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Trimtab demo, seed ${report.seed}: ${report.tuned.met ? 'spec met' : 'spec not met'}</title>
<style>${new Markup(pageStyle)}</style>
</head>
<body>
<main>
${header(report)}
${tiles(report)}
<section class="card"><h2>Requirements and objectives</h2><p class="note">On the scales: ○ default, ● tuned, the allowed side of a requirement in green.</p>${resultTable(report)}</section>
${figure('How far the drone stayed from its ideal place', trackingErrorNote(report), trackingErrorFigure(report, wide))}
<div class="pair">
${figure('Velocity commands', 'Messages on cmd_vel in each second.', rateFigure(report, half))}
${figure('From image to command', '95th percentile of each second, from the image’s stamp to its command.', latencyFigure(report, half))}
</div>
${figure('Inference tasks in the tuned run', taskNote(report), fateFigure(report, wide), detailsOf('Every fate by name', fateTable(report)))}
${figure('Search', trialNote(report), trialFigure(report, wide), detailsOf('Every trial, its settings and its reason', trialTable(report)))}
<section class="card"><h2>Knobs</h2><p class="note">What was asked of each knob and what it was seen to do. A value counts as confirmed only when its effect was measured.</p>${knobTable(report)}</section>
<section class="card"><h2>CPU of the robot’s processes</h2>${processTable(report)}</section>
<section class="card"><h2>What was real, what was modelled</h2>${realTable(report)}</section>
${reproduction(report)}
</main>
</body>
</html>`}\n`;
}

function header(report: DemoReport): Markup {
  const pill = report.tuned.met
    ? markup`<span class="pill good">✓ spec met</span>`
    : markup`<span class="pill bad">✗ spec not met</span>`;
  return markup`<header><p class="eyebrow"><b>Trimtab</b> demo report ${pill}</p><h1>${verdictSentence(report)}</h1><p class="muted">${report.spec}, seed ${report.seed}, ${report.started_at.replace('T', ' ').replace(/\.\d+/, '')}; the robot had ${report.machine.budget}.</p></header>`;
}

function tiles(report: DemoReport): Markup {
  const error = report.tracking_error_m;
  const onTime = onTimeText(report);
  const firstFeasible = report.trial_log.find((trial) => trial.feasible);
  const change = formatChange(error.default, error.tuned);
  return markup`<section class="tiles" aria-label="Key figures">${[
    tile(
      'Mean tracking error',
      formatQuantity(error.tuned, 'm'),
      `default ${formatQuantity(error.default, 'm')}${change && `, ${change}`}`,
    ),
    tile(
      'Person out of the picture',
      formatPercent(report.tuned.lost_fraction),
      `of the time; default ${formatPercent(report.default.lost_fraction)}`,
    ),
    tile('Tasks in time', onTime.share, `${onTime.counts}, utility ${formatNumber(report.utility)}`),
    tile(
      'Trials',
      String(report.trials),
      firstFeasible ? `first feasible: trial ${firstFeasible.number}` : 'none was feasible',
    ),
  ]}</section>`;
}

function tile(name: string, value: string, detail: string): Markup {
  return markup`<div class="tile"><div class="name">${name}</div><div class="value">${value}</div><div class="detail">${detail}</div></div>`;
}

function figure(heading: string, note: string, drawing: Markup, after?: Markup): Markup {
  return markup`<section class="card"><h2>${heading}</h2><p class="note">${note}</p><div class="scroll">${drawing}</div>${after}</section>`;
}

function detailsOf(summary: string, content: Markup): Markup {
  return markup`<details><summary>${summary}</summary>${content}</details>`;
}

function trackingErrorNote(report: DemoReport): string {
  const { default: before, tuned: after } = report.tracking_error_m;
  return `Mean ${formatQuantity(before, 'm')} with the default, ${formatQuantity(after, 'm')} with the tuned configuration, against the same walk.`;
}

function taskNote(report: DemoReport): string {
  const { created, pending } = report.tasks;
  return `The scheduler put each task on the edge or in the cloud by its deadline, or dropped it. Over the whole demo: ${plural(created, 'task')} created, ${pending} still pending at its end.`;
}

function trialNote(report: DemoReport): string {
  const feasible = report.trial_log.filter((trial) => trial.feasible).length;
  return `${plural(report.trials, 'trial')}, ${feasible} of them feasible. Point at a mark to read its settings.`;
}

function reproduction(report: DemoReport): Markup {
  const { machine, phases } = report;
  const total = phases.reduce((sum, phase) => sum + phase.seconds, 0);
  const strip = phases.map(
    ({ name, seconds }) =>
      markup`<span style="flex:${Math.max(0.01, seconds).toFixed(2)}" title="${name}: ${formatSeconds(seconds)}"></span>`,
  );
  const list = phases.map(({ name, seconds }) => `${name} ${formatSeconds(seconds)}`).join(' · ');
  return markup`<section class="card"><h2>To repeat it</h2><pre>${report.command}</pre>
<dl class="facts"><dt>Time</dt><dd>${formatSeconds(total)}<div class="strip" aria-hidden="true">${strip}</div><span class="muted">${list}</span></dd>
<dt>Machine</dt><dd>${plural(machine.cores, 'core')}, ${machine.cpu_model}</dd><dt>Robot’s budget</dt><dd>${machine.budget}</dd><dt>Software</dt><dd>Trimtab ${report.trimtab}, ${machine.software}</dd></dl></section>`;
}
