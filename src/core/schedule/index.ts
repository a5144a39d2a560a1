export { type BatchProfile, batchFactor } from './batching.ts';
export type { Explanation } from './decision-log.ts';
export { Scheduler } from './engine.ts';
export { type EstimatorOptions, type Execution, TimeEstimator, type Work } from './estimator.ts';
export { type FateRecord, Ledger, type LedgerTotals, utilityOf } from './ledger.ts';
export {
  createPolicy,
  isPolicyId,
  type PolicyId,
  policyIds,
  policySummaries,
} from './policies/index.ts';
export type {
  Decision,
  Displacement,
  Manner,
  Placement,
  PluginPoint,
  Policy,
  PolicyRefusal,
  SchedulerView,
  StartVerdict,
  Theft,
  Verdict,
} from './policy.ts';
export type {
  ExecutionOutcome,
  ExecutorPort,
  SchedulerOptions,
  SchedulerStats,
  TaskRequest,
} from './ports.ts';
export {
  type Executor,
  type Fate,
  fates,
  type ModelProfile,
  type Task,
  type Variant,
  variantsOf,
} from './task.ts';
export type { Waiting } from './task-queue.ts';
export { type Reading, readings } from './tentative-queue.ts';
export { type SimulatedService, simulatedExecutor, VirtualTimeline } from './virtual-time.ts';
