import { type Clock, VirtualClock } from '../clock.ts';
import { MinHeap } from './min-heap.ts';
import type { ExecutionOutcome, ExecutorPort } from './ports.ts';
import type { Task, Variant } from './task.ts';

type Action = { readonly run: () => void; cancelled: boolean };

/** A clock with a plan: actions at virtual times, run in order of time, equals in the order they were planned. */
export class VirtualTimeline implements Clock {
  readonly #clock = new VirtualClock();
  readonly #actions = new MinHeap<Action>();

  nowMs(): number {
    return this.#clock.nowMs();
  }

  /** Plans an action. A time in the past means now. */
  at(timeMs: number, run: () => void): void {
    this.#plan(timeMs, { run, cancelled: false });
  }

  /** A `wakeAt` port: one action at a time, the last time asked for counts. */
  wakeUp(run: () => void): (timeMs: number | undefined) => void {
    let planned: Action | undefined;
    return (timeMs) => {
      if (planned !== undefined) planned.cancelled = true;
      planned = timeMs === undefined ? undefined : this.#plan(timeMs, { run, cancelled: false });
    };
  }

  /** Runs all that is planned up to and including `untilMs`, also what these actions plan in turn. */
  runUntil(untilMs: number): void {
    for (;;) {
      const nextMs = this.#actions.peekKey();
      if (nextMs === undefined || nextMs > untilMs) break;
      const { run, cancelled } = this.#actions.pop() as Action;
      if (cancelled) continue;
      this.#clock.advanceTo(nextMs);
      run();
    }
    this.#clock.advanceTo(untilMs);
  }

  #plan(timeMs: number, action: Action): Action {
    this.#actions.push(Math.max(timeMs, this.nowMs()), action);
    return action;
  }
}

/** What becomes of one simulated execution; a missing outcome means that no answer ever comes. */
export type SimulatedService<R> = { afterMs: number; outcome?: ExecutionOutcome<R> };

/** An executor whose times come from a function instead of from work. */
export function simulatedExecutor<P, R>(
  timeline: VirtualTimeline,
  service: (task: Task, payload: P, variant: Variant) => SimulatedService<R>,
): ExecutorPort<P, R> {
  return {
    execute(task, payload, done, variant) {
      const { afterMs, outcome } = service(task, payload, variant);
      if (outcome !== undefined) timeline.at(timeline.nowMs() + afterMs, () => done(outcome));
    },
  };
}
