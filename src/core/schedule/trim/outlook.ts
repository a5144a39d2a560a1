import { batchFactor } from '../batching.ts';
import type { ScoredShare } from '../calibration.ts';
import type { Execution, Work } from '../estimator.ts';
import type { SchedulerView } from '../policy.ts';
import { type Executor, type ModelProfile, variantsOf } from '../task.ts';
import { DelayLearner } from './delay-learner.ts';
import { QuantileTracker } from './quantile-tracker.ts';

/** The share of executions that a last moment must suffice for, and what is kept on top of that for the cloud. */
const safeShare = { edge: 0.9, cloud: 0.98 } as const;
const guardMs = 10;
/** How much of a surprise is the model's own: on the edge most, in the cloud little, as there the network is common to all. */
const profileRate = { edge: 0.2, cloud: 0.02 };
/** Executions in the cloud that are looked at for being overdue. */
const mostOverdue = 4;

/** A variant of a model. */
export type Option = {
  /** Its number in the model's list. */
  variant: number;
  /** What its times are learnt under. */
  key: string;
  /** Quality × β, the benefit of its result on time, and its costs. */
  benefit: number;
  edgeCost: number;
  cloudCost: number;
};

/** What is the same for all tasks at one time. */
export type Moment = {
  nowMs: number;
  edgeDelayMs: number;
  /** Probability that the edge brings a result at all. */
  edgeWorks: number;
  cloudDelayMs: number;
  overdueMs: readonly number[];
};

/** What `trim` has learnt of both places, and what a task is worth there by that. */
export class Outlook {
  readonly #options = new Map<string, readonly [Option, ...Option[]]>();
  readonly #learners: Record<Executor, DelayLearner>;
  readonly #trackers = { edge: new QuantileTracker(), cloud: new QuantileTracker() };
  #moment: Moment | undefined;

