import { accept, type Result, refuse } from '../refusal.ts';
import type { TaskRequest } from './ports.ts';
import type { ModelProfile, Task } from './task.ts';

/** How far the clock of a source may be ahead of the scheduler's. */
const mostAheadMs = 1000;

/** A request as a task that has no number yet; refused with TT_TASK_MODEL or TT_TASK_TIME, see `Scheduler.submit`. */
export function checkRequest(
  { source, model, createdMs, deadlineMs }: TaskRequest,
  models: ReadonlyMap<string, ModelProfile>,
  nowMs: number,
): Result<Omit<Task, 'id'>> {
  const profile = models.get(model);
  if (profile === undefined) {
    const accepted = [...models.keys()].join(', ');
    return refuse({ code: 'TT_TASK_MODEL', reason: 'the model has no profile', found: model, accepted });
  }
  const absoluteMs = deadlineMs ?? createdMs + profile.deadlineMs;
  // A task from the future, stamped by another clock, would have all the time in the world.
  if (createdMs > nowMs + mostAheadMs)
    return refuse({
      code: 'TT_TASK_TIME',
      reason: 'the task comes from the future; do both clocks run on the same time?',
      found: `created ${Math.round(createdMs - nowMs)} ms ahead`,
      accepted: `at most ${mostAheadMs} ms ahead`,
    });
  if (createdMs >= 0 && absoluteMs > createdMs && Number.isFinite(absoluteMs))
    return accept({ source, model, createdMs, deadlineMs: absoluteMs });
  return refuse({
    code: 'TT_TASK_TIME',
    reason: 'the times of the task make no sense',
    found: `created ${createdMs} ms, deadline ${absoluteMs} ms`,
    accepted: 'finite times with 0 <= created < deadline',
  });
}
