import type { Clock } from '../clock.ts';
import type { Work } from './estimator.ts';
import type { ExecutionLimits } from './ports.ts';
import type { Executor } from './task.ts';
import type { Waiting } from './task-queue.ts';

/** What begins: tasks of one model together, as one of its variants, and the edge's expected time for them. */
export type Begin<W extends Waiting = Waiting> = Work & {
  readonly place: Executor;
  readonly members: readonly [W, ...W[]];
  readonly edgeMs: number;
  /** The policy's quantiles of its time, where it has any (`scoredShares`). */
  readonly quantilesMs: readonly number[] | undefined;
};

/** An execution under way; the edge stays busy until it answers, the cloud's slot is freed at `giveUpAtMs`. */
export type Run<W extends Waiting = Waiting> = Begin<W> & {
  readonly startMs: number;
  readonly giveUpAtMs: number;
};

/** What runs at both places: whether there is room for more, for how long yet, and when an answer is given up. */
export class Executions<W extends Waiting = Waiting> {
  readonly #clock: Clock;
  readonly #runs: Record<Executor, Set<Run<W>>> = { edge: new Set(), cloud: new Set() };
  readonly #maxInFlight: Record<Executor, number>;
  readonly #cloudGraceMs: number;
  readonly #edgePollMs: number;
  /** When an execution on the edge ended last; undefined before the first. */
  #edgeIdleSinceMs: number | undefined;

  constructor(clock: Clock, limits: ExecutionLimits) {
    this.#clock = clock;
    this.#maxInFlight = { edge: limits.edgeMaxInFlight ?? 1, cloud: limits.cloudMaxInFlight ?? 32 };
    this.#cloudGraceMs = limits.cloudGraceMs ?? 1000;
    this.#edgePollMs = limits.edgePollMs ?? 0;
  }

  /** What is under way at a place, the longest-running first. */
  under(place: Executor): ReadonlySet<Run<W>> {
    return this.#runs[place];
  }

  isFree(place: Executor): boolean {
    return this.#runs[place].size < this.#maxInFlight[place];
  }

  /** Whether the edge is free and looks for work at this moment. */
  edgeMayBegin(): boolean {
    return this.isFree('edge') && this.#nextPollMs() <= this.#clock.nowMs();
  }

  /** Notes the begin of an execution. */
  begin(what: Begin<W>): Run<W> {
    const { place, model, variant, size, members, edgeMs, quantilesMs } = what;
    let giveUpAtMs = Number.POSITIVE_INFINITY;
    if (place === 'cloud') giveUpAtMs = lastDeadlineMs(members) + this.#cloudGraceMs;
    const startMs = this.#clock.nowMs();
    const run = { place, model, variant, size, members, startMs, edgeMs, giveUpAtMs, quantilesMs };
    this.#runs[place].add(run);
    return run;
  }

  /** Notes the end of an execution; false if it was given up before. */
  end(run: Run<W>): boolean {
    if (!this.#runs[run.place].delete(run)) return false;
    if (run.place === 'edge') this.#edgeIdleSinceMs = this.#clock.nowMs();
    return true;
  }

  /** Gives up the cloud execution that is due first, if one is. */
  giveUp(nowMs: number): Run<W> | undefined {
    const first = this.#nextGiveUp();
    if (first === undefined || first.giveUpAtMs > nowMs) return undefined;
    this.#runs.cloud.delete(first);
    return first;
  }

  /** When something is due next: an answer to be given up, or, if tasks wait for it, a free edge's look for work; Infinity if nothing is. */
  nextMs(edgeIsWaitedFor: boolean): number {
    const giveUpMs = this.#nextGiveUp()?.giveUpAtMs ?? Number.POSITIVE_INFINITY;
    if (this.#edgePollMs === 0 || !edgeIsWaitedFor || !this.isFree('edge')) return giveUpMs;
    const nowMs = this.#clock.nowMs();
    const pollMs = this.#nextPollMs();
    return Math.min(giveUpMs, pollMs > nowMs ? pollMs : nowMs + this.#edgePollMs);
  }

  /** Expected time until one of the edge's accelerators is free. */
  edgeRestMs(): number {
    if (this.isFree('edge')) return 0;
    const nowMs = this.#clock.nowMs();
    let restMs = Number.POSITIVE_INFINITY;
    for (const { startMs, edgeMs } of this.#runs.edge) restMs = Math.min(restMs, startMs + edgeMs - nowMs);
    return Math.max(0, restMs);
  }

  /** Expected time until the edge could begin a task with so much work before it. */
  edgeWaitMs(workAheadMs: number): number {
    return this.edgeRestMs() + workAheadMs / this.#maxInFlight.edge;
  }

  /** Forgets what is under way at a place; answers that still come find nothing. */
  clear(place: Executor): void {
    this.#runs[place].clear();
  }

  /** The next time at which an idle edge may look for work. */
  #nextPollMs(): number {
    const sinceMs = this.#edgeIdleSinceMs;
    if (this.#edgePollMs === 0 || sinceMs === undefined) return Number.NEGATIVE_INFINITY;
    return sinceMs + Math.ceil((this.#clock.nowMs() - sinceMs) / this.#edgePollMs - 1e-9) * this.#edgePollMs;
  }

  /** Of the few that are under way at a time; a list in order would keep those that have ended for long. */
  #nextGiveUp(): Run<W> | undefined {
    let first: Run<W> | undefined;
    for (const run of this.#runs.cloud)
      if (first === undefined || run.giveUpAtMs < first.giveUpAtMs) first = run;
    return first;
  }
}

function lastDeadlineMs(members: readonly Waiting[]): number {
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const { deadlineMs } of members) lastMs = Math.max(lastMs, deadlineMs);
  return lastMs;
}
