import type { Configuration } from '../../core/knobs/knob.ts';
import { formatRefusal, type Refusal } from '../../core/refusal.ts';
import { evaluate, type SpecEvaluation } from '../../core/spec/evaluate.ts';
import type { Spec } from '../../core/spec/spec.ts';
import type { LibraryEntry } from '../../core/tune/library/library.ts';
import { type Decision, decide, decideAfterFailure, type Reaction } from '../../core/tune/triggers/decide.ts';
import {
  type JudgedWindow,
  type Trigger,
  type TriggerOptions,
  Triggers,
} from '../../core/tune/triggers/triggers.ts';
import type { Message, NodeContext } from '../../ros/index.ts';
import { sleep } from '../sleep.ts';
import { applyStored } from './apply-stored.ts';
import type { ContextSource } from './context-source.ts';
import type { InForce, SpecInForce } from './in-force.ts';
import type { Memory } from './memory.ts';
import type { TrialOutcome } from './trial-runner.ts';

/** While monitoring is off, how often it is looked whether it still is. */
const offPeriodMs = 1000;

/**
 * Watches the robot between tunings: judges one window of the profile after the other and the context, and does about
 * triggers what `on_trigger` allows. It stands still while the node is inactive, works, or is held.
 */
export class Monitor {
  readonly #context: NodeContext;
  readonly #inForce: InForce;
  readonly #source: ContextSource;
  readonly #memory: Memory;
  readonly #search: () => Promise<Message>;
  readonly #onDecision: (text: string) => void;
  readonly #onTrial: (outcome: TrialOutcome, reason: string) => void;
  readonly #end = new AbortController();
  #pause = new AbortController();
  #isWoken = false;
  #spec: Spec | undefined;
  #triggers: Triggers;
  #undisturbedSinceMs: number;

  constructor(options: {
    context: NodeContext;
    inForce: InForce;
    source: ContextSource;
    memory: Memory;
    /** A search with the node's defaults; resolves to what a goal's result would be. */
    search: () => Promise<Message>;
    /** Hears what was decided, and why. */
    onDecision: (text: string) => void;
    /** Hears of stored configurations that were measured. */
    onTrial: (outcome: TrialOutcome, reason: string) => void;
  }) {
    this.#context = options.context;
    this.#inForce = options.inForce;
    this.#source = options.source;
    this.#memory = options.memory;
    this.#search = options.search;
    this.#onDecision = options.onDecision;
    this.#onTrial = options.onTrial;
    const { clock, parameters } = this.#context;
    this.#triggers = new Triggers({ ...this.#triggerOptions, clock });
    this.#undisturbedSinceMs = clock.nowMs();
    parameters.onChange(() => {
      this.#triggers = this.#triggers.withOptions(this.#triggerOptions);
      this.disturb();
    });
    void this.#watch();
  }

  /** Something else works, or worked, on the robot: windows that it was part of say nothing. */
  disturb(): void {
    this.#triggers.forgetWindows();
    this.#undisturbedSinceMs = this.#context.clock.nowMs();
  }

  /** Looks at once, as the context may have changed. */
  wake(): void {
    this.#isWoken = true;
    this.#pause.abort();
  }

  close(): void {
    this.#end.abort();
    this.#pause.abort();
  }

  async #watch(): Promise<void> {
    while (!this.#end.signal.aborted) {
      const isWhole = !this.#isWoken && (await this.#rest());
      this.#isWoken = false;
      if (!this.#end.signal.aborted && this.#periodMs > 0) await this.#look(isWhole);
    }
  }

  #rest(): Promise<boolean> {
    this.#pause = new AbortController();
    return sleep(this.#context, this.#periodMs || offPeriodMs, this.#pause.signal);
  }

  /** `isWhole`: the time since the last look is a window to be judged. */
  async #look(isWhole: boolean): Promise<void> {
    const ready = this.#inForce.ready();
    if (!ready.ok) return;
    this.#follow(ready.value.spec);
    const trigger =
      this.#triggers.enter(this.#source.current) ?? (isWhole ? await this.#judge(ready.value) : undefined);
    if (trigger === undefined) return;
    const held = this.#mayAct(ready.value) ? await ready.value.knobs.read() : undefined;
    if (held?.ok && this.#mayAct(ready.value)) await this.#decide(trigger, ready.value, held.value);
    else this.#triggers.postpone(trigger);
  }

