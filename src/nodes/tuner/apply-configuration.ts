import type { Configuration } from '../../core/knobs/knob.ts';
import {
  applyTransaction,
  type Plan,
  planTransaction,
  type TransactionReport,
} from '../../core/knobs/transaction.ts';
import { accept, type Refusal, type Result } from '../../core/refusal.ts';
import type { KnobSet } from './knob-set.ts';

/** What a configuration is applied to. */
export type Knobs = Pick<KnobSet, 'declarations' | 'actuators' | 'read' | 'withPartners'>;

/** Plans the way from what the knobs hold now; reads only those that are to change and those coupled with them, knobs or not. */
export async function planFromHeld(
  knobs: Knobs,
  wanted: Configuration,
  plan: typeof planTransaction = planTransaction,
): Promise<Result<{ plan: Plan; held: Configuration }>> {
  const { declarations } = knobs;
  const concerned = new Set(Object.keys(wanted));
  for (const { name, couples = [] } of declarations) {
    if (concerned.has(name) || couples.some(({ knob }) => concerned.has(knob)))
      for (const each of [name, ...couples.map(({ knob }) => knob)]) concerned.add(each);
  }
  const known = [...concerned].filter((name) => knobs.actuators.has(name));
  const held = await knobs.read(known);
  if (!held.ok) return held;
  const partners = await knobs.withPartners(Object.keys(wanted));
  if (!partners.ok) return partners;
  const current = { ...held.value, ...partners.value.values };
  const planned = plan(partners.value.declarations, current, wanted);
  return planned.ok ? accept({ plan: planned.value, held: held.value }) : planned;
}

/** Writes a plan, all or nothing. */
export function carryOut(knobs: Knobs, plan: Plan): Promise<TransactionReport> {
  return applyTransaction(knobs.actuators, plan);
}

/** Why a transaction did not come about: what could not be written, and what could not be put back after that; empty when it did. */
export function refusalsOf(report: TransactionReport): Refusal[] {
  const refusals = report.writes.flatMap(({ name, requested, verdict }): Refusal[] => {
    if (verdict.outcome !== 'rejected' && verdict.outcome !== 'unreachable') return [];
    const code = verdict.outcome === 'rejected' ? 'TT_KNOB_REJECTED' : 'TT_KNOB_UNREACHABLE';
    return [{ code, reason: `${name}: ${verdict.reason}`, found: String(requested) }];
  });
  const stuck = report.stuck.map(
    ({ name, reason }): Refusal => ({
      code: 'TT_KNOB_UNREACHABLE',
      reason: `${name} could not be put back: ${reason}`,
    }),
  );
  return [...refusals, ...stuck];
}
