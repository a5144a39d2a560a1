import type { BatchProfile } from './batching.ts';
import type { Execution, TimeEstimator, Work } from './estimator.ts';
import type { Run } from './executions.ts';
import type { FateRecord } from './ledger.ts';
import type { ParkedTasks } from './parked-tasks.ts';
import type { Executor, Fate, ModelProfile, Task } from './task.ts';
import type { TaskQueue, Waiting } from './task-queue.ts';

/** What a policy may know when it decides. It changes nothing of it; the scheduler carries decisions out. */
export interface SchedulerView {
  readonly nowMs: number;
  readonly models: readonly ModelProfile[];
  /** Tasks that wait for the edge, in the policy's order. */
  readonly edgeQueue: TaskQueue<Waiting>;
  /** Tasks without a place yet. */
  readonly parked: ParkedTasks;
  profile(model: string): ModelProfile;
  /** Expected time until the edge has finished what it runs; 0 when it is free. */
  edgeRestMs(): number;
  /** Expected time until the edge could start a new task of this priority: the running one's rest and the queue before it. */
  edgeWaitMs(priority: number): number;
  /** Expected time from hand-over to result. */
  predictMs(place: Executor, model: string): number;
  /** Whether a task that the prediction rules out should go all the same, as this variant (the first if absent), to see whether the place has recovered. */
  probeDue(place: Executor, model: string, leftMs: number, variant?: number): boolean;
  /** What runs in the cloud, the longest-running first. */
  cloudRuns(): Iterable<Run>;
  /** Tasks that wait for the cloud, first come first served. */
  readonly cloudQueue: TaskQueue<Waiting>;
  /** How this place runs batches; undefined where it takes one task at a time. */
  batching(place: Executor): BatchProfile | undefined;
}

/** A plugin's yes, or its no with the reason. A `probe` goes although the prediction rules it out. */
export type Verdict = { ok: true; reason: string; probe: boolean } | { ok: false; reason: string };

/** How a task is run: as which of its model's variants, the first if absent, and together with which others of the model. */
export type Manner = { variant?: number; others?: readonly Waiting[] };

/** As `Verdict`, where a yes says how; the others wait in the same queue. */
export type StartVerdict = (Extract<Verdict, { ok: true }> & Manner) | Extract<Verdict, { ok: false }>;

/** The parked task that the edge takes; the others are parked too. A `probe` is run as a variant that the prediction rules out. */
export type Theft = Manner & { waiting: Waiting; reason: string; probe?: boolean };

/** Where a task goes that is not in the edge queue. */
export type Placement =
  /** To the cloud, or into the edge queue after all, on the policy's own reckoning. */
  | { action: Executor; reason: string; probe: boolean }
  /** Stays without a place until `untilMs`, when `release` is asked, or until it is stolen. */
  | { action: 'park'; untilMs: number; reason: string }
  | { action: 'drop'; fate: Extract<Fate, `dropped-${string}`>; reason: string };

/** Which tasks lose their place to a new one, or why it may not push them out. */
export type Displacement = { ok: true; victims: readonly Waiting[] } | { ok: false; reason: string };

/**
 * A scheduling policy: one file in policies/, made of these plugins. They decide and explain; only the
 * scheduler acts. What a policy leaves out does not happen under it.
 */
export interface Policy {
  readonly id: string;
  /** Priority in the edge queue, the smaller first; equals run by arrival. */
  order(waiting: Waiting, view: SchedulerView): number;
  /** May the task join the edge queue? */
  admit(waiting: Waiting, view: SchedulerView): Verdict;
  /** Which tasks behind an admitted one lose their place to it? */
  displace?(waiting: Waiting, view: SchedulerView): Displacement;
  /** Where does a task go that was not admitted, or was displaced (`waiting.displaced`)? */
  place(waiting: Waiting, view: SchedulerView): Placement;
  /** A parked task's time has come: where to? */
  release?(waiting: Waiting, view: SchedulerView): Placement;
  /** The edge is free: does a parked task run before the edge queue's first? */
  steal?(view: SchedulerView): Theft | undefined;
  /** Just before execution: is it still worth while, and how is it run? A no lets the task expire. */
  expire(waiting: Waiting, place: Executor, view: SchedulerView): StartVerdict;
  /** Learns from each execution. */
  observe(execution: Execution, estimator: TimeEstimator, view: SchedulerView): void;
  /**
   * Hears of each task's end; names tasks of the edge queue that go to the cloud in consequence, once a free edge has
   * taken its next (GEMS' gatekeeper is a thread of its own, which comes later). They are asked for one by one as they go: where the cloud's queue is full, each ends another task, which would list the rest anew.
   */
  ended?(record: FateRecord, view: SchedulerView): Iterable<Waiting>;
  /**
   * The times that the `scoredShares` of such executions at a place are expected not to exceed, where the policy learns
   * distributions; they are scored against what is measured.
   */
  quantilesMs?(place: Executor, work: Work, view: SchedulerView): readonly number[];
  /** The cloud time that a new task reckons with, where the policy learns it by itself. */
  cloudMs?(model: string): number;
}

