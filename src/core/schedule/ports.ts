import type { Clock } from '../clock.ts';
import type { BatchProfile } from './batching.ts';
import type { QuantileScore } from './calibration.ts';
import type { EstimatorOptions } from './estimator.ts';
import type { FateRecord, LedgerTotals } from './ledger.ts';
import type { PolicyId } from './policies/index.ts';
import type { Decision } from './policy.ts';
import type { Executor, ModelProfile, Task, Variant } from './task.ts';
import type { Reading } from './tentative-queue.ts';

/** How an execution ended. `expired`: the executor saw that the deadline had passed and did not run it. */
export type ExecutionOutcome<R> =
  | { kind: 'result'; value: R }
  | { kind: 'expired'; reason: string }
  | { kind: 'failed'; reason: string };

/** A task of a batch. */
export type BatchMember<P> = { readonly task: Task; readonly payload: P };

/** A place that executes tasks; the port behind which inference, the cloud or a simulation stands. */
export interface ExecutorPort<P, R> {
  /** Starts one execution, as this variant of the task's model, and reports its end by one call of `done`, at once or later. */
  execute(task: Task, payload: P, done: (outcome: ExecutionOutcome<R>) => void, variant: Variant): void;
  /**
   * Starts several tasks of one model together and reports their ends by one call of `done`, in the order of the tasks.
   * A place without it takes one task at a time.
   */
  executeBatch?(
    batch: readonly [BatchMember<P>, ...BatchMember<P>[]],
    done: (outcomes: readonly ExecutionOutcome<R>[]) => void,
    variant: Variant,
  ): void;
}

/** A task as its source hands it in; `deadlineMs` is absolute and comes from the model's profile if absent. */
export type TaskRequest = { source: string; model: string; createdMs: number; deadlineMs?: number };

/** How much may run at a time, and how long. */
export type ExecutionLimits = {
  /** Executions on the edge at a time: its accelerators. Default 1. */
  edgeMaxInFlight?: number;
  /** Executions in the cloud at a time. Default 32, as published. */
  cloudMaxInFlight?: number;
  /** How long after its deadline the cloud's answer is still waited for. Default 1000. */
  cloudGraceMs?: number;
  /** An idle edge looks for work only this often; 0 (default): at once. The published program sleeps 5 ms. */
  edgePollMs?: number;
};

/** What a scheduler is made of. `P` is what an executor needs of a task (an image), `R` what it returns. */
export type SchedulerOptions<P, R> = ExecutionLimits & {
  clock: Clock;
  models: readonly ModelProfile[];
  policy: PolicyId;
  /** How published policies are read. Default `corrected`. */
  reading?: Reading;
  /** What policies reckon with: the times that are measured (default), or the profile's, as published. */
  times?: 'measured' | 'profile';
  edge: ExecutorPort<P, R>;
  cloud: ExecutorPort<P, R>;
  /** The places where batches pay, and how long these take; heeded where the executor takes batches. */
  batching?: Partial<Record<Executor, BatchProfile | undefined>>;
  /** Asks for a call of `advance` at this time of the clock; replaces the time asked for before, undefined cancels it. */
  wakeAt: (timeMs: number | undefined) => void;
  /** Called for each decision. Neither this nor `onFate` may call `stop`. */
  onDecision?: (decision: Decision) => void;
  /** Called once for each task; `value` where an execution returned one, on time or late. */
  onFate?: (record: FateRecord, value: R | undefined) => void;
  /** Most tasks waiting per place; one more sheds the oldest of them. Default 64. */
  queueLimit?: number;
  /** Tasks that `explain` remembers. Default 1000. */
  explainLimit?: number;
  estimator?: EstimatorOptions;
};

/** What is under way now. */
export type SchedulerLoad = {
  /** Tasks waiting for the edge, and whether one runs there. */
  edgeQueue: number;
  edgeRunning: boolean;
  cloudQueue: number;
  cloudInFlight: number;
  /** Tasks that wait without a place. */
  parked: number;
};

/** The running totals and what is under way now. */
export type SchedulerStats = SchedulerLoad &
  LedgerTotals & {
    policy: string;
    byModel: Record<string, LedgerTotals>;
    /** How often the edge took a parked task, and a task lost its place in the edge queue. */
    stolen: number;
    displaced: number;
    /** Tasks that ran together with others. */
    batched: number;
    /** Answers that came after their task had been given up. */
    strayAnswers: number;
    /** How the policy's quantiles of execution times held; empty for a policy that predicts none. */
    calibration: QuantileScore[];
    /** Current predictions, for each variant of each model. */
    estimates: { model: string; variant: string; edgeMs: number; cloudMs: number }[];
  };
