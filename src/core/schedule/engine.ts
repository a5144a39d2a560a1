import type { Clock } from '../clock.ts';
import { accept, type Result, refuse } from '../refusal.ts';
import { DecisionLog, type Explanation } from './decision-log.ts';
import { type EstimatorOptions, TimeEstimator } from './estimator.ts';
import { type FateRecord, Ledger, type LedgerTotals } from './ledger.ts';
import { createPolicy, type PolicyId } from './policies/index.ts';
import { type Decision, decide, type Policy, type SchedulerView, type Verdict } from './policy.ts';
import type { Executor, Fate, ModelProfile, Task } from './task.ts';
import { type QueuedTask, TaskQueue } from './task-queue.ts';

/** How an execution ended. `expired`: the executor saw that the deadline had passed and did not run it. */
export type ExecutionOutcome<R> =
  | { kind: 'result'; value: R }
  | { kind: 'expired'; reason: string }
  | { kind: 'failed'; reason: string };

/** A place that executes tasks; the port behind which inference, the cloud or a simulation stands. */
export interface ExecutorPort<P, R> {
  /** Starts one execution and reports its end by one call of `done`, at once or later. */
  execute(task: Task, payload: P, done: (outcome: ExecutionOutcome<R>) => void): void;
}

/** A task as its source hands it in; `deadlineMs` is absolute and comes from the model's profile if absent. */
export type TaskRequest = { source: string; model: string; createdMs: number; deadlineMs?: number };

/** What a scheduler is made of. `P` is what an executor needs of a task (an image), `R` what it returns. */
export type SchedulerOptions<P, R> = {
  clock: Clock;
  models: readonly ModelProfile[];
  policy: PolicyId;
  edge: ExecutorPort<P, R>;
  cloud: ExecutorPort<P, R>;
  /** Asks for a call of `advance` at this time of the clock; replaces the time asked for before, undefined cancels it. */
  wakeAt: (timeMs: number | undefined) => void;
  /** Called for each decision. Neither this nor `onFate` may call `stop`. */
  onDecision?: (decision: Decision) => void;
  /** Called once for each task; `value` where an execution returned one, on time or late. */
  onFate?: (record: FateRecord, value: R | undefined) => void;
  /** Executions in the cloud at a time. Default 32, as published. */
  cloudMaxInFlight?: number;
  /** Most tasks waiting per place; one more sheds the oldest of them. Default 64. */
  queueLimit?: number;
  /** How long after its deadline the cloud's answer is still waited for. Default 1000. */
  cloudGraceMs?: number;
  /** Tasks that `explain` remembers. Default 1000. */
  explainLimit?: number;
  estimator?: EstimatorOptions;
};

/** The running totals and what is under way now. */
export type SchedulerStats = LedgerTotals & {
  policy: string;
  byModel: Record<string, LedgerTotals>;
  /** Tasks waiting for the edge, and whether one runs there. */
  edgeQueue: number;
  edgeRunning: boolean;
  cloudQueue: number;
  cloudInFlight: number;
  /** Answers that came after their task had been given up. */
  strayAnswers: number;
  /** Current predictions. */
  estimates: { model: string; edgeMs: number; cloudMs: number }[];
};

/** An execution under way; the edge stays busy until it answers, the cloud's slot is freed at `giveUpAtMs`. */
type Run = {
  task: Task;
  place: Executor;
  probe: boolean;
  startMs: number;
  expectedMs: number;
  giveUpAtMs: number;
};

/**
 * The deadline scheduler: places tasks by policy, runs one at a time on the edge and several in the cloud,
 * and gives every task one fate. Driven by events only (`submit`, answers, `advance`), it runs unchanged in
 * virtual time and on a robot.
 */
