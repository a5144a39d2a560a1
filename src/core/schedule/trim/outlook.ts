import { batchFactor } from '../batching.ts';
import { type ScoredShare, scoredShares } from '../calibration.ts';
import type { Execution, Work } from '../estimator.ts';
import type { SchedulerView } from '../policy.ts';
import { type Executor, type ModelProfile, type Task, variantsOf } from '../task.ts';
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
  /** Its number in the model's list, and in that of all models' variants, by which its times are learnt. */
  variant: number;
  index: number;
  /** Quality × β, the benefit of its result on time, and its costs. */
  benefit: number;
  edgeCost: number;
  cloudCost: number;
};

/** A model's variants. */
export type Options = readonly [Option, ...Option[]];

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
  readonly #options = new Map<string, Options>();
  readonly #learners: Record<Executor, DelayLearner>;
  readonly #trackers = { edge: new QuantileTracker(), cloud: new QuantileTracker() };
  #moment: Moment | undefined;

  constructor(models: readonly ModelProfile[]) {
    const baseMs: Record<Executor, number[]> = { edge: [], cloud: [] };
    for (const model of models) {
      const { id, benefit, edgeCost, cloudCost } = model;
      const options = variantsOf(model).map(({ edgeMs, cloudMs, quality }, variant) => {
        const index = baseMs.edge.push(edgeMs) - 1;
        baseMs.cloud.push(cloudMs);
        return { variant, index, benefit: quality * benefit, edgeCost, cloudCost };
      });
      this.#options.set(id, options as [Option, ...Option[]]);
    }
    this.#learners = {
      edge: new DelayLearner(baseMs.edge, profileRate.edge),
      cloud: new DelayLearner(baseMs.cloud, profileRate.cloud),
    };
  }

  /** A model's variants. */
  options(model: string): Options {
    return this.#options.get(model) as Options;
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
  edgeMs({ index }: Option, at: Moment, factor = 1): number {
    return factor * this.#learners.edge.baseMs(index) + at.edgeDelayMs;
  }

  /** The same for the fastest of a model's variants. */
  leastEdgeMs(options: Options, at: Moment): number {
    let leastMs = Number.POSITIVE_INFINITY;
    for (const option of options) leastMs = Math.min(leastMs, this.edgeMs(option, at));
    return leastMs;
  }

  /** Time that suffices for nearly every run in the cloud, and some more; `factor` is a batch's. */
  cloudMs({ index }: Option, at: Moment, factor = 1): number {
    return factor * this.#learners.cloud.baseMs(index) + at.cloudDelayMs;
  }

  /** What the edge earns with a task over `elsewhere`. */
  gainOnEdge({ benefit, edgeCost }: Option, elsewhere: number, at: Moment): number {
    // Plans see to it that what runs is in time; whether the edge works at all is left to chance.
    return at.edgeWorks * benefit - edgeCost - Math.max(0, elsewhere);
  }

  /**
   * What the edge earns with a task over the cloud, had the task gone there as it came. What the cloud has become too late
   * for since then is no merit of the edge's time: priced so, a wait would raise the price of the time waited for.
   */
  edgeAdds({ model, createdMs, deadlineMs }: Task, option: Option, at: Moment): number {
    return this.gainOnEdge(
      option,
      this.bestCloudUtility(this.options(model), deadlineMs - createdMs, at),
      at,
    );
  }

  /** Expected utility in the cloud, P(on time)·q·β − κ. */
  cloudUtility({ index, benefit, cloudCost }: Option, leftMs: number, at: Moment): number {
    if (benefit - cloudCost <= 0) return benefit - cloudCost;
    const { cloud } = this.#learners;
    return cloud.probabilityWithin(index, leftMs, at.nowMs, at.overdueMs) * benefit - cloudCost;
  }

  /** The variant that is worth most in the cloud. */
  bestInCloud(options: Options, leftMs: number, at: Moment): Option {
    let [found] = options;
    let most = Number.NEGATIVE_INFINITY;
    for (const option of options) {
      const utility = this.cloudUtility(option, leftMs, at);
      if (utility <= most) continue;
      found = option;
      most = utility;
    }
    return found;
  }

  /** What the best of a model's variants is worth in the cloud. */
  bestCloudUtility(options: Options, leftMs: number, at: Moment): number {
    let most = Number.NEGATIVE_INFINITY;
    for (const option of options) most = Math.max(most, this.cloudUtility(option, leftMs, at));
    return most;
  }

  /** Learns from an execution. */
  observe(execution: Execution, view: SchedulerView): void {
    const { place, atMs, elapsedMs, quantilesMs } = execution;
    const index = this.#indexOf(execution);
    const factor = factorOf(place, execution, view);
    // Whether there is a result at all is a chance of its own, and says nothing of the times of those that bring one.
    if (quantilesMs !== undefined && Number.isFinite(elapsedMs))
      this.#trackers[place].observe(quantilesMs, elapsedMs);
    // A probe's time on the edge is the only fresh evidence of the variant's own.
    const rate = execution.probe && place === 'edge' ? 1 : profileRate[place];
    this.#learners[place].observe(index, elapsedMs, atMs, factor, rate);
    this.#moment = undefined;
  }

  /** The times that the `scoredShares` of such executions are expected not to exceed. */
  quantilesMs(place: Executor, work: Work, view: SchedulerView): readonly number[] {
    const { nowMs } = view;
    const modelMs = factorOf(place, work, view) * this.#learners[place].baseMs(this.#indexOf(work));
    return scoredShares.map((share) => modelMs + this.#delayMs(place, share, nowMs));
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
      const modelMs = factorOf('cloud', run, view) * this.#learners.cloud.baseMs(this.#indexOf(run));
      const delayMs = view.nowMs - run.startMs - modelMs;
      if (delayMs > 0) delays.push(delayMs);
    }
    return delays;
  }

  #indexOf({ model, variant }: Work): number {
    return (this.options(model)[variant] as Option).index;
  }
}

function factorOf(place: Executor, { size }: Work, view: SchedulerView): number {
  const batching = view.batching(place);
  return batching === undefined ? 1 : batchFactor(size, batching);
}
