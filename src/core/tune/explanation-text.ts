import type { Verdict } from '../knobs/knob.ts';
import { formatNumber } from '../spec/describe.ts';
import type { Expectation, StudyExplanation, TrialSummary } from './explain-study.ts';
import type { FrontPoint } from './front.ts';
import type { HeldOut } from './held-out.ts';
import type { KnobEffect } from './knob-effects.ts';

/** A study's explanation as plain lines, for a service call or a pipe. */
export function describeStudy(explanation: StudyExplanation): string[] {
  const { chosen, effects, ranking, front, heldOut, expected, trials, outcome } = explanation;
  const lines: string[] = [];
  if (outcome) lines.push(outcome);
  if (chosen) lines.push('why this configuration:', ...indent(describeExpectation(chosen)));
  if (ranking.length > 1) {
    const others = ranking.map(
      ({ trial, probability, objective }) =>
        `trial ${trial}: probability ${probability.toFixed(2)}, objective ${numberOrNone(objective)}`,
    );
    lines.push('the best that were tried:', ...indent(others));
  }
  if (front.length > 0) lines.push('the front of the objectives:', ...indent(front.map(describeFrontPoint)));
  if (effects.length > 0) lines.push('which knobs matter around it:', ...indent(effects.map(describeEffect)));
  if (expected) lines.push('expected of what was asked for:', ...indent(describeExpectation(expected)));
  if (heldOut) lines.push(...describeHeldOut(heldOut));
  lines.push('trials:', ...indent(trials.map(describeTrialLine)));
  return lines;
}

/** One trial in full. */
export function describeTrial(trial: TrialSummary): string[] {
  const { number, reason, configuration, verdicts, margins, objective, violationMs } = trial;
  return [
    `trial ${number}: ${reason}`,
    `${outcomeOf(trial)}; objective ${numberOrNone(objective)}; requirements broken for ${(violationMs / 1000).toFixed(1)} s`,
    ...Object.entries(configuration).map(([knob, value]) => {
      const verdict = verdicts[knob];
      return `${knob} = ${value}${verdict ? `: ${describeVerdict(verdict)}` : ''}`;
    }),
    ...Object.entries(margins).map(([name, margin]) => `${name}: ${formatShare(margin)}`),
  ];
}

/** One way to trade the objectives off: `trial 3, the knee, verified: near 0.42, far 0.6`. */
export function describeFrontPoint({ trial, objectives, knee, verified }: FrontPoint): string {
  const shares = Object.entries(objectives).map(([name, share]) => `${name} ${formatNumber(share, 3)}`);
  return `trial ${trial}${knee ? ', the knee' : ''}${verified ? ', verified' : ''}: ${shares.join(', ')}`;
}

/** What became of a trial in a few words. */
export function outcomeOf({ feasible, cutBecause, margins }: TrialSummary): string {
  if (feasible) return 'meets every requirement';
  const broken = Object.entries(margins).flatMap(([name, margin]) => (margin < 0 ? [name] : []));
  const missed = broken.length > 0 ? `misses ${broken.join(', ')}` : 'not all of it could be measured';
  return cutBecause === undefined ? missed : `${missed}; cut short: ${cutBecause}`;
}

/** A verdict with its evidence. */
export function describeVerdict(verdict: Verdict): string {
  return `${verdict.outcome}: ${'evidence' in verdict ? verdict.evidence : verdict.reason}`;
}

/** A margin as a share of its bound: `+12 %`. */
export function formatShare(share: number): string {
  return `${share > 0 ? '+' : ''}${(share * 100).toFixed(0)} %`;
}

function describeTrialLine(trial: TrialSummary): string {
  return `${trial.number}: ${outcomeOf(trial)}; objective ${numberOrNone(trial.objective)}; ${trial.reason}`;
}

function describeExpectation({ configuration, probability, outputs }: Expectation): string[] {
  const settings = Object.entries(configuration).map(([knob, value]) => `${knob} = ${value}`);
  return [
    settings.join(', '),
    `probability of meeting all requirements ${probability.toFixed(2)}`,
    ...outputs.map(({ output, mean, low, high, quantity }) => {
      const number = output === 'objective' ? formatNumber : formatShare;
      const measured = quantity ? `${formatNumber(quantity.value)} ${quantity.unit}, ` : '';
      return `${output}: ${measured}${number(mean)} (${number(low)} to ${number(high)})`;
    }),
  ];
}

function describeEffect({ knob, importance, mostAffected, sweep }: KnobEffect): string {
  const [first, last] = [sweep[0], sweep.at(-1)];
  const ends =
    first && last
      ? `; ${first.value} to ${last.value}: probability ${first.probability.toFixed(2)} to ${last.probability.toFixed(2)}, objective ${numberOrNone(first.objective)} to ${numberOrNone(last.objective)}`
      : '';
  return `${knob}: ${(importance * 100).toFixed(0)} % of what the knobs do to ${mostAffected}${ends}`;
}

function describeHeldOut({ configurations, calledRight, errors }: HeldOut): string[] {
  return [
    `how far the models can be trusted, from ${configurations} configurations left out one at a time:`,
    `  meets every requirement or not: right in ${calledRight} of ${configurations}`,
    ...errors.map(({ output, meanError, errorOfMean }) => {
      const number = output === 'objective' ? formatNumber : (share: number) => formatShare(share).slice(1);
      return `  ${output}: off by ${number(meanError)} (by ${number(errorOfMean)} for one who only knows the mean)`;
    }),
  ];
}

function numberOrNone(value: number | undefined): string {
  return value === undefined ? 'not measured' : formatNumber(value);
}

function indent(lines: string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
