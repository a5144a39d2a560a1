import { brokenCouplings } from './coupling.ts';
import { parseCpuList } from './cpu-list.ts';
import { demandOf } from './demand.ts';
import type { Configuration, Coupling, KnobDeclaration, KnobTarget, KnobValue } from './knob.ts';

/** One knob from one value to another. */
export type Change = { declaration: KnobDeclaration; from: KnobValue; to: KnobValue };

/** Changes that are written together: parameters of one node that take effect in the same way, else just one. */
export type Step = Change[];

/**
 * What relieves comes first: room is given (0) and work taken away (1) before what has no such order (2), then work is
 * added (3) and room taken (4). In the middle the least work has the most room, so that is where a share is moved (a
 * weight, a nice value, a policy: what it gives to one process it takes from the others), and whatever nobody has said
 * the direction of.
 */
function stageOf({ declaration, from, to }: Change): number {
  const { target } = declaration;
  if (target.kind === 'cgroup') {
    const more = roomGained(target.resource, from, to);
    return more === undefined ? 2 : more ? 0 : 4;
  }
  const larger = isLarger(target, from, to);
  const demand = demandOf(declaration);
  if (target.kind === 'process' || larger === undefined || demand === undefined) return 2;
  return larger === (demand === 'rises') ? 3 : 1;
}

/** Whether a process gets more room or less; undefined where it gets other room, or only another share. */
function roomGained(
  resource: Extract<KnobTarget, { kind: 'cgroup' }>['resource'],
  from: KnobValue,
  to: KnobValue,
): boolean | undefined {
  if (resource === 'cpu') return to > from;
  const before = resource === 'cpus' ? parseCpuList(String(from)) : undefined;
  const after = resource === 'cpus' ? parseCpuList(String(to)) : undefined;
  if (before === undefined || after === undefined) return undefined;
  if (before.every((cpu) => after.includes(cpu))) return true;
  return after.every((cpu) => before.includes(cpu)) ? false : undefined;
}

/** Whether a value becomes larger, where values have an order; true is more than false, and a throttle below 0 lets everything pass. */
function isLarger(target: KnobTarget, from: KnobValue, to: KnobValue): boolean | undefined {
  if (typeof from === 'boolean' && typeof to === 'boolean') return to;
  if (typeof from !== 'number' || typeof to !== 'number') return undefined;
  const size = (value: number) =>
    target.kind === 'throttle' && value < 0 ? Number.POSITIVE_INFINITY : value;
  return size(to) > size(from);
}

/** A step that gives and takes stands between those that only give and those that only take. */
function stageOfStep(step: Step): number {
  const stages = new Set(step.map(stageOf));
  const [only = 2] = stages;
  return stages.size === 1 ? only : 2;
}

/** How a parameter is written: those of one node that take effect in the same way go into one call. */
export type WayToWrite = 'set' | 'reconfigure' | 'restart';

/** How a parameter is written, by when it takes effect. */
export function wayToWrite({ takesEffect }: Pick<KnobDeclaration, 'takesEffect'>): WayToWrite {
  return takesEffect === 'reconfigure' || takesEffect === 'restart' ? takesEffect : 'set';
}

/** What is written together; a knob that shares its call with no other is alone under its name. */
function togetherKey({ declaration }: Change): string {
  const { name, target } = declaration;
  if (target.kind !== 'parameter') return `knob ${name}`;
  const { node, paramsFile = '', owner = '', switches = [] } = target;
  return `node ${node} ${wayToWrite(declaration)} ${paramsFile} ${owner} ${switches}`;
}

/**
 * The changes as steps, in an order in which no intermediate configuration asks for more than both its ends:
 * limits are raised before the rates that need the room, rates are lowered (and periods lengthened) before the limits
 * that then suffice.
 * No step breaks a coupling of `declarations` that held before it, except those `tolerated`; undefined when no order does
 * that.
 */
export function orderChanges(
  declarations: readonly KnobDeclaration[],
  current: Configuration,
  changes: readonly Change[],
  tolerated: readonly Coupling[] = [],
): Step[] | undefined {
  const waiting = together(changes).sort((a, b) => stageOfStep(a) - stageOfStep(b));
  const ordered: Step[] = [];
  let state = current;
  while (waiting.length > 0) {
    const next = waiting.findIndex((step) =>
      keepsCouplings(declarations, state, after(state, step), tolerated),
    );
    const [step] = next < 0 ? [] : waiting.splice(next, 1);
    if (step === undefined) return undefined;
    ordered.push(step);
    state = after(state, step);
  }
  return ordered;
}

function together(changes: readonly Change[]): Step[] {
  const byKey = new Map<string, Step>();
  for (const change of changes) {
    const key = togetherKey(change);
    byKey.set(key, [...(byKey.get(key) ?? []), change]);
  }
  return [...byKey.values()];
}

function keepsCouplings(
  declarations: readonly KnobDeclaration[],
  before: Configuration,
  then: Configuration,
  tolerated: readonly Coupling[],
): boolean {
  const broken = [...tolerated, ...brokenCouplings(declarations, before).map(({ coupling }) => coupling)];
  return brokenCouplings(declarations, then).every(({ coupling }) => broken.includes(coupling));
}

/** A configuration after a step. */
function after(state: Configuration, step: Step): Configuration {
  return { ...state, ...Object.fromEntries(step.map(({ declaration, to }) => [declaration.name, to])) };
}
