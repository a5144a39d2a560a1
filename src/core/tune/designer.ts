import type { Configuration, KnobDomain } from '../knobs/knob.ts';

/** One named dimension a designer searches. */
export type SearchDimension = {
  name: string;
  domain: KnobDomain;
  /** `log`: equal factors are equally far apart; for a real or integer domain above 0. Default `linear`. */
  scale?: 'linear' | 'log';
};

/** The named dimensions a designer searches. */
export type SearchSpace = SearchDimension[];

/** What is known of a constraint besides its margins. Without it, margins are modelled as they come. */
export type ConstraintInfo = {
  /** Which side of its bound, a number above 0, the measured quantity must keep to. */
  side: 'at-least' | 'at-most';
  /** Standard deviation of one measurement as a share of its value, where it is known; 0 is exact. */
  relativeNoise?: number;
  /** The bound itself and its unit, where they are known; for people. */
  bound?: number;
  unit?: string;
};

/** What is wanted of each measured output. */
export type Problem = {
  space: SearchSpace;
  /** Constraint names; every margin >= 0 means feasible. */
  constraints: string[];
  /** By constraint name; may be left out, in whole or in part. */
  constraintInfo?: Record<string, ConstraintInfo>;
  /**
   * Names of two or more objectives without weights: what is sought is then the front of the configurations that can be bettered
   * in one of them only at the cost of another. Absent: one objective.
   */
  objectives?: string[];
  /** Standard deviation of one measured objective as a share of its value, where it is known. */
  objectiveRelativeNoise?: number;
};

/**
 * One finished trial. `margins` are normalised distances to each bound: (measured - bound)/|bound| for
 * `>=`, (bound - measured)/|bound| for `<=`, so 0 is on the bound and positive is safe.
 */
export type Observation = {
  configuration: Configuration;
  /** What had been suggested, where something else was run: no designer need suggest it again. */
  asked?: Configuration;
  /** Weighted objective, larger is better; undefined when it could not be measured. */
  objective?: number;
  /** By name of the problem's `objectives`: larger is better, 0 is the least that counts; absent ones could not be measured. */
  objectives?: Record<string, number>;
  /** By constraint name; a constraint that could not be measured is absent and counts as broken. */
  margins: Record<string, number>;
  /** True when the trial was cut short, or could not be carried out. */
  censored?: boolean;
  /** Share of its window, above 0, that a trial was measured for which was cut short; its measurements are the noisier for it. Absent: 1. */
  share?: number;
};

/** Why a configuration was suggested; printed with every trial. */
export type Suggestion = {
  configuration: Configuration;
  reason: string;
  /**
   * Expected improvement over the best probably feasible trial, weighted by the probability of feasibility, in units of
   * the objective; in a search for a front as a share of its hypervolume. Where what a trial tells
   * about better ones counts, that is added. Absent while nothing feasible is known, or when the designer has no model.
   */
  expectedImprovement?: number;
};

/**
 * The ask/tell interface of every designer (after Vizier's Designer and Optuna's ask-and-tell).
 * Same problem, seed and observations give the same suggestions.
 */
export interface Designer {
  /** The next configuration to try; asking again before an update gives the same one. */
  suggest(): Suggestion;
  /** Reports a finished trial, suggested by this designer or not. */
  update(observation: Observation): void;
}
