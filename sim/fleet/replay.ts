import { seededRandom } from '../../src/core/random.ts';
import type { QuantileScore } from '../../src/core/schedule/calibration.ts';
import {
  type Fate,
  type FateRecord,
  fates,
  type PolicyId,
  type Reading,
  Scheduler,
  simulatedExecutor,
  VirtualTimeline,
} from '../../src/core/schedule/index.ts';
import { type Overhead, overheadSource } from './overhead.ts';
import { publishedPollMs } from './published-models.ts';
import type { Trace } from './trace.ts';

/** How a recorded workload is replayed. */
export type ReplayOptions = {
  policy: PolicyId;
  reading: Reading;
  /** What each execution takes on top of its model's time; drawn from the recording's distribution if absent. */
  edgeOverheadMs?: number;
  cloudOverheadMs?: number;
  /** Of the draws; 1 if absent. */
  seed?: number;
};

/** What became of the tasks that count; the fates add up to `created`. */
export type ReplayOutcome = {
  policy: PolicyId;
  reading: Reading;
  created: number;
  fates: Partial<Record<Fate, number>>;
  onTimePercent: number;
  utility: number;
  /** Over the whole replay: tasks that the edge took from the parked ones, and that lost their place in its queue. */
  stolen: number;
  displaced: number;
  /** How the policy's quantiles of execution times held, over the whole replay; empty where it predicts none. */
  calibration: QuantileScore[];
};

/** The published program's HTTP timeout. */
const cloudGraceMs = 10_000;

/** Runs a recorded workload through a policy in virtual time. */
export function replay(trace: Trace, options: ReplayOptions): ReplayOutcome {
  const { policy, reading } = options;
  const random = seededRandom(options.seed ?? 1);
  const overhead = (fixedMs: number | undefined, recorded: Overhead) =>
    fixedMs === undefined ? overheadSource(recorded, random) : () => fixedMs;
  const edgeOverheadMs = overhead(options.edgeOverheadMs, trace.edgeOverhead);
  const cloudOverheadMs = overhead(options.cloudOverheadMs, trace.cloudOverhead);
  const timeline = new VirtualTimeline();
  const counted: FateRecord[] = [];
  const times = new Map(trace.models.map((model) => [model.id, model]));
  const scheduler: Scheduler<undefined, true> = new Scheduler({
    clock: timeline,
    models: trace.models,
    policy,
    reading,
    times: 'profile',
    edge: simulatedExecutor(timeline, ({ model }) =>
      done((times.get(model)?.edgeMs ?? 0) + edgeOverheadMs()),
    ),
    cloud: simulatedExecutor(timeline, ({ model }) => {
      const { extraMs, fromMs, toMs } = trace.cloudExtra;
      const nowMs = timeline.nowMs();
      const lateMs = nowMs >= fromMs && nowMs < toMs ? extraMs : 0;
      return done((times.get(model)?.cloudMs ?? 0) + cloudOverheadMs() + lateMs);
    }),
    wakeAt: timeline.wakeUp(() => scheduler.advance()),
    onFate: (record) => {
      if (record.task.createdMs >= trace.measureFromMs) counted.push(record);
    },
    edgeMaxInFlight: trace.edgeServers,
    cloudMaxInFlight: trace.cloudConcurrency,
    queueLimit: Number.POSITIVE_INFINITY,
    cloudGraceMs,
    edgePollMs: reading === 'as-published' ? publishedPollMs : 0,
  });
  for (const { source, model, arrivalMs, submitMs, deadlineMs } of trace.tasks) {
    timeline.at(submitMs, () => {
      scheduler.submit({ source, model, createdMs: arrivalMs, deadlineMs }, undefined);
    });
  }
  const lastDeadlineMs = trace.tasks.reduce((lastMs, { deadlineMs }) => Math.max(lastMs, deadlineMs), 0);
  timeline.runUntil(lastDeadlineMs + 2 * cloudGraceMs);
  const { stolen, displaced, calibration } = scheduler.stats();
  scheduler.stop('the replay is over');
  return { policy, reading, ...outcomeOf(counted), stolen, displaced, calibration };
}

function done(afterMs: number) {
  return { afterMs, outcome: { kind: 'result' as const, value: true as const } };
}

function outcomeOf(records: readonly FateRecord[]) {
  const counts: Partial<Record<Fate, number>> = {};
  let utility = 0;
  for (const record of records) {
    counts[record.fate] = (counts[record.fate] ?? 0) + 1;
    utility += record.utility;
  }
  const inOrder = Object.fromEntries(
    fates.flatMap((fate) => (counts[fate] === undefined ? [] : [[fate, counts[fate]]])),
  );
  const onTime = (counts['on-time-edge'] ?? 0) + (counts['on-time-cloud'] ?? 0);
  return {
    created: records.length,
    fates: inOrder as Partial<Record<Fate, number>>,
    onTimePercent: records.length === 0 ? 0 : (100 * onTime) / records.length,
    utility,
  };
}
