import { type DesignerName, designerNames } from './designers.ts';
import type { Context } from './library/context.ts';
import { type ProblemIdentity, readIdentity } from './library/problem-identity.ts';
import { Fault, mapAt, mapped, numberAt, type Path, textAt } from './plain-value.ts';
import { type Safety, safeties } from './safety.ts';

/** How a trial is timed. */
export type TrialTiming = {
  /** After the last write, before measuring: queues drain, rates settle. */
  settleMs: number;
  /** Measured window. */
  windowMs: number;
  /** Probability, at most, of cutting a trial short that would have met every requirement; 0 cuts none. */
  cutRisk: number;
};

/** What a search on a live robot is asked for. */
export type TuneGoal = {
  /** All trials, the configuration in force and the verifications included; at least 2. */
  maxTrials: number;
  /** Of the search; verifications come on top. Absent: no limit. */
  maxMs?: number;
  seed: number;
  designer: DesignerName;
  safety: Safety;
  /** The search ends when its trials have broken a requirement for so long. Absent: no limit. */
  maxViolationMs?: number;
  /** Share of each bound that is kept as a margin: a configuration on the bound itself holds only every other time. */
  guardBand: number;
  timing: TrialTiming;
  verifyTiming: TrialTiming;
};

/** What a search on a live robot depends on besides its problem; stands in its journal, so that it can go on from there. */
export type TuneBasis = {
  goal: TuneGoal;
  /** Of the spec that it searches for. */
  identity: ProblemIdentity;
  /** In which it began; absent where that was not known. */
  context?: Context;
};

/** Reads a `TuneBasis` from a journal; throws a `Fault` at the first place that holds something else than it should. */
export function readBasis(value: unknown, path: Path): TuneBasis {
  const { goal, identity, context } = mapAt(value, path);
  return {
    goal: readGoal(goal, [...path, 'goal']),
    identity: readIdentity(identity, [...path, 'identity']),
    ...(context !== undefined && { context: mapped(context, [...path, 'context'], textAt) }),
  };
}

function readGoal(value: unknown, path: Path): TuneGoal {
  const goal = mapAt(value, path);
  const number = (key: string) => numberAt(goal[key], [...path, key]);
  const limit = (key: string) => (goal[key] === undefined ? undefined : number(key));
  const maxMs = limit('maxMs');
  const maxViolationMs = limit('maxViolationMs');
  return {
    maxTrials: number('maxTrials'),
    ...(maxMs !== undefined && { maxMs }),
    ...(maxViolationMs !== undefined && { maxViolationMs }),
    seed: number('seed'),
    designer: wordAt(goal.designer, [...path, 'designer'], designerNames),
    safety: wordAt(goal.safety, [...path, 'safety'], safeties),
    guardBand: number('guardBand'),
    timing: readTiming(goal.timing, [...path, 'timing']),
    verifyTiming: readTiming(goal.verifyTiming, [...path, 'verifyTiming']),
  };
}

function readTiming(value: unknown, path: Path): TrialTiming {
  const timing = mapAt(value, path);
  const number = (key: string) => numberAt(timing[key], [...path, key]);
  return { settleMs: number('settleMs'), windowMs: number('windowMs'), cutRisk: number('cutRisk') };
}

function wordAt<Word extends string>(value: unknown, path: Path, words: readonly Word[]): Word {
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  throw new Fault(path, value, `one of ${words.join(', ')}`);
}
