import type { Execution, TimeEstimator } from '../estimator.ts';
import { admitNone, byDeadline, learnTimes, ms } from '../plugins.ts';
import type { Placement, Policy, SchedulerView, StartVerdict, Theft } from '../policy.ts';
import type { Executor, ModelProfile } from '../task.ts';
import type { Waiting } from '../task-queue.ts';
import { ArrivalForecast } from '../trim/arrival-forecast.ts';
import { othersInCloud } from '../trim/cloud-batch.ts';
import { EarningRate } from '../trim/earning-rate.ts';
import { EdgePlans } from '../trim/edge-plans.ts';
import { type Option, type Options, Outlook } from '../trim/outlook.ts';

/** A task that must wait and earns less than this share of the price of the edge's time is not planned for. */
const hopelessShare = 0.5;
/** How long no new plan is made when nothing that waits is worth the edge's time, unless something comes. */
const idleMs = 20;

/**
 * Our policy. Nothing is queued on the edge: tasks wait without a place, and whenever the edge is free a plan over
 * what waits and what is expected says which order of runs earns most (`EdgePlans`). A task goes to the cloud as
 * soon as the plan has no place for it, or at the last moment that the cloud's learnt times leave it, if its
 * expected utility there, P(on time)·q·β − κ as its best variant, is above zero. Where a place takes batches, tasks of
 * one model run together if none of them is late by it.
 */
