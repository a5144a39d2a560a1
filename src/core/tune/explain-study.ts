import type { Configuration, Verdict } from '../knobs/knob.ts';
import type { Observation } from './designer.ts';
import { type FrontPoint, frontOf } from './front.ts';
import { type HeldOut, holdOut } from './held-out.ts';
import { type KnobEffect, knobEffects } from './knob-effects.ts';
import { rankTried } from './recommend.ts';
import type { StudyRecord } from './study-record.ts';
import type { TrialRecord } from './study-state.ts';
import { Surrogate } from './surrogate.ts';

/** One trial as a person asks for it; 0 is the configuration in force. */
export type TrialSummary = {
  number: number;
  kind: TrialRecord['kind'];
  reason: string;
  configuration: Configuration;
  verdicts: Record<string, Verdict>;
  /** By requirement: distance to its bound as a share of it, the guard band left out; absent where it was not measured. */
  margins: Record<string, number>;
  objective?: number;
  feasible: boolean;
  cutBecause?: string;
  violationMs: number;
};

/** What the models believe of one output at a configuration, measurement noise left out. */
export type ExpectedOutput = {
  /** A requirement's name, or `objective`. */
  output: string;
  /** A margin, or the objective. */
  mean: number;
  /** 90 % of the belief lies between these. */
  low: number;
  high: number;
  /** For a requirement with a known bound: `mean` as the quantity itself. */
  quantity?: { value: number; unit: string };
};

/** What the models believe of a configuration. */
export type Expectation = {
  configuration: Configuration;
  /** That a fresh measurement meets every requirement. */
  probability: number;
  outputs: ExpectedOutput[];
};

/** A tried configuration and how it ranks. */
export type Ranked = { trial: number; probability: number; objective: number | undefined };

/** A study in the terms of one who asks what it found and why. */
export type StudyExplanation = {
  name: string;
  trials: TrialSummary[];
  /** Why the search ended, and what came of it; empty while it goes on. */
  outcome: string;
  /** The configuration that is explained: the concluded one, else the best known; absent while nothing was measured. */
  chosen?: Expectation;
  /** What each knob does around the chosen one, most important first. */
  effects: KnobEffect[];
  /** The best tried configurations, the recommended one first. */
  ranking: Ranked[];
  /** How the objectives can be traded off, where they have no weights; their values as shares, as they are counted; trials from 0. Else empty. */
  front: FrontPoint[];
  /** How far the models are off where they have not looked. */
  heldOut?: HeldOut;
  /** Of the configuration that was asked for, knobs left out as in the chosen one. */
  expected?: Expectation;
};

const rankedShown = 3;
/** Half of the 90 % interval of a normal belief, in deviations. */
const interval = 1.645;

/** Explains a study; `asked` is a configuration that the models are asked about. */
export function explainStudy(record: StudyRecord, asked?: Configuration): StudyExplanation {
  const { name, problem, trials, stopped, concluded } = record;
  const observations = trials.flatMap(({ observation }) => observation ?? []);
  const ranked = rankTried(problem, observations);
  const chosen = concluded?.configuration ?? ranked[0]?.configuration;
  const surrogate = Surrogate.fit(problem, observations);
  const heldOut = holdOut(problem, observations);
  const expectation = chosen && surrogate && expect(surrogate, record, chosen);
  const expected = asked && surrogate && expect(surrogate, record, { ...chosen, ...asked });
  return {
    name,
    trials: trials.filter(({ observation }) => observation).map(summarize),
    outcome: [stopped?.text, concluded?.text].filter((text) => text !== undefined).join('; '),
    ...(expectation && { chosen: expectation }),
    effects: chosen ? knobEffects(problem, observations, chosen) : [],
    ranking: ranked.slice(0, rankedShown).map(({ configuration, probability }) => {
      const trial = trials.find((one) => keyOf(one.configuration) === keyOf(configuration))!;
      return { trial: trial.trial - 1, probability, objective: trial.observation?.objective };
    }),
    front: frontOf(record).map((point) => ({ ...point, trial: point.trial - 1 })),
    ...(heldOut && { heldOut }),
    ...(expected && { expected }),
  };
}

function summarize({
  trial,
  kind,
  reason,
  configuration,
  verdicts = {},
  observation,
  feasible = false,
  cutBecause,
  violationMs = 0,
}: TrialRecord): TrialSummary {
  const { margins, objective } = observation as Observation;
  return {
    number: trial - 1,
    kind,
    reason,
    configuration,
    verdicts,
    margins,
    ...(objective !== undefined && { objective }),
    feasible,
    ...(cutBecause !== undefined && { cutBecause }),
    violationMs,
  };
}

/** Undefined for a configuration that does not lie in the space. */
function expect(
  surrogate: Surrogate,
  { problem }: StudyRecord,
  configuration: Configuration,
): Expectation | undefined {
  const point = surrogate.space.encode(configuration);
  if (!point) return undefined;
  const { margins, objective, logFeasibility } = surrogate.predict(point);
  const outputs = margins.map(({ mean, variance }, j): ExpectedOutput => {
    const { unwarp } = surrogate.scales[j]!;
    const output = problem.constraints[j]!;
    const reach = interval * Math.sqrt(variance);
    const expected = { output, mean: unwarp(mean), low: unwarp(mean - reach), high: unwarp(mean + reach) };
    const { side, bound, unit } = problem.constraintInfo?.[output] ?? {};
    if (bound === undefined || unit === undefined) return expected;
    const value = bound * (1 + (side === 'at-least' ? expected.mean : -expected.mean));
    return { ...expected, quantity: { value, unit } };
  });
  if (objective) {
    const { mean, variance } = objective;
    const reach = interval * Math.sqrt(variance);
    outputs.push({ output: 'objective', mean, low: mean - reach, high: mean + reach });
  }
  return { configuration, probability: Math.exp(logFeasibility), outputs };
}

function keyOf(configuration: Configuration): string {
  return JSON.stringify(configuration);
}
