import { type Random, seededRandom, shuffled } from '../../src/core/random.ts';
import { capacityBound } from '../../src/core/schedule/bounds/relaxation.ts';
import { variantClasses } from '../../src/core/schedule/bounds/variant-classes.ts';
import { type QuantileScore, sumScores } from '../../src/core/schedule/calibration.ts';
import {
  batchFactor,
  type FateRecord,
  type PolicyId,
  type Reading,
  Scheduler,
  VirtualTimeline,
  variantsOf,
} from '../../src/core/schedule/index.ts';
import { type RunSummary, Summary } from '../../src/core/schedule/summary.ts';
import { fateGroupOf } from '../../src/io/report/fate-groups.ts';
import { SimulatedCloud } from './cloud-pool.ts';
import { publishedPollMs } from './published-models.ts';
import type { EdgePlan, Scenario } from './scenario.ts';
import { cloudExecutor, edgeExecutor } from './simulated-executors.ts';

/** One run: who decides, and the seed of all that is left to chance. */
export type RunOptions = { policy: PolicyId; reading: Reading; seed: number };

/** What one second of a run came to, over all edges. */
export type Second = {
  edge: number;
  cloud: number;
  late: number;
  dropped: number;
  utility: number;
  /** Tasks waiting for the edge or parked, and running in the cloud, when the second ended. */
  waiting: number;
  inCloud: number;
};

/** Everything that is kept of a run. */
export type FleetRun = RunOptions & {
  scenario: string;
  summary: RunSummary;
  /** Points that no scheduler could exceed on a perfect network (`capacityBound`). */
  bound: number;
  stolen: number;
  displaced: number;
  /** Tasks that ran together with others. */
  batched: number;
  /** How the policy's quantiles of execution times held, over all edges and the whole run; empty where it predicts none. */
  calibration: QuantileScore[];
  cloudCalls: number;
  coldStarts: number;
  price: number;
  seconds: Second[];
};

/** Time after the last deadline in which all runs end. */
const settleMs = 20_000;
const queueLimit = 20_000;

/** Runs a scenario in virtual time. The same scenario and options give the same run, bit by bit. */
export function simulate(scenario: Scenario, options: RunOptions): FleetRun {
  const timeline = new VirtualTimeline();
  const random = seededRandom(options.seed);
  const cloud = new SimulatedCloud(scenario.cloud);
  const bonus = new Map(scenario.models.map(({ id, qoeBonus }) => [id, qoeBonus]));
  const longestLifeMs = longestDeadlineMs(scenario) + settleMs;
  const summary = new Summary({
    qoe: scenario.qoe,
    bonus: (model) => bonus.get(model) ?? 0,
    longestLifeMs,
  });
  const seconds: Second[] = [];
  const secondAt = (timeMs: number) => {
    const index = Math.floor(timeMs / 1000);
    while (seconds.length <= index) seconds.push(emptySecond());
    return seconds[index] as Second;
  };
  const counted = new Map(scenario.edges.map(({ name }) => [name, new Map<string, number>()]));
  const schedulers = scenario.edges.map((edge) => {
    const countedHere = counted.get(edge.name) as Map<string, number>;
    const onFate = (record: FateRecord) => {
      const second = secondAt(record.atMs);
      second[fateGroupOf(record.fate)]++;
      second.utility += record.utility;
      if (record.task.createdMs < scenario.warmUpMs) return;
      summary.add(record, edge.name);
      const { model } = record.task;
      countedHere.set(model, (countedHere.get(model) ?? 0) + 1);
    };
    const scheduler = startEdge({ scenario, options, edge, timeline, random, cloud, onFate });
    startDrones({ scenario, edge, timeline, random, scheduler });
    return scheduler;
  });
  sampleQueues({ scenario, timeline, schedulers, secondAt });
  timeline.runUntil(scenario.durationMs + longestLifeMs);
  const stats = schedulers.map((scheduler) => scheduler.stats());
  for (const scheduler of schedulers) scheduler.stop('the run is over');
  const { calls, coldStarts, price } = cloud.used;
  return {
    ...options,
    scenario: scenario.name,
    summary: summary.finish(),
    bound: boundOf(scenario, counted),
    stolen: stats.reduce((sum, { stolen }) => sum + stolen, 0),
    displaced: stats.reduce((sum, { displaced }) => sum + displaced, 0),
    batched: stats.reduce((sum, { batched }) => sum + batched, 0),
    calibration: sumScores(stats.map(({ calibration }) => calibration)),
    cloudCalls: calls,
    coldStarts,
    price,
    seconds: seconds.slice(0, Math.ceil(scenario.durationMs / 1000)),
  };
}

type FleetScheduler = Scheduler<undefined, true>;

