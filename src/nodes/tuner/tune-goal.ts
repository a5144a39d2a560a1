import { accept, type Refusal, type Result, refuse } from '../../core/refusal.ts';
import type { TuneGoal } from '../../core/tune/tune-goal.ts';
import type { Message } from '../../ros/index.ts';
import type { ParameterValues } from '../../ros/parameter-table.ts';
import { tunerParameters } from './parameters.ts';

/**
 * A goal of `~/tune`, completed by the tuner's parameters: 0 and the empty text stand for the tuner's own. Refused with
 * TT_PARAM_RANGE where a field makes no sense.
 */
export function readGoal(request: Message, values: ParameterValues): Result<TuneGoal> {
  const { max_trials, max_seconds, max_violation_seconds, seed } = request;
  const designer = request.designer || (values.designer as string);
  const safety = request.safety || (values.safety as string);
  const violationSeconds = max_violation_seconds || (values.max_violation_s as number);
  const refusals = [
    ...refuseTrials(max_trials),
    ...refuseWord('designer', designer),
    ...refuseWord('safety', safety),
    ...refuseSeconds('max_seconds', max_seconds),
    ...refuseSeconds('max_violation_seconds', violationSeconds),
  ];
  if (refusals.length > 0) return refuse(...refusals);
  const settleMs = (values.settle_s as number) * 1000;
  return accept({
    maxTrials: max_trials > 0 ? max_trials : (values.max_trials as number),
    ...(isLimit(max_seconds) && { maxMs: max_seconds * 1000 }),
    ...(isLimit(violationSeconds) && { maxViolationMs: violationSeconds * 1000 }),
    seed,
    designer: designer as TuneGoal['designer'],
    safety: safety as TuneGoal['safety'],
    guardBand: values.guard_band as number,
    timing: {
      settleMs,
      windowMs: (values.window_s as number) * 1000,
      cutRisk: values.cut_risk as number,
    },
    verifyTiming: {
      settleMs,
      windowMs: (values.verify_window_s as number) * 1000,
      cutRisk: 0,
    },
  });
}

/** What a goal asks for that goes on with a search: the path of its journal. */
export type ResumeGoal = { resume: string };

/** A goal that goes on with a search. Refused with TT_PARAM_RANGE where it asks for more, as all of that stands in the journal. */
export function readResumeGoal(request: Message): Result<ResumeGoal> {
  const { resume, max_trials, max_seconds, max_violation_seconds, safety, seed, designer } = request;
  const besides = { max_trials, max_seconds, max_violation_seconds, safety, seed, designer };
  const refusals = Object.entries(besides).flatMap(([name, value]): Refusal[] => {
    if (value === 0 || value === '') return [];
    const reason = `a search goes on as it began, so resume takes no ${name}`;
    const accepted = typeof value === 'number' ? '0' : 'the empty text';
    return [{ code: 'TT_PARAM_RANGE', reason, found: String(value), accepted }];
  });
  return refusals.length > 0 ? refuse(...refusals) : accept({ resume });
}

/** What is asked of a search; what is left out is the tuner's own. */
export type AskedGoal = {
  specFile?: string;
  /** Journal of a search to go on with; nothing else but the spec may then be asked for. */
  resume?: string;
  trials?: number;
  seconds?: number;
  violationSeconds?: number;
  safety?: string;
  seed: number;
  designer?: string;
};

/** As `readGoal` reads it. */
export function goalToMessage(goal: AskedGoal): Message {
  return {
    spec_path: goal.specFile ?? '',
    max_trials: goal.trials ?? 0,
    max_seconds: goal.seconds ?? 0,
    max_violation_seconds: goal.violationSeconds ?? 0,
    safety: goal.safety ?? '',
    seed: goal.seed,
    designer: goal.designer ?? '',
    resume: goal.resume ?? '',
  };
}

/** One measures the configuration in force, one verifies. */
function refuseTrials(trials: number): Refusal[] {
  if (trials !== 1) return [];
  const accepted = 'two trials or more, or 0 for the tuner’s own number';
  return [{ code: 'TT_PARAM_RANGE', reason: 'one trial is no search', found: '1', accepted }];
}

function isLimit(seconds: number): boolean {
  return seconds > 0 && Number.isFinite(seconds);
}

function refuseWord(name: 'designer' | 'safety', found: string): Refusal[] {
  const words = tunerParameters[name]?.oneOf ?? [];
  if (words.includes(found)) return [];
  return [{ code: 'TT_PARAM_RANGE', reason: `there is no such ${name}`, found, accepted: words.join(', ') }];
}

function refuseSeconds(name: string, seconds: number): Refusal[] {
  if (seconds >= 0) return [];
  const accepted = 'seconds, or 0 for no limit';
  return [{ code: 'TT_PARAM_RANGE', reason: `${name} is no duration`, found: String(seconds), accepted }];
}
