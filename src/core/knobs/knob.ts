import type { Demand } from './demand.ts';
import type { AnswerRule } from './service-answer.ts';

/** A knob's value. Numbers carry the knob's unit; a list is its text, `[640, 480]`. */
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
  /**
   * `paramsFile`: the file that the node reads at its start; only with `takesEffect: 'restart'`. `owner`: the lifecycle node
   * that is configured again where it is not `node` itself; only with `takesEffect: 'reconfigure'`. `switches`: boolean
   * parameters of the node that are turned off and on again for the value to act.
   */
  | {
      kind: 'parameter';
      node: string;
      parameter: string;
      paramsFile?: string;
      owner?: string;
      switches?: string[];
    }
  | { kind: 'throttle'; from: string; to: string }
  /** `request` is YAML in which `$value` stands for the value; `answer` says how a refusal shows, by `success` when absent. */
  | { kind: 'service'; service: string; type: string; request: string; answer?: AnswerRule }
  /** `cpu`: a limit in cores; `weight`: a share from 1 to 10000, 100 when untouched; `cpus`: a list such as `0-1,3`. */
  | { kind: 'cgroup'; process: string; resource: 'cpu' | 'weight' | 'cpus' }
  | { kind: 'process'; process: string; attribute: 'nice' | 'policy' }
  /**
   * Where a node runs its network. `parameter` of the node says it; `values` is what that holds for each choice, absent
   * where it holds the choice itself.
   */
  | { kind: 'placement'; node: string; parameter: string; values?: Record<string, KnobValue> }
  | { kind: 'power-mode' };

/** The parameter of a node by which a knob is turned; undefined for knobs that are turned by other means. */
export function nodeParameter(target: KnobTarget): { node: string; parameter: string } | undefined {
  return target.kind === 'parameter' || target.kind === 'placement' ? target : undefined;
}

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

/**
 * What a knob's value must be to another's, at every moment: `{knob: 'controller frequency', relation: '>=', of:
 * 'reciprocal'}` at a step in seconds says that the step is at least one period of the controller.
 */
export type Coupling = {
  /** The other knob, by name. */
  knob: string;
  relation: '>=' | '<=';
  /** Compared with the other's value, or with 1 divided by it. */
  of: 'value' | 'reciprocal';
};

/** The same with parameters of the knob's own node that are no knobs themselves, and so stay as they are. */
export type ParameterCoupling = Omit<Coupling, 'knob'> & {
  /** `*` stands for one part between dots. */
  parameter: string;
};

/** A knob as declared in a spec or a knob table. */
export type KnobDeclaration = {
  /** Unique, as a person would say it: `camera fps`. */
  name: string;
  target: KnobTarget;
  domain: KnobDomain;
  unit: string;
  takesEffect: TakesEffect;
  /** What a larger value (or true) does to the work; absent: what its unit says. The writes are ordered by it. */
  demand?: Demand;
  /** The value to start from; absent: the value read from the target. */
  default?: KnobValue;
  /** How to see that it acted; absent: only read-back is possible. */
  confirm?: Confirmation;
  /** What must hold between this knob and others; the planner refuses what breaks it, and orders the writes by it. */
  couples?: Coupling[];
  /** What of the parameters beside it the knob must fit; read when a change is planned. */
  fitsParameters?: ParameterCoupling[];
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

/** What became of a write; a refusal carries why. */
export type Written = { ok: true } | { ok: false; outcome: 'rejected' | 'unreachable'; reason: string };

/** A target that takes the values of several knobs in one call, by their keys: all of them or none. */
export interface BatchWriter {
  writeAll(values: ReadonlyMap<string, KnobValue>): Promise<Written>;
  /** Present where a write can leave its target down: false while that is so, whatever values it holds. */
  isSettled?(): Promise<boolean>;
}

/** The port every actuator implements: write, then read back what the target says it holds. */
export interface Actuator {
  /** Writes the value. */
  write(value: KnobValue): Promise<Written>;
  /** The value the target holds now, or undefined when it cannot be read. */
  read(): Promise<KnobValue | undefined>;
  /** Present where the value can be written together with others of the same writer. */
  readonly batch?: { writer: BatchWriter; key: string };
}
