import type { DemoReport, KnobResult, Measured, RequirementResult, TrialResult } from '../demo-report.ts';
import {
  formatAchieved,
  formatAgainstBound,
  formatChange,
  formatNumber,
  formatQuantity,
  formatSetting,
} from '../format.ts';
import { type Markup, markup } from '../markup.ts';
import { requiredText, subjectOf, withSigns } from '../requirement-text.ts';
import { renderGauge } from '../svg/gauge.ts';

/** Requirements and objectives: required, default, tuned, and where they lie. */
export function resultTable(report: DemoReport): Markup {
  const requirements = report.requirements.map(
    (row) =>
      markup`<tr><th scope="row">${subjectOf(row)}</th><td class="number">${requiredText(row)}</td><td class="number">${metMark(row.met_by_default)}${againstBound(row, row.default)}</td><td class="number">${metMark(row.met_by_tuned)}<b>${againstBound(row, row.tuned)}</b></td><td class="number muted">${formatChange(row.default, row.tuned)}</td><td>${renderGauge({ ...row, bound: { value: row.bound, comparison: row.comparison } })}</td></tr>`,
  );
  const objectives = report.objectives.map(
    (row) =>
      markup`<tr><th scope="row">${withSigns(row.name)}</th><td class="number muted">${row.direction}, weight ${row.weight}</td><td class="number">${formatQuantity(row.default, row.unit)}</td><td class="number"><b>${formatQuantity(row.tuned, row.unit)}</b></td><td class="number muted">${formatChange(row.default, row.tuned)}</td><td>${renderGauge(row)}</td></tr>`,
  );
  return markup`<div class="scroll"><table><thead><tr><th scope="col">measured</th><th scope="col" class="number">required</th><th scope="col" class="number">default</th><th scope="col" class="number">tuned</th><th scope="col" class="number">change</th><th scope="col" class="gauges"></th></tr></thead>
<tbody class="group"><tr><th scope="rowgroup" colspan="6">Requirements</th></tr>${requirements}</tbody>
<tbody class="group"><tr><th scope="rowgroup" colspan="6">Objectives</th></tr>${objectives}</tbody></table></div>`;
}

/** Each knob: default, requested, achieved, and the verdict with its evidence. */
export function knobTable(report: DemoReport): Markup {
  const rows = report.knobs.map(
    (knob) =>
      markup`<tr><th scope="row">${knob.name}</th><td class="number">${formatSetting(knob.default, knob.unit)}</td><td class="number"><b>${formatSetting(knob.tuned, knob.unit)}</b></td><td class="number">${formatAchieved(knob.achieved, knob.unit)}</td><td>${verdictPill(knob.verdict)}</td><td class="muted">${knob.evidence}</td></tr>`,
  );
  return markup`<div class="scroll"><table class="small"><thead><tr><th scope="col">knob</th><th scope="col" class="number">default</th><th scope="col" class="number">requested</th><th scope="col" class="number">achieved</th><th scope="col">verdict</th><th scope="col">how it was seen</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** CPU of each process of the robot. */
export function processTable(report: DemoReport): Markup {
  const rows = report.processes.map(
    (row) =>
      markup`<tr><th scope="row">${row.name}</th><td class="number">${formatQuantity(row.default_cores, 'cores')}</td><td class="number"><b>${formatQuantity(row.tuned_cores, 'cores')}</b></td><td class="number muted">${formatChange(row.default_cores, row.tuned_cores)}</td></tr>`,
  );
  return markup`<table class="small narrow"><thead><tr><th scope="col">process</th><th scope="col" class="number">default</th><th scope="col" class="number">tuned</th><th scope="col" class="number">change</th></tr></thead><tbody>${rows}</tbody></table>`;
}

/** Every trial with its settings, what it broke, and why it was tried. */
export function trialTable(report: DemoReport): Markup {
  const rows = report.trial_log.map(
    (trial) =>
      markup`<tr><th scope="row">${trial.number}</th><td class="number">${formatNumber(trial.score)}</td><td>${trialPill(trial)}</td><td>${settingsOf(trial)}</td><td>${brokenBy(trial)}</td><td class="muted">${trial.reason}</td></tr>`,
  );
  return markup`<div class="scroll"><table class="small"><thead><tr><th scope="col">trial</th><th scope="col" class="number">score</th><th scope="col">outcome</th><th scope="col">configuration</th><th scope="col">broken or not measured</th><th scope="col">why it was tried</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** Fates by name, as the scheduler counted them. */
export function fateTable(report: DemoReport): Markup {
  const { created, pending, fates } = report.tasks;
  const share = (count: number) => (created > 0 ? `${((100 * count) / created).toFixed(1)} %` : '');
  const rows = [...Object.entries(fates).sort(([, a], [, b]) => b - a), ['pending', pending] as const]
    .filter(([, count]) => count > 0)
    .map(
      ([fate, count]) =>
        markup`<tr><th scope="row">${fate}</th><td class="number">${count}</td><td class="number muted">${share(count)}</td></tr>`,
    );
  return markup`<table class="small narrow"><thead><tr><th scope="col">fate</th><th scope="col" class="number">tasks</th><th scope="col" class="number">share</th></tr></thead><tbody>${rows}<tr><th scope="row"><b>created</b></th><td class="number"><b>${created}</b></td><td></td></tr></tbody></table>`;
}

/** What was real and what a model stood in for. */
export function realTable(report: DemoReport): Markup {
  const rows = report.real.map(
    (row) =>
      markup`<tr><th scope="row">${row.part}</th><td>${row.real ? markup`<span class="pill good">real</span>` : markup`<span class="pill warn">modelled</span>`}</td><td class="muted">${row.what}</td></tr>`,
  );
  return markup`<div class="scroll"><table class="small parts"><tbody>${rows}</tbody></table></div>`;
}

function againstBound(row: RequirementResult, value: Measured): string {
  return formatAgainstBound(value, row.bound, row.unit);
}

function metMark(met: boolean): Markup {
  return met
    ? markup`<span class="mark good" role="img" aria-label="met">✓</span>`
    : markup`<span class="mark bad" role="img" aria-label="broken">✗</span>`;
}

function verdictPill(verdict: KnobResult['verdict']): Markup {
  const tone = verdict === 'confirmed' ? 'good' : verdict === 'accepted' ? 'warn' : 'bad';
  return markup`<span class="pill ${tone}">${verdict}</span>`;
}

function trialPill(trial: TrialResult): Markup {
  const outcome = trial.feasible
    ? markup`<span class="pill good">feasible</span>`
    : markup`<span class="pill bad">infeasible</span>`;
  return trial.cut_short ? markup`${outcome} <span class="pill warn">cut short</span>` : outcome;
}

function settingsOf(trial: TrialResult): Markup {
  const settings = Object.entries(trial.configuration).map(
    ([name, value], index) => markup`${index > 0 ? ', ' : ''}${name} <b>${formatSetting(value, '')}</b>`,
  );
  return markup`${settings}`;
}

function brokenBy(trial: TrialResult): string {
  const broken = trial.margins.filter((margin) => !margin.met);
  return (
    broken
      .map((margin) => `${withSigns(margin.name)} (${formatQuantity(margin.measured, margin.unit)})`)
      .join(', ') || '–'
  );
}
