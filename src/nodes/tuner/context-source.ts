import { accept, type Refusal, type Result, refuse } from '../../core/refusal.ts';
import type { ContextFeature } from '../../core/spec/spec.ts';
import { type Context, ContextTracker } from '../../core/tune/library/context.ts';
import type { Message, NodeContext, ParameterValues } from '../../ros/index.ts';

/** The parameter `context` as names and values; refused is what is not `name=value`. */
export function readContextParameter({ context }: ParameterValues): Result<[string, string][]> {
  const entries = context as string[];
  const wrong = entries.filter((entry) => !/^[A-Za-z_]\w*=\s*\S/.test(entry));
  if (wrong.length > 0) {
    return refuse(
      ...wrong.map((found): Refusal => {
        return {
          code: 'TT_CONTEXT',
          reason: 'a context feature cannot be read',
          found,
          accepted: 'name=value',
        };
      }),
    );
  }
  return accept(
    entries.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  );
}

/**
 * What the tuner is told of the context: by the topic `~/context` and the parameter `context`. Publishers that latch are
 * heard also when they spoke before this node was there, those that do not are heard as well.
 */
export class ContextSource {
  readonly #told = new Map<string, string>();
  readonly #onChange: () => void;
  readonly #onRefused: (refusals: Refusal[]) => void;
  readonly #features: () => readonly ContextFeature[];
  #followed: readonly ContextFeature[] = [];
  #tracker = new ContextTracker([]);

  constructor(options: {
    context: NodeContext;
    /** Those of the spec in force. */
    features: () => readonly ContextFeature[];
    onChange: () => void;
    /** Hears of values that cannot be used; what was told before stays. */
    onRefused: (refusals: Refusal[]) => void;
  }) {
    const { context } = options;
    this.#features = options.features;
    this.#onChange = options.onChange;
    this.#onRefused = options.onRefused;
    for (const qos of ['latched', 'event'] as const)
      context.remember('trimtab_msgs/msg/Context', '~/context', qos, (message) => this.#hear(message));
    const take = (values: ParameterValues) => {
      const entries = readContextParameter(values);
      if (entries.ok) this.#take(entries.value);
    };
    take(context.parameters.values);
    context.parameters.onChange((values, changed) => {
      if (changed.includes('context')) take(values);
    });
  }

  /** Undefined while some feature of the spec has not been told. */
  get current(): Context | undefined {
    return this.#following().current;
  }

  /** Features of the spec that have not been told. */
  get missing(): string[] {
    return this.#following().missing;
  }

  #hear({ features }: Message): void {
    this.#take(features.map(({ name, value }: Message) => [name, value]));
  }

  #take(entries: readonly [string, string][]): void {
    const tracker = this.#following();
    const before = JSON.stringify(tracker.current);
    for (const [name, value] of entries) this.#told.set(name, value);
    this.#tell(tracker, entries);
    if (JSON.stringify(tracker.current) !== before) this.#onChange();
  }

  /** The tracker of the features that the spec names now: another spec begins with all that was told. */
  #following(): ContextTracker {
    const features = this.#features();
    if (features === this.#followed) return this.#tracker;
    this.#followed = features;
    this.#tracker = new ContextTracker(features);
    this.#tell(this.#tracker, [...this.#told]);
    return this.#tracker;
  }

  #tell(tracker: ContextTracker, entries: readonly (readonly [string, string])[]): void {
    const told = entries.map(([name, value]) => tracker.tell(name, value));
    const refusals = told.flatMap((one) => (one.ok ? [] : one.refusals));
    if (refusals.length > 0) this.#onRefused(refusals);
  }
}
