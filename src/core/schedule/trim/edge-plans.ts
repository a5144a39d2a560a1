import { type BatchProfile, batchFactor } from '../batching.ts';
import type { SchedulerView } from '../policy.ts';
import type { ModelProfile } from '../task.ts';
import type { Waiting } from '../task-queue.ts';
import type { ArrivalForecast } from './arrival-forecast.ts';
import { EdgePlanner, mostTasks, type PlannedRun } from './edge-plan.ts';
import type { Moment, Option, Options, Outlook } from './outlook.ts';

/** Tasks per model that a plan looks at, of those that wait and of those that are expected, and the most models. */
const tasksPerModel = 2;
const mostModels = 7;
/** Where models have variants, plans are made for these shares of the price of the edge's time, besides for none. */
const priceShares = [0.5, 1, 2];

/** Plans what the edge does next: which tasks, as which variants, and which of them together. */
export class EdgePlans {
  readonly #outlook: Outlook;
  readonly #models: readonly PlannedModel[];
  readonly #priceShares: readonly number[];
  /** The one with the best plan, and one to try another. */
  #planner = new EdgePlanner();
  #spare = new EdgePlanner();
  #order: readonly number[] = [];
  /** When a model's next tasks are expected, used again for each model. */
  readonly #times = new Float64Array(mostTasks);
  /** A model's first waiting tasks, likewise. */
  readonly #first: Waiting[] = [];