/** Every place at which a policy can say no. */
export type PluginPoint = 'admit' | 'displace' | 'place' | 'release' | 'expire';

/** What a policy said no to, and why. */
export type PolicyRefusal = { point: PluginPoint; policy: string; reason: string };

/** What becomes of a task: one decision when it is submitted, one more whenever that changes, or its variant is chosen. */
export type Decision = {
  taskId: number;
  model: string;
  atMs: number;
  policy: string;
  /** What it is run as, where this decision chose one of several variants of its model. */
  variant?: string;
  /** The whole reason: what was chosen, after what was refused. */
  reason: string;
  refusals: readonly PolicyRefusal[];
} & DecisionAction;

/** What is to be done with a task. */
export type DecisionAction =
  | { action: Executor; probe: boolean }
  | { action: 'park'; untilMs: number }
  | { action: 'drop'; fate: Fate };

const none: readonly never[] = [];

/** Runs a new task through the policy's plugins: edge if it is admitted there, else where the policy places it. */
export function decide(
  policy: Policy,
  waiting: Waiting,
  view: SchedulerView,
): { decision: Decision; victims: readonly Waiting[] } {
  const { task } = waiting;
  const admitted = policy.admit(waiting, view);
  if (!admitted.ok) {
    const refusal: PolicyRefusal = { point: 'admit', policy: policy.id, reason: admitted.reason };
    return {
      decision: decisionOf(policy, task, view, policy.place(waiting, view), [refusal]),
      victims: none,
    };
  }
  const displaced = policy.displace?.(waiting, view);
  if (displaced?.ok === false) {
    const refusal: PolicyRefusal = { point: 'displace', policy: policy.id, reason: displaced.reason };
    return {
      decision: decisionOf(policy, task, view, policy.place(waiting, view), [refusal]),
      victims: none,
    };
  }
  const { reason, probe } = admitted;
  return {
    decision: decisionOf(policy, task, view, { action: 'edge', reason, probe }, none),
    victims: displaced?.victims ?? none,
  };
}

/** A placement as a decision, after what was refused before; `point` is the plugin that made it. */
export function decisionOf(
  policy: Policy,
  task: Task,
  view: SchedulerView,
  placed: Placement,
  refused: readonly PolicyRefusal[],
  point: 'place' | 'release' = 'place',
): Decision {
  let reason = placed.reason;
  for (let i = refused.length - 1; i >= 0; i--) reason = `${(refused[i] as PolicyRefusal).reason}; ${reason}`;
  const { id: taskId, model } = task;
  const atMs = view.nowMs;
  // Each written out: spreading a common part into these costs more than all the rest of a decision.
  switch (placed.action) {
    case 'edge':
    case 'cloud': {
      const { action, probe } = placed;
      return { taskId, model, atMs, policy: policy.id, reason, refusals: refused, action, probe };
    }
    case 'park': {
      const { action, untilMs } = placed;
      return { taskId, model, atMs, policy: policy.id, reason, refusals: refused, action, untilMs };
    }
    case 'drop': {
      const { action, fate } = placed;
      const refusal: PolicyRefusal = { point, policy: policy.id, reason: placed.reason };
      const refusals = [...refused, refusal];
      return { taskId, model, atMs, policy: policy.id, reason, refusals, action, fate };
    }
  }
}
