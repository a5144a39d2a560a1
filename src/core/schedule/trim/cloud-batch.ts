import { batchFactor } from '../batching.ts';
import type { SchedulerView } from '../policy.ts';
import type { Waiting } from '../task-queue.ts';
import type { Option, Outlook } from './outlook.ts';

const none: readonly Waiting[] = [];

/**
 * Which of the tasks that wait for the cloud go there with this one, as the same variant: as many of its model, first
 * come first served, as are all in time together. What waits would otherwise need a call of its own, later.
 */
export function othersInCloud(
  first: Waiting,
  option: Option,
  outlook: Outlook,
  view: SchedulerView,
): readonly Waiting[] {
  const batching = view.batching('cloud');
  if (batching === undefined || view.cloudQueue.size === 0) return none;
  const at = outlook.now(view);
  const others: Waiting[] = [];
  let { deadlineMs } = first;
  for (const other of view.cloudQueue.ofModel(first.task.model)) {
    const size = others.length + 2;
    if (size > batching.most) break;
    const endMs = at.nowMs + outlook.cloudMs(option, at, batchFactor(size, batching));
    if (endMs > deadlineMs) break;
    if (endMs > other.deadlineMs) continue;
    others.push(other);
    deadlineMs = Math.min(deadlineMs, other.deadlineMs);
  }
  return others;
}
