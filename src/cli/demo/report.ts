import { cpus } from 'node:os';
import type { Profile } from '../../core/measure/profile.ts';
import { describeBound } from '../../core/spec/describe.ts';
import { evaluate, referencesOf, type SpecEvaluation } from '../../core/spec/evaluate.ts';
import type { Spec } from '../../core/spec/spec.ts';
import type {
  DemoReport,
  KnobResult,
  Measured,
  RealPart,
  RunSummary,
  TrialResult,
} from '../../io/report/index.ts';
import type { Message } from '../../ros/index.ts';
import { fateCounts } from './graph.ts';
import type { RunRecorder } from './run-recorder.ts';

/** One measured run. */
export type MeasuredRun = {
  profile: Profile;
  recorder: RunRecorder;
  seconds: number;
  knobs: { name: string; unit: string; value: string }[];
};

/** What the demo found, before it is put together. */
export type DemoFindings = {
  version: string;
  seed: number;
  command: string;
  startedAt: Date;
  specFile: string;
  /** With names resolved as in the profiles. */
  spec: Spec;
  defaultRun: MeasuredRun;
  tunedRun: MeasuredRun;
  trials: TrialResult[];
  schedulerStats: Message;
  real: RealPart[];
  link: { t_s: number; label: string; bad: boolean }[];
  phases: { name: string; seconds: number }[];
  budget: string;
};

/** Puts a demo's findings into the form of the report. */
export function buildReport(findings: DemoFindings): DemoReport {
  const { spec, defaultRun, tunedRun, trials } = findings;
  const before = evaluate(spec, defaultRun.profile);
  const after = evaluate(spec, tunedRun.profile, referencesOf(before));
  const fates = fateCounts(findings.schedulerStats);
  const latency = spec.requirements.find(({ metric }) => metric.kind === 'path-latency');
  const rate = spec.requirements.find(({ metric }) => metric.kind === 'topic-rate');
  return {
    trimtab: findings.version,
    seed: findings.seed,
    command: findings.command,
    started_at: findings.startedAt.toISOString(),
    spec: findings.specFile,
    default: summary(before, defaultRun),
    tuned: summary(after, tunedRun),
    requirements: before.requirements.map(({ requirement, bound = Number.NaN, measured, met }, i) => ({
      name: requirement.name,
      required: describeBound(requirement),
      comparison: requirement.comparison,
      bound,
      unit: requirement.unit,
      default: measured ?? null,
      tuned: after.requirements[i]?.measured ?? null,
      met_by_default: met,
      met_by_tuned: after.requirements[i]?.met ?? false,
    })),
    objectives: before.objectives.map(({ objective, measured }, i) => ({
      name: objective.name,
      direction: objective.direction,
      weight: objective.weight,
      unit: objective.unit,
      default: measured ?? null,
      tuned: after.objectives[i]?.measured ?? null,
    })),
    tasks: {
      created: Number(findings.schedulerStats.created),
      pending: Number(findings.schedulerStats.pending),
      fates: Object.fromEntries([...fates].filter(([, count]) => count > 0)),
    },
    utility: findings.schedulerStats.utility,
    tracking_error_m: {
      default: finite(defaultRun.recorder.meanTrackingErrorM),
      tuned: finite(tunedRun.recorder.meanTrackingErrorM),
    },
    trials: trials.length,
    trial_log: trials,
    knobs: knobResults(defaultRun, tunedRun, trials),
    processes: defaultRun.profile.processes.map(({ name, cpuCores }) => ({
      name,
      default_cores: cpuCores,
      tuned_cores: tunedRun.profile.processes.find((process) => process.name === name)?.cpuCores ?? null,
    })),
    real: findings.real,
    series: {
      tracking_error_m: {
        default: defaultRun.recorder.trackingErrors,
        tuned: tunedRun.recorder.trackingErrors,
      },
      cmd_vel_rate_hz: {
        default: defaultRun.recorder.commandRates(defaultRun.seconds),
        tuned: tunedRun.recorder.commandRates(tunedRun.seconds),
        ...(rate ? { requirement: rate.name } : {}),
      },
      path_latency_p95_ms: {
        default: defaultRun.recorder.latencies(defaultRun.seconds),
        tuned: tunedRun.recorder.latencies(tunedRun.seconds),
        ...(latency ? { requirement: latency.name } : {}),
      },
      link: findings.link,
      fates: tunedRun.recorder.fates,
    },
    phases: findings.phases,
    machine: {
      cores: cpus().length,
      cpu_model: cpus()[0]?.model ?? 'unknown',
      budget: findings.budget,
      software: `${process.platform} ${process.arch}, Node ${process.versions.node}, ROS 2 ${process.env.ROS_DISTRO ?? 'unknown'}, ${process.env.RMW_IMPLEMENTATION ?? 'default rmw'}`,
    },
  };
}

function summary(evaluation: SpecEvaluation, { recorder }: MeasuredRun): RunSummary {
  return {
    met: evaluation.met,
    score: evaluation.score,
    tracking_error_m: finite(recorder.meanTrackingErrorM),
    lost_fraction: finite(recorder.lostFraction),
  };
}

/** The verdicts are those of the last trial that had the tuned configuration: its verification. */
function knobResults(defaultRun: MeasuredRun, tunedRun: MeasuredRun, trials: TrialResult[]): KnobResult[] {
  const tuned = new Map(tunedRun.knobs.map(({ name, value }) => [name, value]));
  const confirming = trials.findLast(({ configuration }) =>
    Object.entries(configuration).every(
      ([name, value]) => Number(tuned.get(name)) === value || tuned.get(name) === String(value),
    ),
  );
  return defaultRun.knobs.map(({ name, unit, value }) => {
    const verdict = confirming?.verdicts.find((each) => each.name === name);
    return {
      name,
      unit,
      default: numberOrText(value),
      tuned: numberOrText(tuned.get(name) ?? ''),
      verdict: verdict?.outcome ?? 'accepted',
      achieved: verdict?.achieved ?? '',
      evidence: verdict?.reason ?? '',
    };
  });
}

function numberOrText(value: string): number | string {
  const number = Number(value);
  return value !== '' && Number.isFinite(number) ? number : value;
}

function finite(value: number): Measured {
  return Number.isFinite(value) ? value : null;
}
