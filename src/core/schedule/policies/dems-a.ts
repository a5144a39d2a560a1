import type { Execution, TimeEstimator } from '../estimator.ts';
import { dropUnpaid, learnTimes, ms, startInTime } from '../plugins.ts';
import type { Placement, Policy, SchedulerView, Verdict } from '../policy.ts';
import type { Executor, ModelProfile } from '../task.ts';
import type { Waiting } from '../task-queue.ts';
import { parkTillLastMoment, type Reading } from '../tentative-queue.ts';
import { dems } from './dems.ts';

const windowSize = 10;
const leastChangeMs = 10;
const coolingMs = 10_000;
/** What an execution without a result counts as: the published program's HTTP timeout. */
const timeoutMs = 10_000;

/** What DEMS-A knows of one model's cloud times. */
type Track = {
  readonly profileMs: number;
  estimateMs: number;
  /** The last times, in a ring; `sumMs` is kept apart, as published. */
  readonly window: number[];
  next: number;
  count: number;
  sumMs: number;
  coolingSinceMs: number | undefined;
};

/**
 * DEMS that learns the cloud's times (arXiv 2412.20860): the mean of a model's last ten replaces its estimate
 * when it differs by more than 10 ms. When the estimate rules the cloud out, a cooling of 10 s begins; the
 * first task after it goes out at the profile's time, and its time fills the window.
 *
 * As published, nothing is learnt before the tenth time, a task keeps the estimate of its creation, a probe's time
 * fills the ring but not the count of what it holds, and fills nothing if a task was dropped while the probe was
 * under way. Corrected, the window starts full of the profile's time, and decisions use the present estimate.
 */
export function demsA(reading: Reading, models: readonly ModelProfile[]): Policy {
  const published = reading === 'as-published';
  const tracks = new Map(models.map(({ id, cloudMs }) => [id, newTrack(cloudMs, published)]));
  const trackOf = (model: string) => tracks.get(model) as Track;

  function place(waiting: Waiting, view: SchedulerView): Placement {
    if (dropUnpaid(waiting, view) !== undefined) return parkTillLastMoment(waiting, view);
    const track = trackOf(waiting.task.model);
    const leftMs = waiting.deadlineMs - view.nowMs;
    if (!published) waiting.cloudMs = track.estimateMs;
    if (waiting.cloudMs <= leftMs) return parkTillLastMoment(waiting, view);
    const tooLate = `cloud too late: ${ms(waiting.cloudMs)}, ${ms(leftMs)} left`;
    track.coolingSinceMs ??= view.nowMs;
    const cooledMs = view.nowMs - track.coolingSinceMs;
    if (cooledMs <= coolingMs)
      return { action: 'drop', fate: 'dropped-deadline', reason: `${tooLate}, cooling for ${ms(cooledMs)}` };
    track.coolingSinceMs = undefined;
    waiting.cloudMs = track.profileMs;
    waiting.probe = true;
    if (waiting.cloudMs <= leftMs) return parkTillLastMoment(waiting, view);
    return { action: 'drop', fate: 'dropped-deadline', reason: `${tooLate}, and so even after cooling` };
  }

  function expire(waiting: Waiting, place: Executor, view: SchedulerView): Verdict {
    if (place === 'edge') return startInTime(waiting, place, view);
    const leftMs = waiting.deadlineMs - view.nowMs;
    const sum = `${ms(waiting.cloudMs)}, ${ms(leftMs)} left`;
    if (waiting.cloudMs < leftMs) return { ok: true, reason: `cloud starts: ${sum}`, probe: waiting.probe };
    return { ok: false, reason: `cloud no longer in time: ${sum}` };
  }

  function observe(execution: Execution, estimator: TimeEstimator): void {
    learnTimes(execution, estimator);
    const noResult = !Number.isFinite(execution.elapsedMs);
    // The published program never sees an execution again that brought no result.
    if (execution.place !== 'cloud' || (published && noResult)) return;
    // Of another policy's time: this one runs first variants only.
    if (execution.variant !== 0) return;
    const elapsedMs = Math.min(execution.elapsedMs, timeoutMs);
    const track = trackOf(execution.model);
    if (execution.onTime) {
      const cooling = track.coolingSinceMs !== undefined;
      track.coolingSinceMs = undefined;
      if (execution.probe && !(published && cooling)) refill(track, elapsedMs, published);
    }
    learn(track, elapsedMs);
  }

  return {
    ...dems(reading),
    id: 'dems-a',
    place,
    expire,
    observe,
    cloudMs: (model) => trackOf(model).estimateMs,
  };
}

function newTrack(profileMs: number, published: boolean): Track {
  const track = { profileMs, estimateMs: profileMs, next: 0, coolingSinceMs: undefined };
  return published
    ? { ...track, window: new Array<number>(windowSize).fill(0), count: 0, sumMs: 0 }
    : {
        ...track,
        window: new Array<number>(windowSize).fill(profileMs),
        count: windowSize,
        sumMs: windowSize * profileMs,
      };
}

/** A probe's time takes all ten places. As published, the number of times counted so far stays as it was. */
function refill(track: Track, elapsedMs: number, published: boolean): void {
  track.window.fill(elapsedMs);
  track.sumMs = windowSize * elapsedMs;
  if (!published) track.count = windowSize;
}

function learn(track: Track, elapsedMs: number): void {
  if (track.count < windowSize) track.count++;
  else track.sumMs -= track.window[track.next] as number;
  track.sumMs += elapsedMs;
  track.window[track.next] = elapsedMs;
  track.next = (track.next + 1) % windowSize;
  if (track.count < windowSize) return;
  const meanMs = Math.floor(track.sumMs / track.count);
  if (Math.abs(track.estimateMs - meanMs) > leastChangeMs) track.estimateMs = meanMs;
}