export class Scheduler<P, R> {
  readonly #options: SchedulerOptions<P, R>;
  readonly #clock: Clock;
  readonly #models: ReadonlyMap<string, ModelProfile>;
  readonly #ports: Record<Executor, ExecutorPort<P, R>>;
  readonly #queues: Record<Executor, TaskQueue<P>> = { edge: new TaskQueue<P>(), cloud: new TaskQueue<P>() };
  readonly #cloudMaxInFlight: number;
  readonly #queueLimit: number;
  readonly #cloudGraceMs: number;
  readonly #ledger: Ledger;
  readonly #estimator: TimeEstimator;
  readonly #log: DecisionLog;
  #policy: Policy;
  #nextId = 0;
  #edgeRun: Run | undefined;
  readonly #cloudRuns = new Set<Run>();
  #strayAnswers = 0;
  #wakeAtMs: number | undefined;
  #starting = false;
  #stopped = false;

  constructor(options: SchedulerOptions<P, R>) {
    this.#options = options;
    this.#clock = options.clock;
    this.#models = new Map(options.models.map((profile) => [profile.id, profile]));
    this.#ports = { edge: options.edge, cloud: options.cloud };
    this.#cloudMaxInFlight = options.cloudMaxInFlight ?? 32;
    this.#queueLimit = options.queueLimit ?? 64;
    this.#cloudGraceMs = options.cloudGraceMs ?? 1000;
    this.#ledger = new Ledger(options.models);
    this.#estimator = new TimeEstimator(options.models, options.estimator);
    this.#log = new DecisionLog(options.explainLimit ?? 1000);
    this.#policy = createPolicy(options.policy);
  }

