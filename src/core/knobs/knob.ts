/** A knob's value. Numbers carry the knob's unit. */
export type KnobValue = number | string | boolean;

/** The values a knob can take. */
export type KnobDomain =
  | { type: 'real'; low: number; high: number }
  | { type: 'integer'; low: number; high: number }
  /** Ordered numeric choices, such as a camera's frame rates. */
  | { type: 'ordinal'; values: number[] }
  | { type: 'categorical'; values: (string | boolean)[] };

/** What is turned. Names are as written in the spec. */
export type KnobTarget =
  | { kind: 'parameter'; node: string; parameter: string }
  | { kind: 'throttle'; from: string; to: string }
  | { kind: 'cgroup'; process: string; resource: 'cpu' }
  | { kind: 'power-mode' };

/** When a written value starts to act. */
export type TakesEffect =
  | 'immediate'
  | 'next-goal'
  | 'reconfigure'
  | 'restart'
  | 'service'
  | 'never'
  | 'unknown';

/**
 * How the effect is seen. `equals`: the topic's rate follows the value; `at-most`: the value bounds it from
 * above (a source may be slower than its throttle); for cgroups the process's CPU use.
 */
export type Confirmation =
  | { metric: 'topic-rate'; topic: string; relation: 'equals' | 'at-most' }
  | { metric: 'process-cpu'; process: string; relation: 'at-most' };

/** A knob as declared in a spec or a knob table. */
export type KnobDeclaration = {
  /** Unique, as a person would say it: `camera fps`. */
  name: string;
  target: KnobTarget;
  domain: KnobDomain;
  unit: string;
  takesEffect: TakesEffect;
  /** The value to start from; absent: the value read from the target. */
  default?: KnobValue;
  /** How to see that it acted; absent: only read-back is possible. */
  confirm?: Confirmation;
};

/** A full or partial assignment of knobs by name. */
export type Configuration = Record<string, KnobValue>;

/** What became of one actuation. */
export type Verdict =
  | { outcome: 'confirmed'; achieved: number | string; evidence: string }
  | { outcome: 'accepted'; achieved: number | string; evidence: string }
  | { outcome: 'no-effect'; achieved: number | string; evidence: string }
  | { outcome: 'rejected'; reason: string }
  | { outcome: 'unreachable'; reason: string };

/** The port every actuator implements: write, then read back what the target says it holds. */
export interface Actuator {
  /** Writes the value; a refusal carries why. */
  write(
    value: KnobValue,
  ): Promise<{ ok: true } | { ok: false; outcome: 'rejected' | 'unreachable'; reason: string }>;
  /** The value the target holds now, or undefined when it cannot be read. */
  read(): Promise<KnobValue | undefined>;
}
