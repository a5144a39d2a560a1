import type { Verdict } from '../../core/knobs/knob.ts';
import type { TrialResult } from '../../io/report/index.ts';
import type { Message } from '../../ros/index.ts';

/** A trimtab_msgs/Trial as a line of the report's trial log. */
export function trialFromMessage(trial: Message): TrialResult {
  return {
    number: trial.number,
    configuration: Object.fromEntries(
      trial.configuration.map(({ name, value }: Message) => [name, parse(value)]),
    ),
    verdicts: trial.verdicts.map((verdict: Message) => ({
      name: verdict.name,
      outcome: verdict.outcome as Verdict['outcome'],
      requested: verdict.requested,
      achieved: verdict.achieved,
      reason: verdict.reason,
    })),
    margins: trial.margins.map((margin: Message) => ({
      name: margin.name,
      measured: margin.measured,
      unit: margin.unit,
      margin: margin.kind === 'requirement' ? margin.margin : null,
      met: margin.met,
    })),
    feasible: trial.feasible,
    cut_short: trial.cut_short,
    score: trial.score,
    reason: trial.reason,
  };
}

function parse(value: string): number | string {
  const number = Number(value);
  return value.trim() !== '' && Number.isFinite(number) ? number : value;
}
