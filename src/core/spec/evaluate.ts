import type { Profile } from '../measure/profile.ts';
import { metricValue } from './metric-value.ts';
import { quantileConfidence } from './quantile-confidence.ts';
import type { Objective, Requirement, Spec } from './spec.ts';

/** One requirement against one profile. */
export type RequirementEvaluation = {
  requirement: Requirement;
  /** What is required, in the requirement's unit; undefined while the baseline it is a share of is not known. */
  bound: number | undefined;
  /** In the requirement's unit; undefined when it could not be measured, which counts as broken. */
  measured: number | undefined;
  /** (measured - bound)/bound for `>=`, (bound - measured)/bound for `<=`: 0 on the bound, positive is safe. */
  margin: number | undefined;
  met: boolean;
  /** For p50, p95 and p99: see `quantileConfidence`. A requirement that is met may still be met by luck. */
  confidence?: number;
};

/** One objective against one profile. */
export type ObjectiveEvaluation = {
  objective: Objective;
  /** In the objective's unit; undefined when it could not be measured, which counts as 0. */
  measured: number | undefined;
  /** In [0, 1]; 1 is enough. */
  normalised: number;
};

/** A spec against one profile. */
export type SpecEvaluation = {
  requirements: RequirementEvaluation[];
  objectives: ObjectiveEvaluation[];
  /** Every requirement is met. */
  met: boolean;
  /** Weighted mean of the normalised objectives, in [0, 1]; 1 when there are none. */
  objective: number;
  /** In [0, 1]: at most 0.5 while a requirement is broken, at least 0.5 when all are met. Larger is better. */
  score: number;
};

/**
 * The baseline, by name of requirement and objective: what the configuration in force measured. An objective without
 * `enough` is counted against it, and a requirement may ask for a share of it. A profile that is judged without a
 * reference is its own baseline.
 */
export type References = Record<string, number>;

/**
 * Judges a profile by a spec. The score is CLITE's (Patel and Tiwari, HPCA 2020): smooth also while
 * requirements are broken, so a search can start anywhere. Broken: half the geometric mean of
 * min(1, satisfaction); met: a half, and half the weighted objective.
 */
export function evaluate(spec: Spec, profile: Profile, references: References = {}): SpecEvaluation {
  const requirements = spec.requirements.map((requirement) =>
    judgeRequirement(requirement, profile, references[requirement.name]),
  );
  const objectives = spec.objectives.map((objective) =>
    judgeObjective(objective, profile, references[objective.name]),
  );
  const met = requirements.every((requirement) => requirement.met);
  const objective = weightedMean(objectives);
  const score = met ? 0.5 + 0.5 * objective : 0.5 * geometricMean(requirements.map(satisfaction));
  return { requirements, objectives, met, objective, score };
}

/** What an evaluation measured, as the references of later ones. A quantity of 0 is nothing to take a share of. */
export function referencesOf({ requirements, objectives }: SpecEvaluation): References {
  const all = [
    ...requirements.map(({ requirement: { name }, measured }) => ({ name, measured })),
    ...objectives.map(({ objective: { name }, measured }) => ({ name, measured })),
  ];
  return Object.fromEntries(all.flatMap(({ name, measured }) => (measured ? [[name, measured]] : [])));
}

/** How much of each objective is reached, in [0, 1], by name. */
export function sharesOf({ objectives }: SpecEvaluation): Record<string, number> {
  return Object.fromEntries(objectives.map(({ objective, normalised }) => [objective.name, normalised]));
}

/** The other way round: what an objective measures, in its unit, where such a share of it is reached. */
export function quantityAt(
  { direction, enough }: Objective,
  share: number,
  reference: number | undefined,
): number | undefined {
  const scale = enough ?? reference;
  if (scale === undefined) return undefined;
  const inside = Math.min(Math.max(share, 0), 1);
  const ratio = enough === undefined ? inside / (1 - inside) : inside;
  const quantity = direction === 'maximize' ? scale * ratio : scale / ratio;
  return finite(quantity);
}

/**
 * The margins of all requirements that could be measured, by name: what a designer's observation holds. With a guard
 * band they are counted from `guardedBound`.
 */
