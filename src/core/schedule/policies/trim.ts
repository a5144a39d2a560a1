import type { Execution, TimeEstimator } from '../estimator.ts';
import { admitNone, byDeadline, cloudGain, learnTimes, ms } from '../plugins.ts';
import type { Placement, Policy, SchedulerView, Verdict } from '../policy.ts';
import type { Executor, ModelProfile } from '../task.ts';
import type { Waiting } from '../task-queue.ts';
import { ArrivalForecast } from '../trim/arrival-forecast.ts';
import { DelayLearner } from '../trim/delay-learner.ts';
import { EarningRate } from '../trim/earning-rate.ts';
import { EdgePlanner } from '../trim/edge-plan.ts';

/** The share of executions that a last moment must suffice for, and what is kept on top of that for the cloud. */
const safeShare = { edge: 0.9, cloud: 0.98 };
const guardMs = 10;
/** How much of a surprise is the model's own: on the edge most, in the cloud little, as there the network is common to all. */
const profileRate = { edge: 0.2, cloud: 0.02 };
/** A task that must wait and earns less than this share of the price of the edge's time is not planned for. */
const hopelessShare = 0.5;
/** How long no new plan is made when nothing that waits is worth the edge's time, unless something comes. */
const idleMs = 20;
/** Tasks per model that a plan looks at, waiting and expected, and the most models. */
const tasksPerModel = 2;
const mostModels = 7;
/** Executions in the cloud that are looked at for being overdue. */
const mostOverdue = 4;

/** What is the same for all tasks at one time. */
type Moment = {
  nowMs: number;
  edgeDelayMs: number;
  edgeWorks: number;
  cloudDelayMs: number;
  overdueMs: readonly number[];
};

/**
 * Our policy. Nothing is queued on the edge: tasks wait without a place, and whenever the edge is free a plan over
 * what waits and what is expected says which order of runs earns most (`planEdge`). A task goes to the cloud as
 * soon as the plan has no place for it, or at the last moment that the cloud's learnt times leave it, if its
 * expected utility there, P(on time)·β − κ, is above zero.
 */