function startEdge(parts: {
  scenario: Scenario;
  options: RunOptions;
  edge: EdgePlan;
  timeline: VirtualTimeline;
  random: Random;
  cloud: SimulatedCloud;
  onFate: (record: FateRecord) => void;
}): FleetScheduler {
  const { scenario, options, edge, timeline, onFate } = parts;
  const scheduler: FleetScheduler = new Scheduler({
    clock: timeline,
    models: scenario.models,
    policy: options.policy,
    reading: options.reading,
    times: 'profile',
    edge: edgeExecutor(parts),
    cloud: cloudExecutor(parts),
    wakeAt: timeline.wakeUp(() => scheduler.advance()),
    onFate,
    batching: { edge: edge.batch, cloud: scenario.cloud.batch },
    edgeMaxInFlight: edge.accelerators,
    cloudMaxInFlight: scenario.cloud.threadsPerEdge,
    queueLimit,
    edgePollMs: options.reading === 'as-published' ? publishedPollMs : 0,
    explainLimit: 0,
  });
  return scheduler;
}

/** Every drone sends one task per model and segment, the models in a new order each time, as published. */
function startDrones(parts: {
  scenario: Scenario;
  edge: EdgePlan;
  timeline: VirtualTimeline;
  random: Random;
  scheduler: FleetScheduler;
}): void {
  const { scenario, edge, timeline, random, scheduler } = parts;
  const { periodMs, jitterMs } = scenario.segment;
  const models = scenario.models.map(({ id }) => id);
  for (let number = 0; number < edge.drones; number++) {
    const source = `${edge.name}/drone${number}`;
    const silent = scenario.failures.filter((failure) => 'drone' in failure && failure.drone === source);
    const phaseMs = random.next() * periodMs;
    const send = (segment: number) => {
      const nowMs = timeline.nowMs();
      if (!silent.some(({ fromMs, toMs }) => nowMs >= fromMs && nowMs < toMs)) {
        for (const model of shuffled(models, random))
          scheduler.submit({ source, model, createdMs: nowMs }, undefined);
      }
      plan(segment + 1);
    };
    const plan = (segment: number) => {
      const dueMs = phaseMs + segment * periodMs + (2 * random.next() - 1) * jitterMs;
      if (dueMs < scenario.durationMs) timeline.at(dueMs, () => send(segment));
    };
    plan(0);
  }
}

function sampleQueues(parts: {
  scenario: Scenario;
  timeline: VirtualTimeline;
  schedulers: FleetScheduler[];
  secondAt: (timeMs: number) => Second;
}): void {
  const { scenario, timeline, schedulers, secondAt } = parts;
  const sample = (endMs: number) => {
    const second = secondAt(endMs - 1000);
    for (const scheduler of schedulers) {
      const { edgeQueue, parked, cloudQueue, cloudInFlight } = scheduler.load();
      second.waiting += edgeQueue + parked;
      second.inCloud += cloudQueue + cloudInFlight;
    }
    if (endMs + 1000 <= scenario.durationMs) timeline.at(endMs + 1000, () => sample(endMs + 1000));
  };
  timeline.at(1000, () => sample(1000));
}

/** The capacity of each edge, dealt out to the tasks that its drones sent after the warm-up, which `counted` has by edge and model. */
function boundOf(scenario: Scenario, counted: ReadonlyMap<string, ReadonlyMap<string, number>>): number {
  const countedMs = scenario.durationMs - scenario.warmUpMs;
  const longestMs = longestDeadlineMs(scenario);
  return scenario.edges.reduce((sum, { name, accelerators, batch }) => {
    // The least share of a task's time that it takes in a batch.
    const share = batch === undefined ? 1 : batchFactor(batch.most, batch) / batch.most;
    const classes = scenario.models.flatMap((model) => {
      const { id, deadlineMs, benefit, edgeCost, cloudCost } = model;
      const variants = variantsOf(model);
      const cloudGains = variants.map(({ cloudMs, quality }) =>
        cloudMs <= deadlineMs ? quality * benefit - cloudCost : 0,
      );
      return variantClasses({
        variants: variants.map(({ edgeMs, quality }) => ({
          edgeMs: edgeMs * share,
          edgeGain: edgeMs <= deadlineMs ? quality * benefit - edgeCost : 0,
        })),
        otherGain: Math.max(0, ...cloudGains),
        count: counted.get(name)?.get(id) ?? 0,
      });
    });
    return sum + capacityBound(classes, accelerators * (countedMs + longestMs));
  }, 0);
}

function longestDeadlineMs({ models }: Scenario): number {
  return Math.max(...models.map(({ deadlineMs }) => deadlineMs));
}

function emptySecond(): Second {
  return { edge: 0, cloud: 0, late: 0, dropped: 0, utility: 0, waiting: 0, inCloud: 0 };
}
