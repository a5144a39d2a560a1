import { cloudGain, dropUnpaid, edgeGain, ms } from './plugins.ts';
import type { Placement, SchedulerView } from './policy.ts';
import type { Waiting } from './task-queue.ts';

/** Which of two readings of a published algorithm a policy follows. */
export type Reading = 'as-published' | 'corrected';

/** Both readings. */
export const readings: readonly Reading[] = ['as-published', 'corrected'];

/** Slack that DEMS keeps when it reckons back from a deadline (arXiv 2412.20860's program). */
const triggerBufferMs = 10;
/** How long before that a parked task is let go to the cloud. */
const releaseAheadMs = 50;
/** The published program's fixed bounds of the models' times on the edge. */
const publishedTimes = { shortestMs: 132, longestMs: 742 };

/** T_C = deadline − t_C − 10 ms, the last moment for the cloud; T_E likewise for what does not pay there. */
export function triggerMs(waiting: Waiting, view: SchedulerView): number {
  const pays = cloudGain(view.profile(waiting.task.model)) > 0;
  return waiting.deadlineMs - (pays ? waiting.cloudMs : waiting.edgeMs) - triggerBufferMs;
}

/** DEMS: a task that the edge queue does not take waits for the last moment, in which the edge may steal it. */
export function parkTillLastMoment(waiting: Waiting, view: SchedulerView): Placement {
  const untilMs = triggerMs(waiting, view) - releaseAheadMs;
  return { action: 'park', untilMs, reason: `parked ${ms(untilMs - view.nowMs)} for the edge to take it` };
}

/** DEMS: the last moment has come. What pays in the cloud goes there unless the moment is past. */
export function releaseToCloud(waiting: Waiting, view: SchedulerView): Placement {
  const unpaid = dropUnpaid(waiting, view);
  if (unpaid !== undefined) return unpaid;
  const leftMs = triggerMs(waiting, view) - view.nowMs;
  if (leftMs >= -triggerBufferMs) {
    return { action: 'cloud', reason: `cloud at the last moment, ${ms(leftMs)} ahead`, probe: waiting.probe };
  }
  return { action: 'drop', fate: 'dropped-deadline', reason: `cloud ${ms(-leftMs)} too late` };
}

/**
 * DEMS' order of stealing: points that the edge gains over the cloud per second of its time, what would lose
 * in the cloud first of all (+1000).
 */
export function stealRank(model: string, view: SchedulerView): number {
  const profile = view.profile(model);
  const gain = edgeGain(profile) - cloudGain(profile);
  return Math.floor((1000 * gain) / profile.edgeMs) + (cloudGain(profile) < 0 ? 1000 : 0);
}

/**
 * All parked tasks by descending rank. As published, a task too long for `slackMs` inherits the rank of the one
 * before it, since the program does not reset its variable; corrected, such a task is left out.
 */
export function rankParked(view: SchedulerView, slackMs: number, reading: Reading): Waiting[] {
  const ranked: { waiting: Waiting; rank: number }[] = [];
  let rank = 0;
  for (const waiting of view.parked) {
    const fits = waiting.edgeMs <= slackMs;
    if (fits) rank = stealRank(waiting.task.model, view);
    if (fits || reading === 'as-published') ranked.push({ waiting, rank });
  }
  return ranked.sort((a, b) => b.rank - a.rank).map(({ waiting }) => waiting);
}

/**
 * The thief of DEMS: before the edge queue's first task runs, the parked task of highest rank that delays no
 * queued task beyond its deadline. `idle`: also steals when the edge queue is empty (GEMS does not).
 */
export function thief({ reading, idle }: { reading: Reading; idle: boolean }) {
  let drain: Waiting[] = [];
  let byRank: readonly string[] | undefined;

  return (view: SchedulerView): { waiting: Waiting; reason: string } | undefined => {
    for (let next = drain.shift(); next !== undefined; next = drain.shift()) {
      if (view.parked.has(next) && fitsIn(next, view))
        return { waiting: next, reason: 'stolen while the edge drains the parked tasks' };
    }
    if (view.parked.size === 0) return undefined;
    const head = view.edgeQueue.peek();
    byRank ??= modelsByRank(view);
    if (head !== undefined) return stealBefore({ head, view, reading, byRank });
    if (!idle) return undefined;
    const ranked = rankParked(view, longestMs(reading), reading).filter((each) => fitsIn(each, view));
    const [first, ...rest] = ranked;
    if (first === undefined) return undefined;
    // The published program runs all of them before it looks at the edge queue again.
    if (reading === 'as-published') drain = rest;
    return { waiting: first, reason: 'stolen by the idle edge' };
  };
}

function modelsByRank(view: SchedulerView): string[] {
  const ranked = view.models.map(({ id }) => ({ id, rank: stealRank(id, view) }));
  return ranked.sort((a, b) => b.rank - a.rank).map(({ id }) => id);
}

function stealBefore(options: {
  head: Waiting;
  view: SchedulerView;
  reading: Reading;
  byRank: readonly string[];
}): { waiting: Waiting; reason: string } | undefined {
  const { head, view, reading, byRank } = options;
  const slackMs = head.deadlineMs - head.edgeMs - triggerBufferMs - view.nowMs;
  if (slackMs <= shortestMs(view, reading)) return undefined;
  for (const id of byRank) {
    const waiting = view.parked.ofModel(id)?.peek();
    if (waiting === undefined || waiting.edgeMs >= slackMs) continue;
    if (view.nowMs + waiting.edgeMs > view.edgeQueue.latestStartMs) continue;
    if (fitsIn(waiting, view))
      return { waiting, reason: `stolen into ${ms(slackMs)} of slack before task ${head.task.id}` };
    // The published program gives up with the first candidate that fits the queue but not its own deadline.
    if (reading === 'as-published') return undefined;
  }
  return undefined;
}

/** By what is expected now: while the edge fails nothing fits in, and what pays in the cloud goes there. */
function fitsIn({ task, deadlineMs }: Waiting, view: SchedulerView): boolean {
  return view.predictMs('edge', task.model) < deadlineMs - view.nowMs;
}

function shortestMs(view: SchedulerView, reading: Reading): number {
  if (reading === 'as-published') return publishedTimes.shortestMs;
  return Math.min(...view.models.map(({ edgeMs }) => edgeMs));
}

function longestMs(reading: Reading): number {
  if (reading === 'as-published') return publishedTimes.longestMs;
  return Number.POSITIVE_INFINITY;
}
