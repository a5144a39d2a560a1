import { type Clock, VirtualClock } from '../clock.ts';
import { MinHeap } from './min-heap.ts';
import type { ExecutionOutcome, ExecutorPort } from './ports.ts';
import type { Task } from './task.ts';

/** A clock with a plan: actions at virtual times, run in order of time, equals in the order they were planned. */
export class VirtualTimeline implements Clock {
  readonly #clock = new VirtualClock();
  readonly #actions = new MinHeap<{ run: (() => void) | undefined }>();

  nowMs(): number {
    return this.#clock.nowMs();
  }

  /** Plans an action; returns a function that cancels it. A time in the past means now. */
  at(timeMs: number, run: () => void): () => void {
    const action: { run: (() => void) | undefined } = { run };
    this.#actions.push(Math.max(timeMs, this.nowMs()), action);
    return () => {
      action.run = undefined;
    };
  }

  /** A `wakeAt` port: one action at a time, the last time asked for counts. */
  wakeUp(run: () => void): (timeMs: number | undefined) => void {
    let cancel = () => {};
    return (timeMs) => {
      cancel();
      cancel = timeMs === undefined ? () => {} : this.at(timeMs, run);
    };
  }

  /** Runs all that is planned up to and including `untilMs`, also what these actions plan in turn. */
  runUntil(untilMs: number): void {
    for (;;) {
      const next = this.#actions.peek();
      if (next === undefined || next.key > untilMs) break;
      this.#actions.pop();
      if (next.item.run === undefined) continue;
      this.#clock.advanceTo(next.key);
      next.item.run();
    }
    this.#clock.advanceTo(untilMs);
  }
}

/** What becomes of one simulated execution; a missing outcome means that no answer ever comes. */
export type SimulatedService<R> = { afterMs: number; outcome?: ExecutionOutcome<R> };

/** An executor whose times come from a function instead of from work. */
export function simulatedExecutor<P, R>(
  timeline: VirtualTimeline,
  service: (task: Task, payload: P) => SimulatedService<R>,
): ExecutorPort<P, R> {
  return {
    execute(task, payload, done) {
      const { afterMs, outcome } = service(task, payload);
      if (outcome !== undefined) timeline.at(timeline.nowMs() + afterMs, () => done(outcome));
    },
  };
}
