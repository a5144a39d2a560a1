import { accept, type Refusal, type Result, refuse } from '../refusal.ts';
import { type Change, orderChanges, type Step } from './change-order.ts';
import { type BrokenCoupling, brokenCouplings, couplingRefusal } from './coupling.ts';
import type { Actuator, Configuration, KnobDeclaration, KnobValue, Verdict, Written } from './knob.ts';
import { checkConfiguration, formatKnobValue, unknownKnob } from './knob-value.ts';
import { judgeReadBack } from './verdict.ts';

/** Ordered steps, and the steps that take them back, in their own order. */
export type Plan = { writes: Step[]; undo: Step[] };

/** One attempted write. `accepted` means written and read back; its effect is judged later, on a profile. */
export type WriteReport = { name: string; requested: KnobValue; verdict: Verdict };

/** What became of a plan. Either everything is applied, or all that was changed was put back. */
export type TransactionReport = {
  applied: boolean;
  /** In the order of the attempts; a failed one is the last. */
  writes: WriteReport[];
  /** Knobs that could not be put back, with the reason; empty unless something failed twice. */
  stuck: { name: string; reason: string }[];
};

/**
 * What to write to get from one configuration to another; knobs that already hold the wanted value are left
 * alone, and are not checked. Refuses what `checkConfiguration` refuses, and what `planWay` does.
 */
export function planTransaction(
  declarations: readonly KnobDeclaration[],
  current: Configuration,
  wanted: Configuration,
): Result<Plan> {
  const changing = Object.entries(wanted).filter(([name, value]) => current[name] !== value);
  const checked = checkConfiguration(declarations, Object.fromEntries(changing));
  return checked.ok ? planWay(declarations, current, wanted) : checked;
}

/**
 * The same for values that need no check, as they were found on the robot. Refuses TT_PARAM_UNKNOWN; TT_KNOB_UNREACHABLE
 * for a knob whose current value is not known, as it could not be put back; TT_KNOB_COUPLED for a value that does not fit
 * another knob's, or when every order of the writes would pass through such a state.
 */
export function planWay(
  declarations: readonly KnobDeclaration[],
  current: Configuration,
  wanted: Configuration,
): Result<Plan> {
  const concerned = declarations.filter(({ name }) => Object.hasOwn(wanted, name));
  const undeclared = Object.keys(wanted).filter((name) => concerned.every((each) => each.name !== name));
  const names = declarations.map(({ name }) => name);
  if (undeclared.length > 0) return refuse(...undeclared.map((name) => unknownKnob(name, names)));
  const unknown = concerned.filter(({ name }) => current[name] === undefined).map(unknownValue);
  if (unknown.length > 0) return refuse(...unknown);
  const changes = changesOf(concerned, current, wanted);
  const end = { ...current, ...wanted };
  const broken = brokenCouplings(declarations, end).filter((each) => concerns(each, changes));
  if (broken.length > 0) return refuse(...broken.map((each) => couplingRefusal(each, end)));
  const writes = orderChanges(declarations, current, changes);
  // The way back leads to where the robot was found, also when some coupling did not hold there.
  const found = brokenCouplings(declarations, current).map(({ coupling }) => coupling);
  const undo = orderChanges(declarations, end, changes.map(reversed), found);
  return writes && undo ? accept({ writes, undo }) : refuse(noOrder(changes));
}

function changesOf(
  declarations: readonly KnobDeclaration[],
  current: Configuration,
  wanted: Configuration,
): Change[] {
  return declarations
    .map((declaration) => ({
      declaration,
      from: current[declaration.name] as KnobValue,
      to: wanted[declaration.name] as KnobValue,
    }))
    .filter(({ from, to }) => from !== to);
}

/** What was broken before and is not touched is nobody's fault here. */
function concerns({ declaration, coupling }: BrokenCoupling, changes: readonly Change[]): boolean {
  const names = changes.map((change) => change.declaration.name);
  return names.includes(declaration.name) || names.includes(coupling.knob);
}

/**
 * Writes a plan step by step, reading each value back. At the first failure every knob that was or may have been
 * changed is put back, in the order of the plan's undo, and the rest is not touched.
 */
export async function applyTransaction(
  actuators: ReadonlyMap<string, Actuator>,
  plan: Plan,
): Promise<TransactionReport> {
  const writes: WriteReport[] = [];
  for (const step of plan.writes) {
    const reports = await writeStep(actuators, step);
    writes.push(...reports);
    if (reports.every(isDone)) continue;
    const touched = new Set(writes.map(({ name }) => name));
    const undo = plan.undo
      .map((each) => each.filter(({ declaration }) => touched.has(declaration.name)))
      .filter((each) => each.length > 0);
    return { applied: false, writes, stuck: await putBack(actuators, undo) };
  }
  return { applied: true, writes, stuck: [] };
}

