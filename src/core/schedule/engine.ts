import type { Clock } from '../clock.ts';
import { accept, type Result, refuse } from '../refusal.ts';
import { type BatchProfile, batchFactor } from './batching.ts';
import { Calibration } from './calibration.ts';
import { checkRequest } from './check-request.ts';
import { DecisionLog, type Explanation } from './decision-log.ts';
import { Executions, type Run } from './executions.ts';
import { ExpectedTimes } from './expected-times.ts';
import { Ledger } from './ledger.ts';
import { MoveList } from './move-list.ts';
import { ParkedTasks } from './parked-tasks.ts';
import { createPolicy, type PolicyId } from './policies/index.ts';
import {
  type Decision,
  decide,
  decisionOf,
  type Manner,
  type Placement,
  type Policy,
  type PolicyRefusal,
  type SchedulerView,
  type StartVerdict,
} from './policy.ts';
import type {
  ExecutionOutcome,
  ExecutorPort,
  SchedulerLoad,
  SchedulerOptions,
  SchedulerStats,
  TaskRequest,
} from './ports.ts';
import { createView } from './scheduler-view.ts';
import { type Executor, type Fate, fateAt, type ModelProfile, type Task, type Variant } from './task.ts';
import { TaskQueue, type Waiting } from './task-queue.ts';

type Entry<P> = Waiting & { readonly payload: P };

/** A clock that steps back by less was only corrected. */
const jumpBackMs = 1000;

/**
 * The deadline scheduler: places tasks by policy, runs some on the edge and some in the cloud, and gives every
 * task one fate. Driven by events only (`submit`, answers, `advance`), it runs unchanged in virtual time and
 * on a robot.
 */
export class Scheduler<P, R> {
  readonly #options: SchedulerOptions<P, R>;
  readonly #clock: Clock;
  readonly #models: ReadonlyMap<string, ModelProfile>;
  readonly #ports: Record<Executor, ExecutorPort<P, R>>;
  readonly #queues: Record<Executor, TaskQueue<Entry<P>>> = { edge: new TaskQueue(), cloud: new TaskQueue() };
  readonly #parked = new ParkedTasks<Entry<P>>();
  readonly #executions: Executions<Entry<P>>;
  readonly #queueLimit: number;
  readonly #ledger: Ledger;
  #times: ExpectedTimes;
  readonly #calibration = new Calibration();
  readonly #log: DecisionLog;
  readonly #view: SchedulerView;
  #policy: Policy;
  #latestMs: number;
  #nextId = 0;
  #stolen = 0;
  #displaced = 0;
  #batched = 0;
  #strayAnswers = 0;
  #wakeAtMs: number | undefined;
  #starting = false;
  readonly #toMove = new MoveList();
  #stopped = false;