  constructor(models: readonly ModelProfile[]) {
    const baseMs = { edge: new Map<string, number>(), cloud: new Map<string, number>() };
    for (const model of models) {
      const { id, benefit, edgeCost, cloudCost } = model;
      const options = variantsOf(model).map((each, variant) => {
        const key = `${id}/${each.id}`;
        baseMs.edge.set(key, each.edgeMs);
        baseMs.cloud.set(key, each.cloudMs);
        return { variant, key, benefit: each.quality * benefit, edgeCost, cloudCost };
      });
      this.#options.set(id, options as [Option, ...Option[]]);
    }
    this.#learners = {
      edge: new DelayLearner(baseMs.edge, profileRate.edge),
      cloud: new DelayLearner(baseMs.cloud, profileRate.cloud),
    };
  }

  /** A model's variants. */
  options(model: string): readonly [Option, ...Option[]] {
    return this.#options.get(model) as readonly [Option, ...Option[]];
  }

  /** What was learnt, as of now; many questions of one decision need the same of it. */
  now(view: SchedulerView): Moment {
    const { nowMs } = view;
    const { edge } = this.#learners;
    if (this.#moment?.nowMs !== nowMs) {
      this.#moment = {
        nowMs,
        edgeDelayMs: this.#delayMs('edge', safeShare.edge, nowMs),
        edgeWorks: edge.probabilityOfResult(nowMs),
        cloudDelayMs: this.#delayMs('cloud', safeShare.cloud, nowMs) + guardMs,
        overdueMs: this.#overdue(view),
      };
    }
    return this.#moment;
  }

  /** Time that suffices for nearly every run on the edge; `factor` is a batch's. */
  edgeMs({ key }: Option, at: Moment, factor = 1): number {
    return factor * this.#learners.edge.baseMs(key) + at.edgeDelayMs;
  }

  /** The same for the model's fastest variant. */
  leastEdgeMs(model: string, at: Moment): number {
    let leastMs = Number.POSITIVE_INFINITY;
    for (const option of this.options(model)) leastMs = Math.min(leastMs, this.edgeMs(option, at));
    return leastMs;
  }

  /** Time that suffices for nearly every run in the cloud, and some more; `factor` is a batch's. */
  cloudMs({ key }: Option, at: Moment, factor = 1): number {
    return factor * this.#learners.cloud.baseMs(key) + at.cloudDelayMs;
  }

  /** What the edge earns with a task over `elsewhere`. */
  gainOnEdge({ benefit, edgeCost }: Option, elsewhere: number, at: Moment): number {
    // Plans see to it that what runs is in time; whether the edge works at all is left to chance.
    return at.edgeWorks * benefit - edgeCost - Math.max(0, elsewhere);
  }

  /** Expected utility in the cloud, P(on time)·q·β − κ. */
  cloudUtility({ key, benefit, cloudCost }: Option, leftMs: number, at: Moment): number {
    if (benefit - cloudCost <= 0) return benefit - cloudCost;
    const { cloud } = this.#learners;
    return cloud.probabilityWithin(key, leftMs, at.nowMs, at.overdueMs) * benefit - cloudCost;
  }

  /** The variant that is worth most in the cloud. */
  bestInCloud(model: string, leftMs: number, at: Moment): Option {
    const options = this.options(model);
    return options.length === 1 ? options[0] : best(options, (each) => this.cloudUtility(each, leftMs, at));
  }

  /** What the model's best variant is worth in the cloud. */
  bestCloudUtility(model: string, leftMs: number, at: Moment): number {
    return this.cloudUtility(this.bestInCloud(model, leftMs, at), leftMs, at);
  }

  /** Learns from an execution. */
  observe(execution: Execution, view: SchedulerView): void {
    const { place, atMs, elapsedMs, quantilesMs } = execution;
    const key = this.#keyOf(execution);
    const factor = factorOf(place, execution, view);
    // Whether there is a result at all is a chance of its own, and says nothing of the times of those that bring one.
    if (quantilesMs !== undefined && Number.isFinite(elapsedMs))
      this.#trackers[place].observe(quantilesMs, elapsedMs);
    this.#learners[place].observe(key, elapsedMs, atMs, factor);
    this.#moment = undefined;
  }

  /** The time that this share of such executions is expected not to exceed. */
  quantileMs(place: Executor, work: Work, share: ScoredShare, view: SchedulerView): number {
    const modelMs = factorOf(place, work, view) * this.#learners[place].baseMs(this.#keyOf(work));
    return modelMs + this.#delayMs(place, share, view.nowMs);
  }

  /** The delay that this share of executions at a place does not exceed. */
  #delayMs(place: Executor, share: ScoredShare, nowMs: number): number {
    return this.#trackers[place].corrected(share, this.#learners[place].delayQuantileMs(share, nowMs));
  }

  /** By how much the longest-running executions in the cloud have outlasted their models' own times. */
  #overdue(view: SchedulerView): readonly number[] {
    const delays: number[] = [];
    let looked = 0;
    for (const run of view.cloudRuns()) {
      if (looked++ === mostOverdue) break;
      const modelMs = factorOf('cloud', run, view) * this.#learners.cloud.baseMs(this.#keyOf(run));
      const delayMs = view.nowMs - run.startMs - modelMs;
      if (delayMs > 0) delays.push(delayMs);
    }
    return delays;
  }

  #keyOf({ model, variant }: Work): string {
    return (this.options(model)[variant] as Option).key;
  }
}

/** The first of those that are worth most. */
export function best<T>(candidates: readonly [T, ...T[]], worth: (candidate: T) => number): T {
  let [found] = candidates;
  let most = worth(found);
  for (const candidate of candidates) {
    const value = worth(candidate);
    if (value <= most) continue;
    found = candidate;
    most = value;
  }
  return found;
}

function factorOf(place: Executor, { size }: Work, view: SchedulerView): number {
  const batching = view.batching(place);
  return batching === undefined ? 1 : batchFactor(size, batching);
}
