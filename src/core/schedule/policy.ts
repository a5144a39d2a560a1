import type { Execution, TimeEstimator } from './estimator.ts';
import type { Executor, Fate, ModelProfile, Task } from './task.ts';

/** What a policy may know when it decides. */
export interface SchedulerView {
  readonly nowMs: number;
  profile(model: string): ModelProfile;
  /** Expected time until the edge could start a new task of this priority: the running one's rest and the queue before it. */
  edgeWaitMs(priority: number): number;
  /** Expected time from hand-over to result. */
  predictMs(place: Executor, model: string): number;
  /** Whether a task that the prediction rules out should go all the same, to see whether the place has recovered. */
  probeDue(place: Executor, model: string, leftMs: number): boolean;
}

/** A plugin's yes, or its no with the reason. A `probe` goes although the prediction rules it out. */
export type Verdict = { ok: true; reason: string; probe: boolean } | { ok: false; reason: string };

/** Where a task goes that the edge does not take. */
export type Placement =
  | { action: 'cloud'; reason: string; probe: boolean }
  | { action: 'drop'; fate: Extract<Fate, `dropped-${string}`>; reason: string };

/**
 * A scheduling policy: one file in policies/, made of these plugins. They decide and explain, and change
 * nothing; the scheduler carries the decisions out.
 */
export interface Policy {
  readonly id: string;
  /** Priority in the edge queue, the smaller first; equals run by arrival. */
  order(task: Task): number;
  /** May the task join the edge queue? */
  admit(task: Task, view: SchedulerView): Verdict;
  /** Where does a task go that was not admitted? */
  place(task: Task, view: SchedulerView): Placement;
  /** Just before execution: is it still worth while? A no lets the task expire. */
  start(task: Task, place: Executor, view: SchedulerView): Verdict;
  /** Learns from each execution. */
  observe(execution: Execution, estimator: TimeEstimator): void;
}

/** What a policy said no to, and why. */
export type PolicyRefusal = { point: 'admit' | 'place' | 'start'; policy: string; reason: string };

/** What becomes of a task: one decision when it is submitted, one more if it expires while it waits. */
export type Decision = {
  taskId: number;
  model: string;
  atMs: number;
  policy: string;
  /** The whole reason: what was chosen, after what was refused. */
  reason: string;
  refusals: PolicyRefusal[];
} & ({ action: Executor; probe: boolean } | { action: 'drop'; fate: Fate });

/** Runs a new task through the policy's plugins: edge if it is admitted there, else where the policy places it. */
export function decide(policy: Policy, task: Task, view: SchedulerView): Decision {
  const base = { taskId: task.id, model: task.model, atMs: view.nowMs, policy: policy.id };
  const admitted = policy.admit(task, view);
  if (admitted.ok) {
    return { ...base, action: 'edge', reason: admitted.reason, refusals: [], probe: admitted.probe };
  }
  const placed = policy.place(task, view);
  const reason = `${admitted.reason}; ${placed.reason}`;
  const notAdmitted: PolicyRefusal = { point: 'admit', policy: policy.id, reason: admitted.reason };
  if (placed.action === 'cloud') {
    return { ...base, action: 'cloud', reason, refusals: [notAdmitted], probe: placed.probe };
  }
  const notPlaced: PolicyRefusal = { point: 'place', policy: policy.id, reason: placed.reason };
  return { ...base, action: 'drop', fate: placed.fate, reason, refusals: [notAdmitted, notPlaced] };
}