  constructor(options: SchedulerOptions<P, R>) {
    this.#options = options;
    this.#clock = options.clock;
    this.#latestMs = options.clock.nowMs();
    this.#models = new Map(options.models.map((profile) => [profile.id, profile]));
    this.#ports = { edge: options.edge, cloud: options.cloud };
    this.#executions = new Executions(options.clock, options);
    this.#queueLimit = options.queueLimit ?? 64;
    this.#ledger = new Ledger(options.models);
    this.#times = new ExpectedTimes(options);
    this.#log = new DecisionLog(options.explainLimit ?? 1000);
    this.#policy = this.#createPolicy(options.policy);
    this.#view = createView({
      clock: options.clock,
      profiles: this.#models,
      queues: this.#queues,
      parked: this.#parked,
      executions: this.#executions,
      times: () => this.#times,
      batching: (place) => this.#batching(place),
    });
  }

  /**
   * Takes a task in, decides on it and starts it if its place is free. Refused, and not counted: an unknown
   * model (TT_TASK_MODEL), times that make no sense or lie in the future (TT_TASK_TIME), a stopped scheduler (TT_STATE). A
   * deadline that has already passed is no refusal: such a task is counted and the policy decides its end.
   */
  submit(request: TaskRequest, payload: P): Result<Task> {
    if (this.#stopped) return refuse({ code: 'TT_STATE', reason: 'the scheduler has stopped' });
    const checked = checkRequest(request, this.#models, this.#clock.nowMs());
    if (!checked.ok) return checked;
    this.#bearJump();
    const { source, model, createdMs, deadlineMs } = checked.value;
    const task: Task = { id: this.#nextId++, source, model, createdMs, deadlineMs };
    this.#ledger.open(task);
    this.#decide(this.#entryOf(task, payload));
    this.#startAll();
    return accept(task);
  }

  /** Does what is due: gives up overdue cloud answers, releases parked tasks. To be called at the time asked for by `wakeAt`, or more often. */
  advance(): void {
    this.#bearJump();
    const nowMs = this.#clock.nowMs();
    // A timer may fire a little early; then the same time has to be asked for again.
    this.#wakeAtMs = undefined;
    for (let run = this.#executions.giveUp(nowMs); run !== undefined; run = this.#executions.giveUp(nowMs)) {
      this.#learn(run, Number.POSITIVE_INFINITY);
      const reason = `no answer from the cloud in ${Math.round(nowMs - run.startMs)} ms`;
      const variant = this.#times.variantOf(run);
      for (const { task } of run.members) this.#end(task, 'failed-cloud', reason, undefined, variant);
    }
    this.#startAll();
  }

  /** Changes the policy; waiting tasks keep their place, in the new policy's order, and parked ones are decided on anew. */
  setPolicy(id: PolicyId): void {
    this.#bearJump();
    this.#policy = this.#createPolicy(id);
    this.#queues.edge.reorder((entry) => this.#policy.order(entry, this.#view));
    const parked = [...this.#parked];
    this.#parked.clear();
    for (const entry of parked) {
      entry.probe = false;
      this.#decide(entry);
    }
    this.#startAll();
  }

  /** Ends every pending task as `abandoned`; answers that still come are ignored. */
  stop(reason = 'the scheduler stopped'): void {
    this.#stopped = true;
    this.#clearWaiting();
    this.#executions.clear('edge');
    this.#executions.clear('cloud');
    for (const task of this.#ledger.pending()) this.#end(task, 'abandoned', reason, undefined);
    this.#rearm();
  }

  /** Why a task went where it went; undefined for a task that is unknown or long past. */
  explain(taskId: number): Explanation | undefined {
    return this.#log.explain(taskId);
  }

  /** How much waits and runs now. */
  load(): SchedulerLoad {
    return {
      edgeQueue: this.#queues.edge.size,
      edgeRunning: this.#executions.under('edge').size > 0,
      cloudQueue: this.#queues.cloud.size,
      cloudInFlight: this.#executions.under('cloud').size,
      parked: this.#parked.size,
    };
  }

  /** Totals and present state. */
  stats(): SchedulerStats {
    return {
      ...this.#ledger.totals(),
      policy: this.#policy.id,
      byModel: this.#ledger.totalsByModel(),
      ...this.load(),
      stolen: this.#stolen,
      displaced: this.#displaced,
      batched: this.#batched,
      strayAnswers: this.#strayAnswers,
      calibration: this.#calibration.scores(),
      estimates: this.#times.estimates(),
    };
  }

  /**
   * A clock that goes back, as a simulation's does that starts anew, leaves in the future what was learnt and what is under
   * way: it would be believed, and waited for, until the clock gets there again. So the scheduler begins anew as well. What
   * the edge runs it still runs, and that ends by its answer.
   */
  #bearJump(): void {
    const nowMs = this.#clock.nowMs();
    const backMs = this.#latestMs - nowMs;
    this.#latestMs = nowMs;
    if (backMs <= jumpBackMs || this.#stopped) return;
    this.#clearWaiting();
    this.#executions.clear('cloud');
    const onEdge = new Set<number>();
    for (const { members } of this.#executions.under('edge'))
      for (const { task } of members) onEdge.add(task.id);
    const reason = `the clock went back by ${Math.round(backMs)} ms`;
    for (const task of this.#ledger.pending())
      if (!onEdge.has(task.id)) this.#end(task, 'abandoned', reason, undefined);
    this.#toMove.clear();
    this.#times = new ExpectedTimes(this.#options);
    this.#policy = this.#createPolicy(this.#policy.id as PolicyId);
  }

  #clearWaiting(): void {
    for (const waiting of [this.#queues.edge, this.#queues.cloud, this.#parked]) waiting.clear();
  }

  #createPolicy(id: PolicyId): Policy {
    return createPolicy(id, this.#options.models, this.#options.reading);
  }

  #entryOf(task: Task, payload: P): Entry<P> {
    const { model, deadlineMs } = task;
    return {
      task,
      payload,
      deadlineMs,
      edgeMs: this.#times.edgeWorkMs(model, 0),
      cloudMs: this.#policy.cloudMs?.(model) ?? this.#times.predictMs('cloud', model),
      probe: false,
      displaced: false,
      node: 0,
      place: 0,
    };
  }

  #decide(entry: Entry<P>): void {
    const { decision, victims } = decide(this.#policy, entry, this.#view);
    this.#carryOut(entry, decision);
    for (const victim of victims) this.#displace(victim as Entry<P>, entry.task);
  }

  #carryOut(entry: Entry<P>, decision: Decision): void {
    this.#announce(decision);
    switch (decision.action) {
      case 'drop':
        this.#end(entry.task, decision.fate, decision.reason, undefined);
        return;
      case 'park':
        this.#parked.park(entry, decision.untilMs);
        this.#shed(this.#parked, 'parked tasks');
        return;
      default:
        this.#enqueue(decision.action, entry, decision.probe);
    }
  }

  #enqueue(place: Executor, entry: Entry<P>, probe: boolean): void {
    entry.probe = probe;
    if (probe) this.#times.estimator.probeStarted(place, entry.task.model, this.#clock.nowMs());
    // The cloud's queue is a plain FIFO, as published.
    this.#queues[place].insert(entry, place === 'edge' ? this.#policy.order(entry, this.#view) : 0);
    this.#shed(this.#queues[place], `${place} queue`);
  }

  #shed(waiting: { size: number; removeOldest(): Entry<P> | undefined }, name: string): void {
    if (waiting.size <= this.#queueLimit) return;
    const oldest = waiting.removeOldest() as Entry<P>;
    this.#end(oldest.task, 'dropped-full', `${name} full at ${this.#queueLimit} tasks`, undefined);
  }

  #displace(victim: Entry<P>, by: Task): void {
    if (!this.#queues.edge.remove(victim)) return;
    this.#displaced++;
    victim.displaced = true;
    victim.probe = false;
    const reason = `displaced by task ${by.id}`;
    const refusal: PolicyRefusal = { point: 'displace', policy: this.#policy.id, reason };
    this.#place(victim, this.#policy.place(victim, this.#view), [refusal]);
  }

  #place(entry: Entry<P>, placed: Placement, refused: readonly PolicyRefusal[]): void {
    this.#carryOut(entry, decisionOf(this.#policy, entry.task, this.#view, placed, refused));
  }

  /** Starts what can be started. An executor that answers at once comes back in here; the outer loop sees to it. */
  #startAll(): void {
    if (this.#starting || this.#stopped) return;
    this.#starting = true;
    try {
      while (this.#startOnEdge() || this.#moveNext() || this.#releaseNext() || this.#startInCloud());
    } finally {
      this.#starting = false;
    }
    this.#rearm();
  }

  #startOnEdge(): boolean {
    if (!this.#executions.edgeMayBegin()) return false;
    const theft = this.#parked.size > 0 ? this.#policy.steal?.(this.#view) : undefined;
    if (theft === undefined) return this.#startNext('edge');
    this.#parked.remove(theft.waiting);
    const members = this.#together(theft.waiting as Entry<P>, theft, this.#parked);
    const { reason, variant, probe = false } = theft;
    const { model } = theft.waiting.task;
    if (probe) this.#times.estimator.probeStarted('edge', model, this.#clock.nowMs(), variant);
    const placed: Placement = { action: 'edge', reason, probe };
    for (const entry of members) {
      entry.probe = probe;
      this.#stolen++;
      this.#announceRun(entry.task, placed, variant);
    }
    this.#run('edge', members, variant);
    return true;
  }

  #startInCloud(): boolean {
    return this.#executions.isFree('cloud') && this.#startNext('cloud');
  }

  #startNext(place: Executor): boolean {
    const entry = this.#queues[place].shift();
    if (entry === undefined) return false;
    const { task } = entry;
    const verdict = this.#mayStart(place, entry);
    if (!verdict.ok) {
      this.#expire(place, task, verdict.reason);
      return true;
    }
    if (verdict.probe && !entry.probe)
      this.#times.estimator.probeStarted(place, task.model, this.#clock.nowMs(), verdict.variant);
    entry.probe = verdict.probe;
    const members = this.#together(entry, verdict, this.#queues[place]);
    // That they start is a decision of its own only where one of several variants was chosen for it.
    const { reason, probe, variant } = verdict;
    if (this.#times.choiceOf(task.model, variant) !== undefined)
      for (const member of members)
        this.#announceRun(member.task, { action: place, reason, probe: probe && member === entry }, variant);
    this.#run(place, members, variant);
    return true;
  }

  #announceRun(task: Task, placed: Placement, variant: number | undefined): void {
    const decision = decisionOf(this.#policy, task, this.#view, placed, []);
    const chosen = this.#times.choiceOf(task.model, variant);
    this.#announce(chosen === undefined ? decision : { ...decision, variant: chosen });
  }

  #releaseNext(): boolean {
    const entry = this.#parked.peek();
    if (entry === undefined || (this.#parked.nextReleaseMs() as number) > this.#clock.nowMs()) return false;
    this.#parked.remove(entry);
    const released = this.#policy.release?.(entry, this.#view);
    const placed = released ?? this.#policy.place(entry, this.#view);
    const point = released === undefined ? 'place' : 'release';
    this.#carryOut(entry, decisionOf(this.#policy, entry.task, this.#view, placed, [], point));
    return true;
  }

  #expire(place: Executor, task: Task, reason: string): void {
    const { id: taskId, model } = task;
    const atMs = this.#clock.nowMs();
    const fate = fateAt.expired[place];
    const policy = this.#policy.id;
    const refusals: PolicyRefusal[] = [{ point: 'expire', policy, reason }];
    this.#announce({ taskId, model, atMs, policy, reason, refusals, action: 'drop', fate });
    this.#end(task, fate, reason, undefined);
  }

  /** A probe was let through against the estimate already; only its deadline still counts. */
  #mayStart(place: Executor, entry: Entry<P>): StartVerdict {
    const inTime = this.#clock.nowMs() < entry.deadlineMs;
    if (entry.probe && inTime) return { ok: true, reason: `${place} starts a probe`, probe: true };
    return this.#policy.expire(entry, place, this.#view);
  }

  /** A task and those that run with it, which leave the place where they wait. */
  #together(
    first: Entry<P>,
    { others = [] }: Manner,
    from: { remove(entry: Waiting): boolean },
  ): readonly [Entry<P>, ...Entry<P>[]] {
    if (others.length === 0) return [first];
    return [first, ...(others.filter((other) => from.remove(other)) as Entry<P>[])];
  }

  #run(place: Executor, members: readonly [Entry<P>, ...Entry<P>[]], variant = 0): void {
    const [{ task, payload, edgeMs: firstEdgeMs }] = members;
    const { model } = task;
    const size = members.length;
    const as = this.#times.variantOf({ model, variant });
    const edgeMs = variant === 0 ? firstEdgeMs : this.#times.edgeWorkMs(model, variant);
    const quantilesMs = this.#policy.quantilesMs?.(place, { model, variant, size }, this.#view);
    const run = this.#executions.begin({
      place,
      model,
      variant,
      size,
      members,
      edgeMs: edgeMs * this.#edgeFactor(size),
      quantilesMs,
    });
    const port = this.#ports[place];
    try {
      if (size === 1) {
        port.execute(task, payload, (outcome) => this.#answered(run, [outcome]), as);
      } else {
        if (port.executeBatch === undefined) throw new Error(`${place} takes one task at a time`);
        this.#batched += size;
        port.executeBatch(members, (outcomes) => this.#answered(run, outcomes), as);
      }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#answered(
        run,
        members.map(() => ({ kind: 'failed', reason })),
      );
    }
  }

  /** How many times as long as one task so many take on the edge. */
  #edgeFactor(size: number): number {
    const batching = this.#batching('edge');
    return batching === undefined ? 1 : batchFactor(size, batching);
  }

  #batching(place: Executor): BatchProfile | undefined {
    return this.#ports[place].executeBatch === undefined ? undefined : this.#options.batching?.[place];
  }

  #answered(run: Run<Entry<P>>, outcomes: readonly ExecutionOutcome<R>[]): void {
    this.#bearJump();
    if (!this.#executions.end(run)) {
      this.#strayAnswers++;
      return;
    }
    const elapsedMs = this.#clock.nowMs() - run.startMs;
    const brought = outcomes.some(({ kind }) => kind === 'result');
    // Where the clock went back meanwhile nobody knows how long it took.
    if (elapsedMs >= 0) this.#learn(run, brought ? elapsedMs : Number.POSITIVE_INFINITY);
    run.members.forEach((member, i) => {
      const outcome = outcomes[i] ?? { kind: 'failed', reason: `${run.place} left it out of its answer` };
      this.#endRun(run, member, outcome);
    });
    this.#startAll();
  }

  #endRun(run: Run<Entry<P>>, { task, deadlineMs }: Entry<P>, outcome: ExecutionOutcome<R>): void {
    const { place, startMs } = run;
    const variant = this.#times.variantOf(run);
    if (outcome.kind !== 'result') {
      this.#end(task, fateAt[outcome.kind][place], outcome.reason, undefined, variant);
      return;
    }
    const nowMs = this.#clock.nowMs();
    const elapsedMs = nowMs - startMs;
    const reason =
      elapsedMs >= 0
        ? `${place} answered in ${Math.round(elapsedMs)} ms`
        : `${place} answered; the clock went back meanwhile`;
    this.#end(task, fateAt[nowMs <= deadlineMs ? 'on-time' : 'late'][place], reason, outcome.value, variant);
  }

  #learn({ place, model, variant, size, members, quantilesMs }: Run, elapsedMs: number): void {
    if (quantilesMs !== undefined) this.#calibration.add(place, quantilesMs, elapsedMs);
    const atMs = this.#clock.nowMs();
    const onTime = Number.isFinite(elapsedMs) && members.every(({ deadlineMs }) => atMs <= deadlineMs);
    const { probe } = members[0];
    const execution = { place, model, variant, size, atMs, elapsedMs, onTime, probe, quantilesMs };
    this.#policy.observe(execution, this.#times.estimator, this.#view);
  }

  #announce(decision: Decision): void {
    this.#log.addDecision(decision);
    this.#options.onDecision?.(decision);
  }

  #end(task: Task, fate: Fate, reason: string, value: R | undefined, variant?: Variant): void {
    const record = this.#ledger.close(task.id, fate, this.#clock.nowMs(), reason, variant);
    this.#log.addFate(record);
    this.#options.onFate?.(record, value);
    if (this.#stopped) return;
    const moved = this.#policy.ended?.(record, this.#view);
    if (moved !== undefined) this.#toMove.add(moved);
  }

  /** Moves one task to the cloud. */
  #moveNext(): boolean {
    let next = this.#toMove.next();
    while (next !== undefined && !this.#queues.edge.remove(next)) next = this.#toMove.next();
    if (next === undefined) return false;
    this.#displaced++;
    const reason = 'moved for its model’s QoE';
    this.#place(next as Entry<P>, { action: 'cloud', reason, probe: false }, []);
    return true;
  }

  #rearm(): void {
    const releaseMs = this.#parked.nextReleaseMs() ?? Number.POSITIVE_INFINITY;
    const waiting = this.#queues.edge.size + this.#parked.size > 0;
    const dueMs = Math.min(releaseMs, this.#executions.nextMs(waiting));
    const next = dueMs === Number.POSITIVE_INFINITY ? undefined : dueMs;
    if (next === this.#wakeAtMs) return;
    this.#wakeAtMs = next;
    this.#options.wakeAt(next);
  }
}
