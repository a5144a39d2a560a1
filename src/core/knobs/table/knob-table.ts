import type { Place } from '../../refusal.ts';
import type { Demand } from '../demand.ts';
import type { KnobDomain, KnobValue, TakesEffect } from '../knob.ts';
import type { AnswerRule } from '../service-answer.ts';
import type { TableCoupling } from './coupling.ts';
import type { Distro } from './distro.ts';

/** Types of a parameter. A list is a knob where it has choices, each of them a list. */
export const parameterTypes = [
  'bool',
  'integer',
  'double',
  'string',
  'integer-array',
  'double-array',
  'string-array',
] as const;

/** The type of a parameter. */
export type ParameterType = (typeof parameterTypes)[number];

/** When a written value starts to act, as a table knows it: it never says `unknown`. */
export const tableEffects = [
  'immediate',
  'next-goal',
  'reconfigure',
  'restart',
  'service',
  'never',
] as const satisfies readonly TakesEffect[];

/** Units of knobs; a table with another one is refused, so that a slip of the pen is found. */
export const knobUnits = [
  ...['Hz', 'ms', 's', 'us', 'rpm', 'fps'],
  ...['m', 'm/s', 'rad', 'rad/s', 'deg', 'cells', 'px'],
  ...['cores', 'Mbps', '%', 'K', 'trials', 'tasks'],
] as const;

/** What a row turns. Names may hold `*`: in a node or topic any letters, in a parameter one part between dots. */
export type TableTarget =
  /** `owner`: the lifecycle node that is configured again in its place, relative to the node's namespace; `switches` as a knob's. */
  | { kind: 'parameter'; parameter: string; type: ParameterType; owner?: string; switches?: string[] }
  /** `request` as YAML, with `$value` in the place of the value. */
  | { kind: 'service'; service: string; type: string; request: string; answer?: AnswerRule }
  | { kind: 'throttle'; topic: string };

/** One row: a knob that nodes of a group have. */
export type TableKnob = {
  target: TableTarget;
  /** Undefined for a list without choices, which then come from the spec. No values: what the target offers. */
  domain: KnobDomain | undefined;
  unit: string;
  default?: KnobValue;
  takesEffect: (typeof tableEffects)[number];
  /** What a larger value (or true) does to the work; undefined: what its unit says. */
  demand?: Demand;
  /** Where this row holds. */
  distros: readonly Distro[];
  /** File of the project in which this was read. */
  source: string;
  /** What a person should know before turning it. */
  note?: string;
  place: Place;
};

/** Nodes of one kind, and their knobs. */
export type NodeGroup = {
  title: string;
  /** Own names of the nodes, without namespace; empty: any name, when the node declares what `declares` says. */
  nodes: string[];
  /** Parameters by which a node with any name is recognised; all of them must be there. */
  declares: string[];
  knobs: TableKnob[];
  couplings: TableCoupling[];
};

/** Where the facts of a table were read. */
export type CheckedSource = { project: string; branch: string; commit: string; date: string };

/** The knobs of one robot or node family; a file below config/knobs. */
export type KnobTable = {
  /** Name of the file, without folder and .yaml. */
  name: string;
  family: string;
  about: string;
  distros: readonly Distro[];
  checked: CheckedSource[];
  groups: NodeGroup[];
};

/** The name of what a row turns, as the table writes it. */
export function targetName(target: TableTarget): string {
  if (target.kind === 'parameter') return target.parameter;
  return target.kind === 'service' ? target.service : target.topic;
}
