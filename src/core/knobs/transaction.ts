import { accept, type Refusal, type Result, refuse } from '../refusal.ts';
import { type Change, orderChanges } from './change-order.ts';
import type { Actuator, Configuration, KnobDeclaration, KnobValue, Verdict } from './knob.ts';
import { checkConfiguration, formatKnobValue } from './knob-value.ts';
import { holds, judgeReadBack } from './verdict.ts';

/** Ordered writes, and the writes that take them back, in their own order. */
export type Plan = { writes: Change[]; undo: Change[] };

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
 * alone. Refuses what `checkConfiguration` refuses, and TT_KNOB_UNREACHABLE for a knob whose current value is
 * not known, as it could not be put back.
 */
export function planTransaction(
  declarations: readonly KnobDeclaration[],
  current: Configuration,
  wanted: Configuration,
): Result<Plan> {
  const checked = checkConfiguration(declarations, wanted);
  if (!checked.ok) return checked;
  const concerned = declarations.filter(({ name }) => Object.hasOwn(wanted, name));
  const unknown = concerned.filter(({ name }) => current[name] === undefined).map(unknownValue);
  if (unknown.length > 0) return refuse(...unknown);
  const changes = concerned
    .map((declaration) => ({
      declaration,
      from: current[declaration.name] as KnobValue,
      to: wanted[declaration.name] as KnobValue,
    }))
    .filter(({ from, to }) => from !== to);
  return accept({ writes: orderChanges(changes), undo: orderChanges(changes.map(reversed)) });
}

/**
 * Writes a plan, reading each value back. At the first failure every knob that was or may have been changed
 * is put back, in the order of the plan's undo, and the rest is not touched.
 */
export async function applyTransaction(
  actuators: ReadonlyMap<string, Actuator>,
  plan: Plan,
): Promise<TransactionReport> {
  const writes: WriteReport[] = [];
  for (const change of plan.writes) {
    const { name } = change.declaration;
    const verdict = await writeAndReadBack(actuators.get(name), change);
    writes.push({ name, requested: change.to, verdict });
    if (verdict.outcome === 'accepted') continue;
    const touched = new Set(writes.map((write) => write.name));
    const undo = plan.undo.filter(({ declaration }) => touched.has(declaration.name));
    return { applied: false, writes, stuck: await putBack(actuators, undo) };
  }
  return { applied: true, writes, stuck: [] };
}

async function putBack(
  actuators: ReadonlyMap<string, Actuator>,
  undo: Change[],
): Promise<TransactionReport['stuck']> {
  const stuck: TransactionReport['stuck'] = [];
  for (const change of undo) {
    const { name } = change.declaration;
    const actuator = actuators.get(name);
    if (actuator === undefined || (await stillHolds(actuator, change.to))) continue;
    const verdict = await writeAndReadBack(actuator, change);
    if (verdict.outcome !== 'accepted') stuck.push({ name, reason: reasonOf(verdict) });
  }
  return stuck;
}

async function writeAndReadBack(
  actuator: Actuator | undefined,
  { declaration, to }: Change,
): Promise<Verdict> {
  if (actuator === undefined) {
    return { outcome: 'unreachable', reason: `nothing can turn ${declaration.name} here` };
  }
  try {
    const written = await actuator.write(to);
    if (!written.ok) return { outcome: written.outcome, reason: written.reason };
    const readBack = await actuator.read();
    const evidence = `the target holds ${formatKnobValue(declaration, to)}`;
    return (
      judgeReadBack(declaration, to, readBack) ?? {
        outcome: 'accepted',
        achieved: typeof readBack === 'number' ? readBack : String(readBack),
        evidence,
      }
    );
  } catch (error) {
    // An actuator that breaks must not leave the robot between two configurations.
    return { outcome: 'unreachable', reason: String(error) };
  }
}

/** True when a knob needs no undo, as it holds the old value: its write failed without a trace. */
async function stillHolds(actuator: Actuator, value: KnobValue): Promise<boolean> {
  try {
    const held = await actuator.read();
    return held !== undefined && holds(value, held);
  } catch {
    return false;
  }
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
