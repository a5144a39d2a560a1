import type { KnobValue } from '../../core/knobs/knob.ts';
import { formatNumber } from '../../core/spec/describe.ts';
import type {
  Expectation,
  ExpectedOutput,
  StudyExplanation,
  TrialSummary,
} from '../../core/tune/explain-study.ts';
import {
  describeFrontPoint,
  describeVerdict,
  formatShare,
  outcomeOf,
} from '../../core/tune/explanation-text.ts';
import type { HeldOut } from '../../core/tune/held-out.ts';
import type { KnobEffect } from '../../core/tune/knob-effects.ts';
import { renderTable, wrap } from '../terminal/index.ts';

/** A study's explanation as text blocks for a terminal of this width. */
export function studyView(explanation: StudyExplanation, width: number): string[] {
  const { name, outcome, chosen, effects, ranking, front, trials, heldOut, expected } = explanation;
  const prose = (text: string) => wrap(text, width).join('\n');
  const blocks = [prose(`${name}: ${outcome || 'the search goes on'}`)];
  if (chosen) {
    const probability = chosen.probability.toFixed(2);
    blocks.push(
      prose(
        `This configuration meets every requirement with a probability of ${probability}. What each knob does around it:`,
      ),
      effectTable(chosen, effects, width),
      expectationTable(chosen, heldOut, width),
    );
  }
  if (heldOut) blocks.push(prose(describeTrust(heldOut)));
  if (expected) {
    const settings = Object.entries(expected.configuration).map(
      ([knob, value]) => `${knob} = ${shown(value)}`,
    );
    blocks.push(
      prose(
        `Expected of ${settings.join(', ')}: every requirement met with a probability of ${expected.probability.toFixed(2)}.`,
      ),
      expectationTable(expected, heldOut, width),
    );
  }
  if (ranking.length > 1)
    blocks.push(prose(`Ranked by what is believed of them: ${ranking.map(describeRank).join(', ')}`));
  if (front.length > 0)
    blocks.push(
      prose(
        `The front of the objectives, by the shares of them that are reached: ${front.map(describeFrontPoint).join('; ')}`,
      ),
    );
  blocks.push(trialTable(trials, width));
  return blocks;
}

/** One trial as text blocks. */
export function trialView(trial: TrialSummary, width: number): string[] {
  const { number, reason, configuration, verdicts, margins, objective, violationMs } = trial;
  const knobs = Object.entries(configuration).map(([knob, value]) => {
    const verdict = verdicts[knob];
    return [knob, shown(value), verdict ? describeVerdict(verdict) : ''];
  });
  const blocks = [
    `trial ${number}: ${outcomeOf(trial)}`,
    `why: ${reason}`,
    renderTable({
      columns: [
        { header: 'knob' },
        { header: 'value', align: 'right' },
        { header: 'verdict', flexible: true },
      ],
      rows: knobs,
      width,
    }),
  ];
  const measured = Object.entries(margins).map(([name, margin]) => [
    margin >= 0 ? '✓' : '✗',
    name,
    formatShare(margin),
  ]);
  if (measured.length > 0)
    blocks.push(
      renderTable({
        columns: [
          { header: '' },
          { header: 'requirement', flexible: true },
          { header: 'margin, the guard band left out', align: 'right' },
        ],
        rows: measured,
        width,
      }),
    );
  const score = objective === undefined ? 'not measured' : formatNumber(objective);
  blocks.push(`objective ${score}; requirements broken for ${(violationMs / 1000).toFixed(1)} s`);
  return blocks;
}

function effectTable({ configuration }: Expectation, effects: readonly KnobEffect[], width: number): string {
  return renderTable({
    columns: [
      { header: 'knob', flexible: true },
      { header: 'value', align: 'right' },
      { header: 'share', align: 'right' },
      { header: 'of what knobs do to', flexible: true },
      { header: 'from one end to the other', flexible: true },
    ],
    rows: effects.map(({ knob, importance, mostAffected, sweep }) => [
      knob,
      shown(configuration[knob] ?? ''),
      `${(importance * 100).toFixed(0)} %`,
      mostAffected,
      describeSweep(sweep),
    ]),
    width,
  });
}

function describeSweep(sweep: KnobEffect['sweep']): string {
  const ends = [sweep[0], sweep.at(-1)].flatMap((point) => {
    if (!point) return [];
    const objective = point.objective === undefined ? '' : `, objective ${formatNumber(point.objective, 2)}`;
    return [`${shown(point.value)}: probability ${point.probability.toFixed(2)}${objective}`];
  });
  return ends.join('; ');
}

function expectationTable({ outputs }: Expectation, heldOut: HeldOut | undefined, width: number): string {
  return renderTable({
    columns: [
      { header: 'requirement or objective', flexible: true },
      { header: 'expected', align: 'right' },
      { header: 'margin', align: 'right' },
      { header: '90 % between', align: 'right' },
      { header: 'error held out', align: 'right' },
      { header: 'of the mean', align: 'right' },
    ],
    rows: outputs.map((expected) => {
      const error = heldOut?.errors.find(({ output }) => output === expected.output);
      const number = numberOf(expected);
      const { quantity, mean, low, high } = expected;
      const isObjective = expected.output === 'objective';
      return [
        expected.output,
        isObjective ? number(mean) : quantity ? `${formatNumber(quantity.value)} ${quantity.unit}` : '',
        isObjective ? '' : number(mean),
        `${number(low)} and ${number(high)}`,
        error ? number(error.meanError).replace('+', '') : '',
        error ? number(error.errorOfMean).replace('+', '') : '',
      ];
    }),
    width,
  });
}

function describeRank({ trial, probability, objective }: StudyExplanation['ranking'][number]): string {
  const measured = objective === undefined ? 'not measured' : formatNumber(objective);
  return `trial ${trial} (probability ${probability.toFixed(2)}, objective ${measured})`;
}

function describeTrust({ configurations, calledRight }: HeldOut): string {
  return (
    `Margins are counted from the bound with its guard band. Errors are those on ${configurations} configurations that the models were fitted without, one at a time, beside those ` +
    `of one who knows only the mean. Whether such a configuration meets every requirement was called right for ${calledRight} of ${configurations}.`
  );
}

function trialTable(trials: readonly TrialSummary[], width: number): string {
  return renderTable({
    columns: [
      { header: 'trial', align: 'right' },
      { header: 'outcome', flexible: true },
      { header: 'objective', align: 'right' },
      { header: 'broken', align: 'right' },
      { header: 'why it was made', flexible: true },
    ],
    rows: trials.map((trial) => [
      String(trial.number),
      outcomeOf(trial),
      trial.objective === undefined ? '-' : formatNumber(trial.objective, 3),
      `${(trial.violationMs / 1000).toFixed(1)} s`,
      trial.reason,
    ]),
    width,
  });
}

function numberOf({ output }: ExpectedOutput): (value: number) => string {
  return output === 'objective' ? (value) => formatNumber(value, 3) : formatShare;
}

function shown(value: KnobValue): string {
  return typeof value === 'number' ? formatNumber(value) : String(value);
}