  async #decide(trigger: Trigger, current: SpecInForce, held: Configuration): Promise<void> {
    const entry = this.#memory.entry(current.spec);
    const { isCoolingDown } = this.#triggers;
    const decision = decide({
      trigger,
      reaction: this.#reaction,
      entry,
      inForce: held,
      untold: this.#source.missing,
      isCoolingDown,
    });
    this.#onDecision(decision.text);
    if (decision.action === 'none') {
      // Else it would be said again with each window.
      this.#triggers.forgetWindows();
      if (isCoolingDown) this.#triggers.postpone(trigger);
    } else await this.#act(decision, current, entry);
  }

  /** What was seen of another spec says nothing of this one. */
  #follow(spec: Spec): void {
    if (this.#spec === spec) return;
    this.#spec = spec;
    this.#triggers = new Triggers({ ...this.#triggerOptions, clock: this.#context.clock });
    this.disturb();
  }

  /** Whether still nothing else works, and the spec is the same. */
  #mayAct(current: SpecInForce): boolean {
    const ready = this.#inForce.ready();
    return ready.ok && ready.value === current;
  }

  async #judge({ spec }: SpecInForce): Promise<Trigger | undefined> {
    const periodMs = this.#periodMs;
    const sinceMs = this.#undisturbedSinceMs;
    if (this.#context.clock.nowMs() - sinceMs < periodMs) return undefined;
    const profile = await this.#inForce.profiler.snapshot(periodMs);
    if (!profile.ok || this.#undisturbedSinceMs !== sinceMs) return undefined;
    return this.#triggers.observe(judged(evaluate(spec, profile.value)));
  }

  async #act(decision: Decision, current: SpecInForce, entry: LibraryEntry | undefined): Promise<void> {
    if (decision.action === 'apply' && entry) {
      const failure = await this.#apply(decision, current, entry);
      this.#triggers.acted({ helped: failure === undefined });
      if (failure === undefined) return;
      const next = decideAfterFailure(this.#mayAct(current) ? this.#reaction : 'none', failure);
      this.#onDecision(next.text);
      if (next.action === 'none') return;
    }
    const { success, message } = await this.#search();
    this.#triggers.acted({ helped: success });
    this.#onDecision(success ? 'the search met every requirement' : `the search failed: ${message}`);
  }

  /** Why the stored configuration is not in force now; undefined when it is. */
  async #apply(decision: Decision, current: SpecInForce, entry: LibraryEntry): Promise<string | undefined> {
    const inForce = this.#inForce;
    const timing = this.#verifyTiming;
    const outcome = await inForce.during((work) => applyStored({ inForce, current, entry, timing, work }));
    if (!outcome.ok) return `the stored configuration could not be verified: ${texts(outcome.refusals)}`;
    this.#onTrial(outcome.value, decision.text);
    await this.#memory.verified(current.spec, entry.context, outcome.value);
    const missed = judged(outcome.value.evaluation).broken;
    if (missed.length > 0) return `the stored configuration misses ${missed.join(', ')}`;
    this.#onDecision(`${decision.text}; it meets every requirement`);
    return undefined;
  }

  get #reaction(): Reaction {
    return this.#context.parameters.values.on_trigger as Reaction;
  }

  get #periodMs(): number {
    return (this.#context.parameters.values.monitor_period_s as number) * 1000;
  }

  get #verifyTiming() {
    const { settle_s, verify_window_s } = this.#context.parameters.values;
    return {
      settleMs: (settle_s as number) * 1000,
      windowMs: (verify_window_s as number) * 1000,
      cutRisk: 0,
    };
  }

  get #triggerOptions(): TriggerOptions {
    const { values } = this.#context.parameters;
    return {
      brokenWindows: values.broken_windows as number,
      ofWindows: values.of_windows as number,
      driftThreshold: values.drift_threshold as number,
      coolDownMs: (values.cool_down_s as number) * 1000,
    };
  }
}

function judged({ requirements, objectives }: SpecEvaluation): JudgedWindow {
  // A share of the baseline is asked for in a search only: between searches there is none.
  const broken = requirements.flatMap(({ met, requirement: { name, ofBaseline } }) =>
    met || ofBaseline ? [] : [name],
  );
  const measured = [
    ...requirements.map(({ requirement, measured }) => [requirement.name, measured] as const),
    ...objectives.map(({ objective, measured }) => [objective.name, measured] as const),
  ].flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return { broken, measured: Object.fromEntries(measured) };
}

function texts(refusals: readonly Refusal[]): string {
  return refusals.map(formatRefusal).join('; ');
}