export function marginsOf({ requirements }: SpecEvaluation, guardBand = 0): Record<string, number> {
  const known = requirements.flatMap(({ requirement, bound, measured }) => {
    if (measured === undefined || bound === undefined) return [];
    const { name, comparison } = requirement;
    return [[name, marginTo(comparison, guardedBound(comparison, bound, guardBand), measured)] as const];
  });
  return Object.fromEntries(known);
}

/** A bound moved to its safe side by a share of itself. */
export function guardedBound(
  comparison: Requirement['comparison'],
  bound: number,
  guardBand: number,
): number {
  return bound * (comparison === '>=' ? 1 + guardBand : 1 - guardBand);
}

/** A margin from the bound as the margin from `guardedBound`. */
export function guardedMargin(
  comparison: Requirement['comparison'],
  margin: number,
  guardBand: number,
): number {
  return comparison === '>=' ? (1 + margin) / (1 + guardBand) - 1 : 1 - (1 - margin) / (1 - guardBand);
}

/** The other way round. */
export function unguardedMargin(
  comparison: Requirement['comparison'],
  margin: number,
  guardBand: number,
): number {
  return comparison === '>=' ? (1 + margin) * (1 + guardBand) - 1 : 1 - (1 - margin) * (1 - guardBand);
}

function judgeRequirement(
  requirement: Requirement,
  profile: Profile,
  reference: number | undefined,
): RequirementEvaluation {
  const { comparison, metric } = requirement;
  const measured = finite(metricValue(metric, profile));
  const bound = boundOf(requirement, reference ?? measured);
  if (measured === undefined || bound === undefined)
    return { requirement, bound, measured, margin: undefined, met: false };
  const margin = marginTo(comparison, bound, measured);
  const confidence = quantileConfidence(metric, profile, { comparison, bound });
  return {
    requirement,
    bound,
    measured,
    margin,
    met: margin >= 0,
    ...(confidence !== undefined && { confidence }),
  };
}

function boundOf({ bound, ofBaseline }: Requirement, baseline: number | undefined): number | undefined {
  if (!ofBaseline) return bound;
  return baseline ? bound * baseline : undefined;
}

function marginTo(comparison: Requirement['comparison'], bound: number, measured: number): number {
  return (comparison === '>=' ? measured - bound : bound - measured) / bound;
}

/** The share of the bound that is reached: 1 on the bound, 0 when not measured. */
function satisfaction({ requirement: { comparison }, bound, measured }: RequirementEvaluation): number {
  if (measured === undefined || bound === undefined) return 0;
  if (comparison === '>=') return Math.max(0, Math.min(1, measured / bound));
  return measured <= bound ? 1 : bound / measured;
}

/**
 * With `enough`: the share of it that is reached, at most 1. Without: r/(1 + r) for the ratio r to the
 * reference, which is 0.5 at the reference and still rises beyond it.
 */
function judgeObjective(
  objective: Objective,
  profile: Profile,
  reference: number | undefined,
): ObjectiveEvaluation {
  const measured = finite(metricValue(objective.metric, profile));
  if (measured === undefined) return { objective, measured, normalised: 0 };
  const scale = objective.enough ?? reference ?? measured;
  const ratio = objective.direction === 'maximize' ? measured / scale : scale / measured;
  const normalised = objective.enough === undefined ? saturating(ratio) : Math.min(1, ratio);
  return { objective, measured, normalised };
}

/** A ratio of 0/0 says that nothing has changed; it is counted like the reference itself. */
function saturating(ratio: number): number {
  if (Number.isNaN(ratio)) return 0.5;
  return ratio === Infinity ? 1 : ratio / (1 + ratio);
}

function weightedMean(objectives: ObjectiveEvaluation[]): number {
  const total = objectives.reduce((sum, { objective }) => sum + objective.weight, 0);
  if (total === 0) return 1;
  return (
    objectives.reduce((sum, { objective, normalised }) => sum + objective.weight * normalised, 0) / total
  );
}

function geometricMean(shares: number[]): number {
  return shares.reduce((product, share) => product * share, 1) ** (1 / shares.length);
}

function finite(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}
