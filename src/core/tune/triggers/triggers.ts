import type { Clock } from '../../clock.ts';
import { type Context, describeContext, sameContext } from '../library/context.ts';
import { BrokenWindows } from './broken-windows.ts';
import { DriftTest } from './drift-test.ts';

/** Why a configuration should be looked at again. */
export type Trigger = { kind: 'context' | 'violation' | 'drift'; text: string };

/** One judged window of the profile. */
export type JudgedWindow = {
  /** Names of the requirements that it broke; one that could not be measured is broken. */
  broken: readonly string[];
  /** What was measured, by the name of the requirement or objective. */
  measured: Readonly<Record<string, number>>;
};

/** When to call something a trigger. */
export type TriggerOptions = {
  /** A requirement broken in so many … */
  brokenWindows: number;
  /** … of the last so many windows. */
  ofWindows: number;
  /** h of `DriftTest`, in standard deviations of a window's value; 0 never calls anything a drift. */
  driftThreshold: number;
  /** After an action only a change of context is a trigger for so long; twice as long after each failure in a row. */
  coolDownMs: number;
};

/**
 * Half the change, in standard deviations, that is found soonest. Two deviations are worth knowing of; for one, a robot's
 * ordinary unrest would give alarms all day, as its windows are neither independent nor normal.
 */
const driftAllowance = 1;

/** The cool-down is not doubled more often than this: a thousand times is for good. */
const mostDoublings = 10;

/** Watches windows and the context for reasons to act; says nothing of what to do. */
export class Triggers {
  readonly #options: TriggerOptions;
  readonly #clock: Clock;
  readonly #broken: BrokenWindows;
  #drift = new Map<string, DriftTest>();
  #context: Context | undefined;
  #postponed: Trigger | undefined;
  #quietUntilMs = Number.NEGATIVE_INFINITY;
  #failures = 0;

  constructor(options: TriggerOptions & { clock: Clock }) {
    this.#options = options;
    this.#clock = options.clock;
    this.#broken = new BrokenWindows({ k: options.brokenWindows, n: options.ofWindows });
  }

  /** The same with other options: it stays in its context, and what was seen is forgotten. */
  withOptions(options: TriggerOptions): Triggers {
    const changed = new Triggers({ ...options, clock: this.#clock });
    changed.#context = this.#context;
    changed.#postponed = this.#postponed;
    changed.#quietUntilMs = this.#quietUntilMs;
    changed.#failures = this.#failures;
    return changed;
  }

  /** Takes the context; the first one is no change, and one that is not known ends nothing. */
  enter(context: Context | undefined): Trigger | undefined {
    const before = this.#context;
    if (context === undefined || (before && sameContext(before, context))) return undefined;
    this.#context = context;
    this.#postponed = undefined;
    this.#failures = 0;
    this.forgetWindows();
    if (before === undefined) return undefined;
    return { kind: 'context', text: `the context changed to ${describeContext(context)}` };
  }

  /** Takes a window; the reason to act, if there is one and no action was taken just before. */
  observe({ broken, measured }: JudgedWindow): Trigger | undefined {
    this.#broken.observe(broken);
    for (const [name, value] of Object.entries(measured)) this.#testOf(name).observe(value);
    if (this.isCoolingDown) return undefined;
    return this.#postponed ?? this.#violation() ?? this.#drifted();
  }

  /** Whether an action was taken so recently that its effect is to be waited for. */
  get isCoolingDown(): boolean {
    return this.#clock.nowMs() < this.#quietUntilMs;
  }

  /** Keeps a change of context about which nothing could be done yet; it comes again after the cool-down. */
  postpone(trigger: Trigger): void {
    this.#postponed = trigger;
  }

  /** Notes that something was done about a trigger, and whether it helped: what cannot be mended is not tried for ever. */
  acted({ helped }: { helped: boolean }): void {
    const { coolDownMs } = this.#options;
    this.#quietUntilMs = this.#clock.nowMs() + coolDownMs * 2 ** Math.min(this.#failures, mostDoublings);
    this.#failures = helped ? 0 : this.#failures + 1;
    this.#postponed = undefined;
    this.forgetWindows();
  }

  /** Starts to watch anew: whatever was seen was of another configuration or context. */
  forgetWindows(): void {
    this.#broken.reset();
    this.#drift = new Map();
  }

  #violation(): Trigger | undefined {
    const alarm = this.#broken.alarm;
    return (
      alarm && {
        kind: 'violation',
        text: `${alarm.requirement} was broken in ${alarm.windows} of ${alarm.of} windows`,
      }
    );
  }

  #drifted(): Trigger | undefined {
    for (const [name, test] of this.#drift) {
      const { alarm } = test;
      if (alarm) return { kind: 'drift', text: `the level of ${name} has gone ${alarm}` };
    }
    return undefined;
  }

  #testOf(name: string): DriftTest {
    const { driftThreshold } = this.#options;
    const threshold = driftThreshold > 0 ? driftThreshold : Number.POSITIVE_INFINITY;
    const test = this.#drift.get(name) ?? new DriftTest({ allowance: driftAllowance, threshold });
    this.#drift.set(name, test);
    return test;
  }
}
