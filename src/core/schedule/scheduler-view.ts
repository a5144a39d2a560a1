import type { Clock } from '../clock.ts';
import type { BatchProfile } from './batching.ts';
import type { Executions } from './executions.ts';
import type { ExpectedTimes } from './expected-times.ts';
import type { ParkedTasks } from './parked-tasks.ts';
import type { SchedulerView } from './policy.ts';
import type { Executor, ModelProfile } from './task.ts';
import type { TaskQueue, Waiting } from './task-queue.ts';

/** What a scheduler is made of, as far as its policy may see it. */
export type ViewParts = {
  clock: Clock;
  profiles: ReadonlyMap<string, ModelProfile>;
  queues: Record<Executor, TaskQueue<Waiting>>;
  parked: ParkedTasks;
  executions: Executions;
  /** As of now: they begin anew when the clock goes back. */
  times: () => ExpectedTimes;
  batching: (place: Executor) => BatchProfile | undefined;
};

/** What a policy may know of a scheduler, always as it stands at that moment. */
export function createView(parts: ViewParts): SchedulerView {
  const { clock, profiles, queues, parked, executions, times, batching } = parts;
  return {
    get nowMs() {
      return clock.nowMs();
    },
    models: [...profiles.values()],
    edgeQueue: queues.edge,
    parked,
    profile: (model) => profiles.get(model) as ModelProfile,
    edgeRestMs: () => executions.edgeRestMs(),
    edgeWaitMs: (priority) => executions.edgeWaitMs(queues.edge.workAheadMs(priority)),
    predictMs: (place, model) => times().predictMs(place, model),
    probeDue: (place, model, leftMs, variant) =>
      times().probeDue(place, model, clock.nowMs(), leftMs, variant),
    cloudRuns: () => executions.under('cloud'),
    cloudQueue: queues.cloud,
    batching,
  };
}
