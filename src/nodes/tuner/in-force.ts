import type { Configuration } from '../../core/knobs/knob.ts';
import { accept, formatRefusal, type Refusal, type Result, refuse } from '../../core/refusal.ts';
import type { References } from '../../core/spec/evaluate.ts';
import { resolveNames } from '../../core/spec/resolve-names.ts';
import type { Spec } from '../../core/spec/spec.ts';
import { OwnGroups } from '../../io/platform/cgroup/own-groups.ts';
import { attachCpuBudget, type CpuBudget } from '../../io/platform/cpu-budget.ts';
import type { NodeContext } from '../../ros/index.ts';
import { sleep } from '../sleep.ts';
import { KnobSet } from './knob-set.ts';
import { KnownProcesses } from './known-processes.ts';
import { ProfilerClient } from './profiler-client.ts';
import { SafetyNet } from './safety-net.ts';
import { type Sleep, TrialRunner } from './trial-runner.ts';

const watchRetryMs = 1000;
/** Launch systems kill 5 s after they asked a node to end. */
const endTimeoutMs = 4000;

/** A spec with its knobs, as the tuner works by it; names are resolved. */
export type SpecInForce = { file: string; spec: Spec; knobs: KnobSet };

/**
 * What the tuner works by and whether it may work now: the spec in force, a person's hold, the one piece of
 * work that may run at a time.
 */
export class InForce {
  readonly profiler: ProfilerClient;
  readonly safety: SafetyNet;
  readonly #processes: KnownProcesses;
  readonly #groups: OwnGroups;
  readonly #context: NodeContext;
  readonly #cpuBudget: CpuBudget | undefined;
  readonly #onChange: () => void;
  #current: SpecInForce | undefined;
  #absent: Refusal[] = [];
  #work: { abort: AbortController; done: Promise<unknown> } | undefined;
  #held = false;

  constructor(context: NodeContext, onChange: () => void) {
    const { values } = context.parameters;
    this.#context = context;
    this.#onChange = onChange;
    this.profiler = new ProfilerClient({
      node: context.node,
      nodeName: this.#absolute(values.profiler as string),
    });
    this.safety = new SafetyNet(values.state_dir as string);
    this.#processes = new KnownProcesses(this.profiler);
    this.#groups = new OwnGroups({ ledger: this.safety.files.groups, find: this.#processes.find });
    const budget = values.cpu_group === '' ? undefined : attachCpuBudget(values.cpu_group as string);
    if (budget && !budget.ok) for (const refusal of budget.refusals) context.log.warn(formatRefusal(refusal));
    this.#cpuBudget = budget?.ok ? budget.value : undefined;
  }

  get current(): SpecInForce | undefined {
    return this.#current;
  }

  /** Knobs of the spec that cannot exist on this machine, with the reason. */
  get absent(): readonly Refusal[] {
    return this.#absent;
  }

  get state(): 'idle' | 'tuning' | 'holding' {
    if (this.#held) return 'holding';
    return this.#work ? 'tuning' : 'idle';
  }

  /** Replaces the spec; the profiler watches its topics from now on. */
  put(file: string, written: Spec): void {
    this.#current?.knobs.close();
    const spec = resolveNames(written, this.#context.node.namespace());
    const { knobs, absent } = KnobSet.open(spec.knobs, {
      node: this.#context.node,
      adaptorNode: this.#adaptorNode,
      cpuBudget: this.#cpuBudget,
      groups: this.#groups,
      processes: this.#processes,
    });
    for (const refusal of absent) this.#context.log.warn(formatRefusal(refusal));
    this.#absent = absent;
    this.#current = { file, spec: { ...spec, knobs: knobs.declarations }, knobs };
    void this.#watch(this.#current);
  }

  /** The spec, when work may begin; refused while the node is inactive, other work runs, a person holds, or there is none. */
  ready(): Result<SpecInForce> {
    if (!this.#context.isActive())
      return refuse({ code: 'TT_STATE', reason: 'the tuner is not active', accepted: 'activate it first' });
    if (this.#work)
      return refuse({ code: 'TT_BUSY', reason: 'the tuner is at work', accepted: 'one goal at a time' });
    if (this.#held) {
      return refuse({
        code: 'TT_HELD',
        reason: 'a person pressed hold',
        accepted: 'release it by ~/hold with false',
      });
    }
    if (this.#current) return accept(this.#current);
    return refuse({
      code: 'TT_STATE',
      reason: 'no spec is in force',
      accepted: 'the parameter spec, or ~/set_spec',
    });
  }

  /** Runs one piece of work; it is broken off by `abort` on its controller, a hold, or the node's deactivation or end. */
  async during<T>(act: (work: AbortController) => Promise<T>): Promise<T> {
    const abort = new AbortController();
    const work = act(abort);
    this.#work = { abort, done: work.catch(() => undefined) };
    this.#onChange();
    try {
      return await work;
    } finally {
      this.#work = undefined;
      this.#onChange();
    }
  }

  /** To be called before anything is changed: has the way back to what the knobs hold on disk. */
  async protect({ knobs }: SpecInForce, held: Configuration): Promise<Result<void>> {
    return this.safety.spread({
      declarations: knobs.declarations,
      held,
      adaptorNode: this.#adaptorNode,
      cpuGroup: this.#cpuBudget?.group ?? '',
      processes: this.#processes,
      levels: await knobs.levels(Object.keys(held)),
    });
  }

  /** True stops what runs and lets nothing begin; false releases. */
  hold(held: boolean): void {
    this.#held = held;
    if (held) this.breakOff();
    this.#onChange();
  }

  /** Ends what runs, with everything put back. */
  breakOff(): void {
    this.#work?.abort.abort();
  }

  /** A runner for the trials of some work, with `references` of its own from an earlier run. */
  runner({ spec, knobs }: SpecInForce, signal: AbortSignal, references: References = {}): TrialRunner {
    const wait: Sleep = (ms) => sleep(this.#context, ms, signal);
    const { clock } = this.#context;
    return new TrialRunner({ spec, knobs, profiler: this.profiler, sleep: wait, clock, references });
  }

  /** Ends the work with everything put back, and takes our CPU groups away. What takes too long is left to the watchdog. */
  async close(): Promise<void> {
    this.breakOff();
    const isDone = await this.#settles(this.#work?.done ?? Promise.resolve());
    this.#current?.knobs.close();
    this.#current = undefined;
    const left = await this.#groups.release();
    for (const group of left) this.#context.log.error(`the CPU group ${group} cannot be taken away`);
    if (isDone && left.length === 0) await this.safety.close();
  }

  /** The profiler may start after us. */
  async #watch(wanted: SpecInForce): Promise<void> {
    while (this.#current === wanted) {
      const watched = await this.profiler.watch(wanted.spec);
      if (watched.ok) return;
      const reasons = watched.refusals.map(({ reason }) => reason).join('; ');
      this.#context.log.warn(`waiting for the profiler: ${reasons}`);
      await sleep(this.#context, watchRetryMs, new AbortController().signal);
    }
  }

  /** In wall time: a simulation that stands still must not keep the node from its end. */
  #settles(work: Promise<unknown>): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), endTimeoutMs);
      void work.then(() => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }

  get #adaptorNode(): string {
    return this.#absolute(this.#context.parameters.values.adaptor as string);
  }

  #absolute(nodeName: string): string {
    return this.#context.node.resolveTopicName(nodeName);
  }
}