export function trim(_reading: unknown, models: readonly ModelProfile[]): Policy {
  const cloud = new DelayLearner(new Map(models.map(({ id, cloudMs }) => [id, cloudMs])), profileRate.cloud);
  const edge = new DelayLearner(new Map(models.map(({ id, edgeMs }) => [id, edgeMs])), profileRate.edge);
  const forecast = new ArrivalForecast();
  const price = new EarningRate();
  const planner = new EdgePlanner();
  const planned = models.slice(0, mostModels);
  let moment: Moment | undefined;
  /** The edge stays idle until then, unless what waits changes. */
  let idleUntilMs = Number.NEGATIVE_INFINITY;

  /** What was learnt, as of now; many questions of one decision need the same of it. */
  function now(view: SchedulerView): Moment {
    const { nowMs } = view;
    if (moment?.nowMs !== nowMs) {
      moment = {
        nowMs,
        edgeDelayMs: edge.delayQuantileMs(safeShare.edge, nowMs),
        edgeWorks: edge.probabilityOfResult(nowMs),
        cloudDelayMs: cloud.delayQuantileMs(safeShare.cloud, nowMs) + guardMs,
        overdueMs: overdue(view, cloud),
      };
    }
    return moment;
  }

  function edgeMs(model: string, at: Moment): number {
    return edge.baseMs(model) + at.edgeDelayMs;
  }

  function cloudUtility(profile: ModelProfile, leftMs: number, { nowMs, overdueMs }: Moment): number {
    const { id, benefit, cloudCost } = profile;
    if (cloudGain(profile) <= 0) return cloudGain(profile);
    return cloud.probabilityWithin(id, leftMs, nowMs, overdueMs) * benefit - cloudCost;
  }

  /** What the edge earns with a task over the cloud, or over dropping it. */
  function gainOnEdge({ benefit, edgeCost }: ModelProfile, inCloud: number, at: Moment): number {
    // The plan sees to it that what runs is in time; whether the edge works at all is left to chance.
    return at.edgeWorks * benefit - edgeCost - Math.max(0, inCloud);
  }

  /** What the edge should do next, in order; `extra` is a task that waits but is not parked at this moment. */
  function plan(view: SchedulerView, extra?: Waiting): number[] {
    const at = now(view);
    planner.begin(at.nowMs + view.edgeRestMs());
    let knownUntilMs = Number.POSITIVE_INFINITY;
    for (const profile of planned) {
      planner.beginModel(edgeMs(profile.id, at));
      addWaiting(profile, at, view, extra);
      knownUntilMs = Math.min(knownUntilMs, addExpected(profile, at));
    }
    return planner.plan(knownUntilMs, price.pointsPerMs(at.nowMs));
  }

  function addWaiting(profile: ModelProfile, at: Moment, view: SchedulerView, extra?: Waiting): void {
    const model = profile.id;
    const queued = view.parked.ofModel(model)?.first(tasksPerModel) ?? [];
    if (extra?.task.model === model) {
      queued.push(extra);
      queued.sort((a, b) => a.deadlineMs - b.deadlineMs);
    }
    for (const waiting of queued) {
      const { deadlineMs } = waiting;
      const gain = gainOnEdge(profile, cloudUtility(profile, deadlineMs - at.nowMs, at), at);
      planner.add(waiting, at.nowMs, deadlineMs, gain);
    }
  }

  /** Adds the tasks of a model that are expected, and says until when these are all of them. */
  function addExpected(profile: ModelProfile, at: Moment): number {
    const { id, deadlineMs } = profile;
    const times = forecast.next(id, at.nowMs, tasksPerModel);
    if (times.length === 0) return at.nowMs;
    const gain = gainOnEdge(profile, cloudUtility(profile, deadlineMs, at), at);
    for (const earliestMs of times) planner.add(undefined, earliestMs, earliestMs + deadlineMs, gain);
    return times.at(-1) as number;
  }

  function isPlanned(waiting: Waiting, view: SchedulerView): boolean {
    return planner.runs(plan(view, waiting), waiting);
  }

  function place(waiting: Waiting, view: SchedulerView): Placement {
    const { source, model } = waiting.task;
    const at = now(view);
    const { nowMs } = at;
    const profile = view.profile(model);
    forecast.arrived(source, model, nowMs);
    idleUntilMs = nowMs;
    const leftMs = waiting.deadlineMs - nowMs;
    const needMs = edgeMs(model, at);
    const waitMs = view.edgeRestMs();
    const utility = cloudUtility(profile, leftMs, at);
    if (waitMs + needMs > leftMs) return placeOffTheEdge(utility, leftMs, 'the edge is too late');
    if (utility <= 0) {
      const untilMs = waiting.deadlineMs - needMs;
      return { action: 'park', untilMs, reason: `only the edge pays; ${ms(untilMs - nowMs)} to begin` };
    }
    const fits = waitMs + view.parked.workMs + needMs <= leftMs;
    const hopeless = gainOnEdge(profile, utility, at) < hopelessShare * price.pointsPerMs(nowMs) * needMs;
    if (!fits && (hopeless || !isPlanned(waiting, view)))
      return placeOffTheEdge(utility, leftMs, 'the edge earns more with others');
    const untilMs = waiting.deadlineMs - cloud.baseMs(model) - at.cloudDelayMs;
    return { action: 'park', untilMs, reason: `the cloud can wait ${ms(untilMs - nowMs)}` };
  }

  function release(waiting: Waiting, view: SchedulerView): Placement {
    const { model } = waiting.task;
    const at = now(view);
    idleUntilMs = at.nowMs;
    const leftMs = waiting.deadlineMs - at.nowMs;
    const utility = cloudUtility(view.profile(model), leftMs, at);
    const untilMs = waiting.deadlineMs - edgeMs(model, at);
    if (at.nowMs + view.edgeRestMs() >= untilMs)
      return placeOffTheEdge(utility, leftMs, 'the edge is too late');
    if (utility <= 0 || isPlanned(waiting, view))
      return { action: 'park', untilMs, reason: 'the last moment for the cloud; kept for the edge' };
    return placeOffTheEdge(utility, leftMs, 'the edge earns more with others');
  }

  function steal(view: SchedulerView) {
    if (view.nowMs < idleUntilMs) return undefined;
    const [next] = plan(view);
    const first = next === undefined ? undefined : planner.item(next);
    if (first?.waiting === undefined) {
      idleUntilMs = first?.earliestMs ?? view.nowMs + idleMs;
      return undefined;
    }
    const { waiting, gain } = first;
    price.earned(gain, view.nowMs);
    return { waiting, reason: `earns ${gain.toFixed(1)} points in ${ms(first.edgeMs)} on the edge` };
  }

  function expire(waiting: Waiting, where: Executor, view: SchedulerView): Verdict {
    const leftMs = waiting.deadlineMs - view.nowMs;
    if (where === 'edge') {
      if (leftMs > 0) return { ok: true, reason: `edge starts: ${ms(leftMs)} left`, probe: false };
      return { ok: false, reason: `edge no longer in time: ${ms(leftMs)} left` };
    }
    const utility = cloudUtility(view.profile(waiting.task.model), leftMs, now(view));
    const expected = `${utility.toFixed(1)} points expected`;
    if (utility > 0) return { ok: true, reason: `cloud starts: ${expected}`, probe: false };
    return { ok: false, reason: `cloud no longer pays: ${expected}` };
  }

  function observe(execution: Execution, estimator: TimeEstimator): void {
    learnTimes(execution, estimator);
    const { place: where, model, elapsedMs, atMs } = execution;
    (where === 'edge' ? edge : cloud).observe(model, elapsedMs, atMs);
    moment = undefined;
  }

  function quantileMs(where: Executor, model: string, share: number, nowMs: number): number {
    const learner = where === 'edge' ? edge : cloud;
    return learner.baseMs(model) + learner.delayQuantileMs(share, nowMs);
  }

  return {
    id: 'trim',
    order: byDeadline,
    admit: admitNone,
    place,
    release,
    steal,
    expire,
    observe,
    quantileMs,
  };
}

function placeOffTheEdge(utility: number, leftMs: number, why: string): Placement {
  const expected = `${utility.toFixed(1)} points expected there with ${ms(leftMs)} left`;
  if (utility > 0) return { action: 'cloud', reason: `${why}; cloud, ${expected}`, probe: false };
  return { action: 'drop', fate: 'dropped-deadline', reason: `${why}; no cloud, ${expected}` };
}

/** By how much the longest-running executions in the cloud have outlasted their models' own times. */
function overdue(view: SchedulerView, cloud: DelayLearner): readonly number[] {
  const delays: number[] = [];
  let looked = 0;
  for (const { task, startMs } of view.cloudRuns()) {
    if (looked++ === mostOverdue) break;
    const delayMs = view.nowMs - startMs - cloud.baseMs(task.model);
    if (delayMs > 0) delays.push(delayMs);
  }
  return delays;
}