  /**
   * Takes a task in, decides on it and starts it if its place is free. Refused, and not counted: an unknown
   * model (TT_TASK_MODEL), times that make no sense (TT_TASK_TIME), a stopped scheduler (TT_STATE). A
   * deadline that has already passed is no refusal: such a task is counted and the policy decides its end.
   */
  submit(request: TaskRequest, payload: P): Result<Task> {
    if (this.#stopped) return refuse({ code: 'TT_STATE', reason: 'the scheduler has stopped' });
    const checked = this.#checkRequest(request);
    if (!checked.ok) return checked;
    const task = checked.value;
    this.#ledger.open(task);
    const decision = decide(this.#policy, task, this.#view());
    this.#announce(decision);
    if (decision.action === 'drop') {
      this.#end(task, decision.fate, decision.reason, undefined);
    } else {
      this.#enqueue(decision.action, { task, payload, probe: decision.probe, expectedMs: 0 });
    }
    this.#startAll();
    return accept(task);
  }

  /** Gives up cloud answers that are overdue. To be called at the time asked for by `wakeAt`, or more often. */
  advance(): void {
    const nowMs = this.#clock.nowMs();
    // A timer may fire a little early; then the same time has to be asked for again.
    this.#wakeAtMs = undefined;
    for (const run of [...this.#cloudRuns]) {
      if (run.giveUpAtMs > nowMs) continue;
      this.#cloudRuns.delete(run);
      this.#learn(run, Number.POSITIVE_INFINITY);
      const waitedMs = Math.round(nowMs - run.startMs);
      this.#end(run.task, 'failed-cloud', `no answer from the cloud in ${waitedMs} ms`, undefined);
    }
    this.#startAll();
  }

  /** Changes the policy; waiting tasks keep their place and are put in the new policy's order. */
  setPolicy(id: PolicyId): void {
    this.#policy = createPolicy(id);
    this.#queues.edge.reorder((task) => this.#policy.order(task));
  }

  /** Ends every pending task as `abandoned`; answers that still come are ignored. */
  stop(reason = 'the scheduler stopped'): void {
    this.#stopped = true;
    this.#queues.edge.clear();
    this.#queues.cloud.clear();
    this.#cloudRuns.clear();
    this.#edgeRun = undefined;
    for (const task of this.#ledger.pending()) this.#end(task, 'abandoned', reason, undefined);
    this.#rearm();
  }

  /** Why a task went where it went; undefined for a task that is unknown or long past. */
  explain(taskId: number): Explanation | undefined {
    return this.#log.explain(taskId);
  }

  /** Totals and present state. */
  stats(): SchedulerStats {
    return {
      ...this.#ledger.totals(),
      policy: this.#policy.id,
      byModel: this.#ledger.totalsByModel(),
      edgeQueue: this.#queues.edge.size,
      edgeRunning: this.#edgeRun !== undefined,
      cloudQueue: this.#queues.cloud.size,
      cloudInFlight: this.#cloudRuns.size,
      strayAnswers: this.#strayAnswers,
      estimates: [...this.#models.keys()].map((model) => ({
        model,
        edgeMs: this.#estimator.predictMs('edge', model),
        cloudMs: this.#estimator.predictMs('cloud', model),
      })),
    };
  }

  #checkRequest({ source, model, createdMs, deadlineMs }: TaskRequest): Result<Task> {
    const profile = this.#models.get(model);
    if (profile === undefined) {
      const accepted = [...this.#models.keys()].join(', ');
      return refuse({ code: 'TT_TASK_MODEL', reason: 'the model has no profile', found: model, accepted });
    }
    const absoluteMs = deadlineMs ?? createdMs + profile.deadlineMs;
    if (!(createdMs >= 0 && absoluteMs > createdMs && Number.isFinite(absoluteMs))) {
      return refuse({
        code: 'TT_TASK_TIME',
        reason: 'the times of the task make no sense',
        found: `created ${createdMs} ms, deadline ${absoluteMs} ms`,
        accepted: 'finite times with 0 <= created < deadline',
      });
    }
    return accept({ id: this.#nextId++, source, model, createdMs, deadlineMs: absoluteMs });
  }

  #enqueue(place: Executor, entry: QueuedTask<P>): void {
    const queue = this.#queues[place];
    const { model } = entry.task;
    if (entry.probe) this.#estimator.probeStarted(place, model, this.#clock.nowMs());
    entry.expectedMs = this.#expectedMs(place, model);
    // The cloud's queue is a plain FIFO, as published.
    queue.insert(entry, place === 'edge' ? this.#policy.order(entry.task) : entry.task.id);
    if (queue.size <= this.#queueLimit) return;
    const oldest = queue.removeOldest() as QueuedTask<P>;
    this.#end(oldest.task, 'dropped-full', `${place} queue full at ${this.#queueLimit} tasks`, undefined);
  }

  /** Starts what can be started. An executor that answers at once comes back in here; the outer loop sees to it. */
  #startAll(): void {
    if (this.#starting || this.#stopped) return;
    this.#starting = true;
    try {
      while (this.#startNext('edge') || this.#startNext('cloud'));
    } finally {
      this.#starting = false;
    }
    this.#rearm();
  }

  #startNext(place: Executor): boolean {
    const free =
      place === 'edge' ? this.#edgeRun === undefined : this.#cloudRuns.size < this.#cloudMaxInFlight;
    const entry = free ? this.#queues[place].shift() : undefined;
    if (entry === undefined) return false;
    const { task } = entry;
    const verdict = this.#mayStart(place, entry);
    if (verdict.ok) {
      if (verdict.probe && !entry.probe) this.#estimator.probeStarted(place, task.model, this.#clock.nowMs());
      this.#run(place, { ...entry, probe: verdict.probe });
      return true;
    }
    this.#expire(place, task, verdict.reason);
    return true;
  }

  #expire(place: Executor, task: Task, reason: string): void {
    const fate: Fate = `expired-${place}`;
    const policy = this.#policy.id;
    const base = { taskId: task.id, model: task.model, atMs: this.#clock.nowMs(), policy, reason };
    this.#announce({ ...base, action: 'drop', fate, refusals: [{ point: 'start', policy, reason }] });
    this.#end(task, fate, reason, undefined);
  }

  /** A probe was let through against the estimate already; only its deadline still counts. */
  #mayStart(place: Executor, { task, probe }: QueuedTask<P>): Verdict {
    const inTime = this.#clock.nowMs() < task.deadlineMs;
    if (probe && inTime) return { ok: true, reason: `${place} starts a probe`, probe };
    return this.#policy.start(task, place, this.#view());
  }

  #run(place: Executor, { task, payload, probe, expectedMs }: QueuedTask<P>): void {
    const giveUpAtMs = place === 'cloud' ? task.deadlineMs + this.#cloudGraceMs : Number.POSITIVE_INFINITY;
    const run: Run = { task, place, probe, startMs: this.#clock.nowMs(), expectedMs, giveUpAtMs };
    if (place === 'edge') this.#edgeRun = run;
    else this.#cloudRuns.add(run);
    try {
      this.#ports[place].execute(task, payload, (outcome) => this.#answered(run, outcome));
    } catch (error) {
      this.#answered(run, { kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
    }
  }

  #answered(run: Run, outcome: ExecutionOutcome<R>): void {
    const awaited = run === this.#edgeRun || this.#cloudRuns.has(run);
    if (!awaited) {
      this.#strayAnswers++;
      return;
    }
    if (run.place === 'edge') this.#edgeRun = undefined;
    else this.#cloudRuns.delete(run);
    const nowMs = this.#clock.nowMs();
    const elapsedMs = nowMs - run.startMs;
    this.#learn(run, outcome.kind === 'result' ? elapsedMs : Number.POSITIVE_INFINITY);
    if (outcome.kind === 'result') {
      const inTime = nowMs <= run.task.deadlineMs;
      const reason = `${run.place} answered in ${Math.round(elapsedMs)} ms`;
      this.#end(run.task, `${inTime ? 'on-time' : 'late'}-${run.place}`, reason, outcome.value);
    } else {
      this.#end(run.task, `${outcome.kind}-${run.place}`, outcome.reason, undefined);
    }
    this.#startAll();
  }

  #learn({ place, task, probe }: Run, elapsedMs: number): void {
    const execution = { place, model: task.model, atMs: this.#clock.nowMs(), elapsedMs, probe };
    this.#policy.observe(execution, this.#estimator);
  }

  #announce(decision: Decision): void {
    this.#log.addDecision(decision);
    this.#options.onDecision?.(decision);
  }

  #end(task: Task, fate: Fate, reason: string, value: R | undefined): void {
    const record = this.#ledger.close(task.id, fate, this.#clock.nowMs(), reason);
    this.#log.addFate(record);
    this.#options.onFate?.(record, value);
  }

  #rearm(): void {
    let next: number | undefined;
    for (const { giveUpAtMs } of this.#cloudRuns) next = Math.min(next ?? giveUpAtMs, giveUpAtMs);
    if (next === this.#wakeAtMs) return;
    this.#wakeAtMs = next;
    this.#options.wakeAt(next);
  }

  /** What those behind a task reckon with. After failures the estimate is infinite and says nothing of that. */
  #expectedMs(place: Executor, model: string): number {
    const predictedMs = this.#estimator.predictMs(place, model);
    if (Number.isFinite(predictedMs)) return predictedMs;
    const { edgeMs, cloudMs } = this.#models.get(model) as ModelProfile;
    return place === 'edge' ? edgeMs : cloudMs;
  }

  #view(): SchedulerView {
    const nowMs = this.#clock.nowMs();
    return {
      nowMs,
      profile: (model) => this.#models.get(model) as ModelProfile,
      edgeWaitMs: (priority) => {
        const run = this.#edgeRun;
        const restMs = run === undefined ? 0 : Math.max(0, run.startMs + run.expectedMs - nowMs);
        return restMs + this.#queues.edge.workAheadMs(priority);
      },
      predictMs: (place, model) => this.#estimator.predictMs(place, model),
      probeDue: (place, model, leftMs) => this.#estimator.probeDue(place, model, nowMs, leftMs),
    };
  }
}
