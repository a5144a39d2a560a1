import type { KnobDeclaration } from '../knobs/knob.ts';

/** What can be measured and therefore required or improved. Topic names are as written: relative names resolve in the tuner's namespace. */
export type Metric =
  | { kind: 'topic-rate'; topic: string }
  | { kind: 'topic-age'; topic: string; statistic: Statistic }
  | { kind: 'path-latency'; path: string[]; statistic: Statistic }
  | { kind: 'process-cpu'; process: string }
  | { kind: 'platform'; quantity: string };

/** Which summary of a latency distribution counts. */
export type Statistic = 'mean' | 'p50' | 'p95' | 'p99' | 'max';

/** Units a metric is measured in. */
export type Unit = 'Hz' | 'ms' | 'cores' | '%' | 'W' | 'C';

/** A core service: a constraint. */
export type Requirement = {
  /** As a person would say it: `cmd_vel rate >= 20 Hz`. Unique in the spec. */
  name: string;
  metric: Metric;
  comparison: '>=' | '<=';
  /** In `unit`; with `ofBaseline` a share of what the configuration in force at the start of a search measures. */
  bound: number;
  ofBaseline?: true;
  unit: Unit;
};

/** Everything else: to be made as good as the requirements allow. */
export type Objective = {
  name: string;
  metric: Metric;
  direction: 'maximize' | 'minimize';
  /** Share in the weighted objective; 1 for each where they are traded off. */
  weight: number;
  unit: Unit;
  /** The value past which more brings nothing; also the scale the objective is counted in. Absent: the first measured value is the scale. */
  enough?: number;
};

/** Something outside the robot's knobs that changes what a good configuration is: a mission's phase, the network. */
export type ContextFeature = {
  name: string;
  /** Ascending values at which a number is cut into ranges; absent: values are words, and differ or do not. */
  edges?: number[];
  /** How far past an edge a number must go to change its range; absent: a twentieth of the edge. */
  hysteresis?: number;
};

/** A performance spec, checked. See docs/spec.md for the file format. */
export type Spec = {
  robot?: string;
  platform?: string;
  requirements: Requirement[];
  objectives: Objective[];
  /** `pareto`: the objectives, two or more, have no weights, and what is sought is their front. Absent: they are weighted. */
  tradeOff?: 'pareto';
  knobs: KnobDeclaration[];
  /** What the library of configurations is keyed by; names are unique. */
  context: ContextFeature[];
};