/** Writes steps that lead back to known values as far as they can be written; knobs that hold their value already are left alone. Returns those that could not be put back. */
export async function putBack(
  actuators: ReadonlyMap<string, Actuator>,
  undo: readonly Step[],
): Promise<TransactionReport['stuck']> {
  const stuck: TransactionReport['stuck'] = [];
  for (const step of undo) {
    const open = await changed(actuators, step);
    const reports = await writeStep(actuators, open);
    const done = new Set(reports.filter(isDone).map(({ name }) => name));
    // One knob that cannot be put back must not keep the others of its step from it.
    const left = open.filter(({ declaration }) => !done.has(declaration.name));
    const last = open.length > 1 ? await oneByOne(actuators, left) : reports;
    stuck.push(
      ...last
        .filter((report) => !isDone(report))
        .map(({ name, verdict }) => ({ name, reason: reasonOf(verdict) })),
    );
  }
  return stuck;
}

async function oneByOne(actuators: ReadonlyMap<string, Actuator>, step: Step): Promise<WriteReport[]> {
  const reports: WriteReport[] = [];
  for (const change of step) reports.push(...(await writeStep(actuators, [change])));
  return reports;
}

/** The changes of a step whose knobs do not hold the wanted value: a failed write may have left no trace. */
async function changed(actuators: ReadonlyMap<string, Actuator>, step: Step): Promise<Step> {
  const open: Step = [];
  for (const change of step) {
    const actuator = actuators.get(change.declaration.name);
    if (actuator !== undefined && !(await stillHolds(actuator, change.to))) open.push(change);
  }
  return open;
}

/** Writes a step, in one call where all its actuators share a writer, and reads every value back. */
async function writeStep(actuators: ReadonlyMap<string, Actuator>, step: Step): Promise<WriteReport[]> {
  const batches = step.map(({ declaration }) => actuators.get(declaration.name)?.batch);
  const writer = batches[0]?.writer;
  const isShared = step.length > 1 && writer && batches.every((batch) => batch?.writer === writer);
  if (!isShared) return writeInTurn(actuators, step);
  const values = new Map(step.map(({ to }, i) => [batches[i]?.key as string, to]));
  const written = await attempt(() => writer.writeAll(values));
  const reports: WriteReport[] = [];
  for (const change of step) {
    const { name } = change.declaration;
    const verdict = written.ok ? await readBack(actuators.get(name) as Actuator, change) : failure(written);
    reports.push({ name, requested: change.to, verdict });
  }
  return reports;
}

/** Ends at the first failure. */
async function writeInTurn(actuators: ReadonlyMap<string, Actuator>, step: Step): Promise<WriteReport[]> {
  const reports: WriteReport[] = [];
  for (const change of step) {
    const { name } = change.declaration;
    const verdict = await writeAndReadBack(actuators.get(name), change);
    reports.push({ name, requested: change.to, verdict });
    if (verdict.outcome !== 'accepted') break;
  }
  return reports;
}

async function writeAndReadBack(actuator: Actuator | undefined, change: Change): Promise<Verdict> {
  if (actuator === undefined) {
    return { outcome: 'unreachable', reason: `nothing can turn ${change.declaration.name} here` };
  }
  const written = await attempt(() => actuator.write(change.to));
  return written.ok ? readBack(actuator, change) : failure(written);
}

/** An actuator that breaks must not leave the robot between two configurations. */
async function attempt(write: () => Promise<Written>): Promise<Written> {
  try {
    return await write();
  } catch (error) {
    return { ok: false, outcome: 'unreachable', reason: String(error) };
  }
}

function failure({ outcome, reason }: Exclude<Written, { ok: true }>): Verdict {
  return { outcome, reason };
}

async function readBack(actuator: Actuator, { declaration, to }: Change): Promise<Verdict> {
  const held = await actuator.read().catch(() => undefined);
  return (
    judgeReadBack(declaration, to, held) ?? {
      outcome: 'accepted',
      achieved: typeof held === 'number' ? held : String(held),
      evidence: `the target holds ${formatKnobValue(declaration, to)}`,
    }
  );
}

/** Just this value: 16.01 is close enough to 16 for a target that rounds, but is not what was there before. */
async function stillHolds(actuator: Actuator, value: KnobValue): Promise<boolean> {
  return (await actuator.read().catch(() => undefined)) === value;
}

function isDone({ verdict }: WriteReport): boolean {
  return verdict.outcome === 'accepted';
}

function reasonOf(verdict: Verdict): string {
  return 'reason' in verdict ? verdict.reason : verdict.evidence;
}

function reversed({ declaration, from, to }: Change): Change {
  return { declaration, from: to, to: from };
}

function unknownValue({ name }: KnobDeclaration): Refusal {
  return {
    code: 'TT_KNOB_UNREACHABLE',
    reason: 'The current value of a knob is not known, so it could not be put back.',
    found: name,
    accepted: 'a knob whose value can be read',
  };
}

function noOrder(changes: readonly Change[]): Refusal {
  return {
    code: 'TT_KNOB_COUPLED',
    reason: 'In every order of the writes some knob would not fit another for a moment.',
    found: changes.map(({ declaration }) => declaration.name).join(', '),
    accepted: 'the same change in two transactions, through a configuration that fits both ends',
  };
}
