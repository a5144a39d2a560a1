import type { KnobValue, Verdict } from '../../core/knobs/knob.ts';
import type { FateGroup } from './fate-groups.ts';

/** A measured number; null (NaN before it is written) where it could not be measured. */
export type Measured = number | null;

/**
 * All that one demo found out. It is what `--json FILE` writes and what the report page, the summary table
 * and the figure are made of. Keys carry their units; docs/demo.md lists them.
 */
export type DemoReport = {
  /** Trimtab's version. */
  trimtab: string;
  /** Seed of the world, the link and the designer. */
  seed: number;
  /** The command line that repeats this demo. */
  command: string;
  /** Wall-clock start, ISO 8601. */
  started_at: string;
  /** The performance spec, as it was named. */
  spec: string;
  default: RunSummary;
  tuned: RunSummary;
  requirements: RequirementResult[];
  objectives: ObjectiveResult[];
  tasks: TaskCounts;
  /** Utility points of all these tasks, after DEMS (arXiv 2412.20860). */
  utility: Measured;
  /** Mean distance over a run between the person and the point 3 m straight ahead of the drone. */
  tracking_error_m: { default: Measured; tuned: Measured };
  /** How many configurations were tried. */
  trials: number;
  trial_log: TrialResult[];
  knobs: KnobResult[];
  processes: ProcessResult[];
  real: RealPart[];
  series: DemoSeries;
  phases: { name: string; seconds: number }[];
  machine: Machine;
};

/** One run of the robot under one configuration. */
export type RunSummary = {
  /** True when every requirement was met over the whole run. */
  met: boolean;
  /** Below 0.5 infeasible, above feasible; larger is better. */
  score: Measured;
  tracking_error_m: Measured;
  /** Part of the run, 0 to 1, in which the person was not in the picture. */
  lost_fraction: Measured;
};

/** A requirement with what both runs made of it. */
export type RequirementResult = {
  name: string;
  /** As a person would say it: `>= 20 Hz`. */
  required: string;
  comparison: '>=' | '<=';
  bound: number;
  unit: string;
  default: Measured;
  tuned: Measured;
  met_by_default: boolean;
  met_by_tuned: boolean;
};

/** An objective with what both runs made of it. */
export type ObjectiveResult = {
  name: string;
  direction: 'maximize' | 'minimize';
  weight: number;
  unit: string;
  default: Measured;
  tuned: Measured;
};

/** The scheduler's ledger over the whole demo: created = sum of fates + pending. */
export type TaskCounts = { created: number; pending: number; fates: Record<string, number> };

/** One trial of the study. */
export type TrialResult = {
  /** From 0; 0 is the configuration found at the start. */
  number: number;
  configuration: Record<string, KnobValue>;
  verdicts: {
    name: string;
    outcome: Verdict['outcome'];
    requested: string;
    achieved: string;
    reason: string;
  }[];
  margins: TrialMargin[];
  feasible: boolean;
  cut_short: boolean;
  score: Measured;
  /** Why this configuration was tried. */
  reason: string;
};

/** One requirement or objective as measured in a trial; `margin` as in trimtab_msgs/Margin, null for an objective. */
export type TrialMargin = { name: string; measured: Measured; unit: string; margin: Measured; met: boolean };

/** One knob: what it was, what was asked of it, what it really came to. */
export type KnobResult = {
  name: string;
  unit: string;
  default: KnobValue;
  tuned: KnobValue;
  verdict: Verdict['outcome'];
  /** The measured effect, a number in the knob's unit or text; empty where nothing could be measured. */
  achieved: string;
  /** How the verdict was reached. */
  evidence: string;
};

/** CPU of one of the robot's processes in both runs, in cores. */
export type ProcessResult = { name: string; default_cores: Measured; tuned_cores: Measured };

/** A part of the demo: the real thing, or a model that stands in for it. */
export type RealPart = { part: string; real: boolean; what: string };

/** One value at one moment of a run, `t_s` seconds after the run began. */
export type TimePoint = { t_s: number; value: Measured };

/** The same quantity in both runs; `requirement` names the requirement that bounds it. */
export type RunPair = { default: TimePoint[]; tuned: TimePoint[]; requirement?: string };

/** What the figures are drawn from. Link and fates are those of the tuned run. */
export type DemoSeries = {
  tracking_error_m: RunPair;
  cmd_vel_rate_hz: RunPair;
  path_latency_p95_ms: RunPair;
  /** The link's condition from `t_s` on, until the next entry. */
  link: { t_s: number; label: string; bad: boolean }[];
  /** Tasks that ended within the second that begins at `t_s`. */
  fates: ({ t_s: number } & Record<FateGroup, number>)[];
};

/** Where the demo ran. */
export type Machine = {
  cores: number;
  cpu_model: string;
  /** The robot's CPU budget and the means that enforces it: `0.9 cores by cgroup v1`. */
  budget: string;
  /** Operating system, Node, ROS distribution and middleware. */
  software: string;
};