  /** @param forecasts of each model's tasks. */
  constructor(
    models: readonly ModelProfile[],
    outlook: Outlook,
    forecasts: ReadonlyMap<string, ArrivalForecast>,
  ) {
    this.#outlook = outlook;
    this.#models = models.slice(0, mostModels).map(({ id, deadlineMs }) => ({
      id,
      deadlineMs,
      options: outlook.options(id),
      forecast: forecasts.get(id) as ArrivalForecast,
    }));
    this.#priceShares = models.some(({ variants = [] }) => variants.length > 1) ? priceShares : [];
  }

  /** What the edge should do first at this price of its time, in points per millisecond; undefined for nothing. */
  next(view: SchedulerView, pricePerMs: number): PlannedRun | undefined {
    this.#plan(view, pricePerMs);
    const [first] = this.#order;
    return first === undefined ? undefined : this.#withBestVariant(this.#planner.item(first), view);
  }

  /** Whether the edge should run this task, which waits but is not parked at this moment. */
  includes(waiting: Waiting, view: SchedulerView, pricePerMs: number): boolean {
    this.#plan(view, pricePerMs, waiting);
    return this.#planner.runs(this.#order, waiting);
  }

  /**
   * Variants are chosen before a plan is made, by what they earn less the price of their time. What this price is
   * depends on what else there is to do, so plans are made for several, and the one that is worth most counts.
   */
  #plan(view: SchedulerView, pricePerMs: number, extra?: Waiting): void {
    const batching = view.batching('edge');
    const asked: Asked = {
      planner: this.#planner,
      view,
      at: this.#outlook.now(view),
      extra,
      pricePerMs,
      variantPricePerMs: 0,
      batching,
      most: this.#mostTasks(batching),
    };
    this.#order = this.#planWith(asked);
    for (const share of this.#priceShares) {
      asked.planner = this.#spare;
      asked.variantPricePerMs = share * pricePerMs;
      const order = this.#planWith(asked);
      if (this.#spare.worth <= this.#planner.worth) continue;
      [this.#planner, this.#spare] = [this.#spare, this.#planner];
      this.#order = order;
    }
  }

  /**
   * Prices are the same for all of a plan's runs. The first, which comes now, may have the variant that makes the whole
   * plan worth most: a larger one where the next run cannot begin before anyway.
   */
  #withBestVariant(run: PlannedRun, view: SchedulerView): PlannedRun {
    const model = run.members[0]?.task.model;
    if (model === undefined) return run;
    const at = this.#outlook.now(view);
    const options = this.#outlook.options(model);
    const chosen = options[run.variant] as Option;
    const size = run.members.length;
    const batching = view.batching('edge');
    const factor = batching === undefined ? 1 : batchFactor(size, batching);
    const { members, earliestMs } = run;
    let found = run;
    let most = Number.NEGATIVE_INFINITY;
    for (const option of options) {
      const { variant, benefit } = option;
      const edgeMs = this.#outlook.edgeMs(option, at, factor);
      const gain = run.gain + size * at.edgeWorks * (benefit - chosen.benefit);
      const worth = this.#planner.worthWith(this.#order, edgeMs, gain);
      if (worth <= most) continue;
      found = { members, variant, earliestMs, edgeMs, gain };
      most = worth;
    }
    return found;
  }

  /** As many as a batch may have, as far as the planner has room. */
  #mostTasks(batching: BatchProfile | undefined): number {
    if (batching === undefined) return tasksPerModel;
    const room = Math.floor(mostTasks / (2 * this.#models.length));
    return Math.max(tasksPerModel, Math.min(batching.most, room));
  }

  #planWith(asked: Asked): number[] {
    const { planner, view, at, pricePerMs, batching } = asked;
    planner.begin(at.nowMs + view.edgeRestMs());
    let knownUntilMs = Number.POSITIVE_INFINITY;
    for (const model of this.#models) {
      planner.beginModel();
      const tasks: PlannedTask[] | undefined = batching && [];
      this.#addWaiting(model, tasks, asked);
      knownUntilMs = Math.min(knownUntilMs, this.#addExpected(model, tasks, asked));
      if (batching !== undefined) this.#addBatches(model, tasks ?? [], batching, asked);
    }
    return planner.plan(knownUntilMs, pricePerMs);
  }

  /** Adds the tasks of a model that wait, by deadline, and notes in `tasks` those that a plan may run. */
  #addWaiting(model: PlannedModel, tasks: PlannedTask[] | undefined, asked: Asked): void {
    const first = this.#first;
    const count = asked.view.parked.ofModel(model.id)?.first(asked.most, first) ?? 0;
    let extra = asked.extra?.task.model === model.id ? asked.extra : undefined;
    for (let i = 0; i < count; i++) {
      const waiting = first[i] as Waiting;
      if (extra !== undefined && extra.deadlineMs < waiting.deadlineMs) {
        this.#addTask(extra, model, tasks, asked);
        extra = undefined;
      }
      this.#addTask(waiting, model, tasks, asked);
    }
    if (extra !== undefined) this.#addTask(extra, model, tasks, asked);
  }

  #addTask(
    waiting: Waiting,
    { options }: PlannedModel,
    tasks: PlannedTask[] | undefined,
    asked: Asked,
  ): void {
    const { planner, at } = asked;
    const { deadlineMs } = waiting;
    const elsewhere = this.#outlook.bestCloudUtility(options, deadlineMs - at.nowMs, at);
    const option = this.#choose(options, deadlineMs - planner.freeAtMs, asked);
    const edgeMs = this.#outlook.edgeMs(option, at);
    const gain = this.#outlook.gainOnEdge(option, elsewhere, at);
    if (planner.add(waiting, at.nowMs, deadlineMs, edgeMs, gain, option.variant))
      tasks?.push({ earliestMs: at.nowMs, deadlineMs, elsewhere });
  }

  /** The same for those that are expected; says until when these are all of them. */
  #addExpected(
    { deadlineMs, options, forecast }: PlannedModel,
    tasks: PlannedTask[] | undefined,
    asked: Asked,
  ): number {
    const { planner, at, most } = asked;
    const times = this.#times;
    const count = forecast.next(at.nowMs, most, times);
    if (count === 0) return at.nowMs;
    const elsewhere = this.#outlook.bestCloudUtility(options, deadlineMs, at);
    const option = this.#choose(options, deadlineMs, asked);
    const edgeMs = this.#outlook.edgeMs(option, at);
    const gain = this.#outlook.gainOnEdge(option, elsewhere, at);
    for (let i = 0; i < count; i++) {
      const earliestMs = times[i] as number;
      if (planner.add(undefined, earliestMs, earliestMs + deadlineMs, edgeMs, gain, option.variant))
        tasks?.push({ earliestMs, deadlineMs: earliestMs + deadlineMs, elsewhere });
    }
    return times[count - 1] as number;
  }

  /** Adds every batch of neighbours by deadline; the planner leaves out those that make the first of them late. */
  #addBatches(
    { options }: PlannedModel,
    tasks: readonly PlannedTask[],
    batching: BatchProfile,
    asked: Asked,
  ): void {
    const { planner, at } = asked;
    for (const [start, first] of tasks.entries()) {
      for (let size = 2; size <= batching.most && start + size <= tasks.length; size++) {
        const last = tasks[start + size - 1] as PlannedTask;
        const factor = batchFactor(size, batching);
        const leftMs = first.deadlineMs - Math.max(planner.freeAtMs, last.earliestMs);
        const option = this.#choose(options, leftMs, asked, size, factor);
        let gain = 0;
        for (const { elsewhere } of tasks.slice(start, start + size))
          gain += this.#outlook.gainOnEdge(option, elsewhere, at);
        planner.addBatch(start, size, this.#outlook.edgeMs(option, at, factor), gain, option.variant);
      }
    }
  }

  /** The variant that is worth most at the price asked for, of those in time if any is. */
  #choose(options: Options, leftMs: number, asked: Asked, size = 1, factor = 1): Option {
    const { at, variantPricePerMs } = asked;
    let [found] = options;
    let most = Number.NEGATIVE_INFINITY;
    for (const option of options) {
      const edgeMs = this.#outlook.edgeMs(option, at, factor);
      if (edgeMs > leftMs) continue;
      const worth = size * at.edgeWorks * option.benefit - variantPricePerMs * edgeMs;
      if (worth <= most) continue;
      found = option;
      most = worth;
    }
    return found;
  }
}

/** A model and what is known of it, looked up once. */
type PlannedModel = {
  id: string;
  deadlineMs: number;
  options: Options;
  forecast: ArrivalForecast;
};

/** What a plan is made for; `extra` is a task that waits but is not parked at this moment. */
type Asked = {
  planner: EdgePlanner;
  view: SchedulerView;
  at: Moment;
  extra: Waiting | undefined;
  pricePerMs: number;
  variantPricePerMs: number;
  batching: BatchProfile | undefined;
  /** Tasks per model, of those that wait and of those that are expected. */
  most: number;
};

/** A task that a plan may run, and what it is worth elsewhere. */
type PlannedTask = { earliestMs: number; deadlineMs: number; elsewhere: number };
