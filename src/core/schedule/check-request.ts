import { accept, type Result, refuse } from '../refusal.ts';
import type { TaskRequest } from './ports.ts';
import type { ModelProfile, Task } from './task.ts';

/** A request as a task that has no number yet; refused with TT_TASK_MODEL or TT_TASK_TIME, see `Scheduler.submit`. */
export function checkRequest(
  { source, model, createdMs, deadlineMs }: TaskRequest,
  models: ReadonlyMap<string, ModelProfile>,
): Result<Omit<Task, 'id'>> {
  const profile = models.get(model);
  if (profile === undefined) {
    const accepted = [...models.keys()].join(', ');
    return refuse({ code: 'TT_TASK_MODEL', reason: 'the model has no profile', found: model, accepted });
  }
  const absoluteMs = deadlineMs ?? createdMs + profile.deadlineMs;
  if (createdMs >= 0 && absoluteMs > createdMs && Number.isFinite(absoluteMs))
    return accept({ source, model, createdMs, deadlineMs: absoluteMs });
  return refuse({
    code: 'TT_TASK_TIME',
    reason: 'the times of the task make no sense',
    found: `created ${createdMs} ms, deadline ${absoluteMs} ms`,
    accepted: 'finite times with 0 <= created < deadline',
  });
}