export function trim(_reading: unknown, models: readonly ModelProfile[]): Policy {
  const outlook = new Outlook(models);
  const forecasts = new Map(models.map(({ id }) => [id, new ArrivalForecast()]));
  const price = new EarningRate();
  const plans = new EdgePlans(models, outlook, forecasts);
  /** The edge stays idle until then, unless what waits changes. */
  let idleUntilMs = Number.NEGATIVE_INFINITY;

  function isPlanned(waiting: Waiting, view: SchedulerView): boolean {
    return plans.includes(waiting, view, price.pointsPerMs(view.nowMs));
  }

  /** Whether every variant earns so little on the edge that no plan needs to be asked. */
  function isHopeless(options: Options, inCloud: number, view: SchedulerView): boolean {
    const at = outlook.now(view);
    const least = hopelessShare * price.pointsPerMs(at.nowMs);
    const shared = 1 - (view.batching('edge')?.fixedShare ?? 0);
    for (const option of options)
      if (outlook.gainOnEdge(option, inCloud, at) >= least * outlook.edgeMs(option, at) * shared)
        return false;
    return true;
  }

  /** The variant of most benefit, above `benefit`, that only its learnt time keeps off the edge, where it is time to see whether that still holds. */
  function probeOnEdge(
    { task, deadlineMs }: Waiting,
    benefit: number,
    view: SchedulerView,
  ): Option | undefined {
    const at = outlook.now(view);
    const leftMs = deadlineMs - at.nowMs;
    let found: Option | undefined;
    for (const option of outlook.options(task.model)) {
      if (option.benefit <= (found?.benefit ?? benefit) || outlook.edgeMs(option, at) <= leftMs) continue;
      if (view.probeDue('edge', task.model, leftMs, option.variant)) found = option;
    }
    return found;
  }

  function place(waiting: Waiting, view: SchedulerView): Placement {
    const { source, model } = waiting.task;
    const at = outlook.now(view);
    const { nowMs } = at;
    forecasts.get(model)?.arrived(source, nowMs);
    idleUntilMs = nowMs;
    const options = outlook.options(model);
    const leftMs = waiting.deadlineMs - nowMs;
    const needMs = outlook.leastEdgeMs(options, at);
    const waitMs = view.edgeRestMs();
    const inCloud = outlook.bestInCloud(options, leftMs, at);
    const utility = outlook.cloudUtility(inCloud, leftMs, at);
    if (needMs > leftMs && waitMs === 0 && view.edgeQueue.size === 0 && probeOnEdge(waiting, 0, view)) {
      // It is a probe, and of which variant, once it starts: something else may run before it.
      const reason = `edge to be probed: ${ms(needMs)} by what was learnt, ${ms(leftMs)} left`;
      return { action: 'edge', reason, probe: false };
    }
    if (waitMs + needMs > leftMs) return placeOffTheEdge(utility, leftMs, 'the edge is too late');
    if (utility <= 0) {
      const untilMs = waiting.deadlineMs - needMs;
      return { action: 'park', untilMs, reason: `only the edge pays; ${ms(untilMs - nowMs)} to begin` };
    }
    const fits = waitMs + view.parked.workMs + needMs <= leftMs;
    if (!fits && (isHopeless(options, utility, view) || !isPlanned(waiting, view)))
      return placeOffTheEdge(utility, leftMs, 'the edge earns more with others');
    const untilMs = waiting.deadlineMs - outlook.cloudMs(inCloud, at);
    return { action: 'park', untilMs, reason: `the cloud can wait ${ms(untilMs - nowMs)}` };
  }

  function release(waiting: Waiting, view: SchedulerView): Placement {
    const options = outlook.options(waiting.task.model);
    const at = outlook.now(view);
    idleUntilMs = at.nowMs;
    const leftMs = waiting.deadlineMs - at.nowMs;
    const utility = outlook.bestCloudUtility(options, leftMs, at);
    const untilMs = waiting.deadlineMs - outlook.leastEdgeMs(options, at);
    if (at.nowMs + view.edgeRestMs() >= untilMs)
      return placeOffTheEdge(utility, leftMs, 'the edge is too late');
    if (utility <= 0 || isPlanned(waiting, view))
      return { action: 'park', untilMs, reason: 'the last moment for the cloud; kept for the edge' };
    return placeOffTheEdge(utility, leftMs, 'the edge earns more with others');
  }

  function steal(view: SchedulerView): Theft | undefined {
    if (view.nowMs < idleUntilMs) return undefined;
    const next = plans.next(view, price.pointsPerMs(view.nowMs));
    const here = next?.members.filter((member) => member !== undefined) ?? [];
    const [waiting, ...others] = here;
    if (next === undefined || waiting === undefined || here.length < next.members.length) {
      idleUntilMs = next?.earliestMs ?? view.nowMs + idleMs;
      return undefined;
    }
    const { variant, gain } = next;
    const option = outlook.options(waiting.task.model)[variant] as Option;
    const at = outlook.now(view);
    for (const { task } of here) price.earned(outlook.edgeAdds(task, option, at), view.nowMs);
    const { benefit } = option;
    const probe = others.length === 0 ? probeOnEdge(waiting, benefit, view) : undefined;
    if (probe) {
      const reason = 'edge starts a probe of a variant that was too slow';
      return { waiting, variant: probe.variant, probe: true, reason };
    }
    const reason = `earns ${gain.toFixed(1)} points in ${ms(next.edgeMs)} on the edge`;
    return { waiting, others, variant, reason };
  }

  function expire(waiting: Waiting, where: Executor, view: SchedulerView): StartVerdict {
    const leftMs = waiting.deadlineMs - view.nowMs;
    if (where === 'edge') {
      const probe = probeOnEdge(waiting, 0, view);
      if (probe) return { ok: true, reason: 'edge starts a probe', probe: true, variant: probe.variant };
      if (leftMs > 0) return { ok: true, reason: `edge starts: ${ms(leftMs)} left`, probe: false };
      return { ok: false, reason: `edge no longer in time: ${ms(leftMs)} left` };
    }
    const at = outlook.now(view);
    const option = outlook.bestInCloud(outlook.options(waiting.task.model), leftMs, at);
    const utility = outlook.cloudUtility(option, leftMs, at);
    const expected = `${utility.toFixed(1)} points expected`;
    if (utility <= 0) return { ok: false, reason: `cloud no longer pays: ${expected}` };
    const { variant } = option;
    const others = othersInCloud(waiting, option, outlook, view);
    return { ok: true, reason: `cloud starts: ${expected}`, probe: false, variant, others };
  }

  function observe(execution: Execution, estimator: TimeEstimator, view: SchedulerView): void {
    learnTimes(execution, estimator);
    outlook.observe(execution, view);
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
    quantilesMs: (where, work, view) => outlook.quantilesMs(where, work, view),
  };
}

function placeOffTheEdge(utility: number, leftMs: number, why: string): Placement {
  const expected = `${utility.toFixed(1)} points expected there with ${ms(leftMs)} left`;
  if (utility > 0) return { action: 'cloud', reason: `${why}; cloud, ${expected}`, probe: false };
  return { action: 'drop', fate: 'dropped-deadline', reason: `${why}; no cloud, ${expected}` };
}
