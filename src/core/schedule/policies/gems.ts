import type { FateRecord } from '../ledger.ts';
import { cloudGain, placeInCloud } from '../plugins.ts';
import type { Placement, Policy, SchedulerView } from '../policy.ts';
import type { Waiting } from '../task-queue.ts';
import { parkTillLastMoment, type Reading, thief } from '../tentative-queue.ts';
import { dems, placeTentatively } from './dems.ts';

/** QoE of the published program: a tumbling window, and the share of a model's tasks that must succeed in it. */
const windowMs = 20_000;
const required = 0.9;

type Window = { endMs: number; resetDue: boolean; counts: Map<string, { done: number; total: number }> };

/**
 * DEMS with QoE windows (arXiv 2412.20860): whenever a model has fallen below 90 % of its finished tasks in the
 * present 20 s, all of its tasks in the edge queue that pay and fit in the cloud go there at once.
 *
 * As published, what is pushed out of the edge queue goes straight to the cloud and what does not pay there is
 * dropped on arrival, though the same is parked when it was pushed out; the task that ends a window is not
 * counted, nor are tasks that the cloud gave no answer to; and 0 of 0 is no number, so that nothing is moved
 * before a model's first end. Corrected, both are parked as in DEMS, every end is counted, and 0 of 0 is 1.
 */
export function gems(reading: Reading): Policy {
  const published = reading === 'as-published';
  const window: Window = { endMs: windowMs, resetDue: false, counts: new Map() };

  function count({ task, fate }: FateRecord): void {
    const counts = window.counts.get(task.model) ?? { done: 0, total: 0 };
    window.counts.set(task.model, counts);
    counts.total++;
    if (fate.startsWith('on-time')) counts.done++;
  }

  function ended(record: FateRecord, view: SchedulerView): Iterable<Waiting> {
    const unseen = record.fate === 'expired-cloud' || record.fate === 'failed-cloud';
    if (published && unseen) return [];
    if (published) {
      if (window.resetDue) window.counts.clear();
      else count(record);
      window.resetDue = view.nowMs >= window.endMs;
      if (!window.resetDue) return fallenBehind(window, view);
      window.endMs = view.nowMs + windowMs;
      return [];
    }
    if (view.nowMs >= window.endMs) {
      window.counts.clear();
      window.endMs = view.nowMs + windowMs;
    }
    count(record);
    return fallenBehind(window, view);
  }

  return {
    ...dems(reading),
    id: 'gems',
    place: published ? placeAsPublished : placeTentatively,
    steal: thief({ reading, idle: !published }),
    ended,
  };
}

/** The edge queue's tasks of every model below the required share that pay in the cloud and are in time there. */
function fallenBehind({ counts }: Window, view: SchedulerView): Iterable<Waiting> {
  if (view.edgeQueue.size === 0) return [];
  const models = [...counts]
    .filter(([model, { done, total }]) => done / total < required && cloudGain(view.profile(model)) > 0)
    .map(([model]) => model);
  return models.length === 0 ? [] : movable(models, view);
}

function* movable(models: readonly string[], view: SchedulerView): Generator<Waiting> {
  for (const model of models) {
    const cloudMs = view.predictMs('cloud', model);
    for (const waiting of view.edgeQueue.ofModel(model)) {
      if (cloudMs < waiting.deadlineMs - view.nowMs) yield waiting;
    }
  }
}

function placeAsPublished(waiting: Waiting, view: SchedulerView): Placement {
  const placed = placeInCloud(waiting, view);
  if (placed.action === 'cloud') return waiting.displaced ? placed : parkTillLastMoment(waiting, view);
  const unpaid = placed.action === 'drop' && placed.fate === 'dropped-cost';
  return unpaid && waiting.displaced ? parkTillLastMoment(waiting, view) : placed;
}
