import { accept, type Result, refuse } from '../../core/refusal.ts';
import type { LibraryEntry } from '../../core/tune/library/library.ts';
import type { TrialTiming } from '../../core/tune/tune-goal.ts';
import type { InForce, SpecInForce } from './in-force.ts';
import { keep, putBack } from './settle.ts';
import type { TrialOutcome } from './trial-runner.ts';

/** One window may be unlucky. */
const mostWindows = 2;

/**
 * Puts a stored configuration in force and verifies it, under the same safety net as a search. It stays when it meets
 * every requirement in one of two windows; else what was in force before is put back. The outcome says which; refused is
 * what could not be carried out at all.
 */
export async function applyStored(options: {
  inForce: InForce;
  current: SpecInForce;
  entry: LibraryEntry;
  timing: TrialTiming;
  work: AbortController;
}): Promise<Result<TrialOutcome>> {
  const { inForce, current, entry, timing, work } = options;
  const before = await current.knobs.read();
  if (!before.ok) return before;
  const isProtected = await inForce.protect(current, before.value);
  if (!isProtected.ok) return isProtected;
  const runner = inForce.runner(current, work.signal);
  let outcome: Result<TrialOutcome>;
  try {
    outcome = await runner.run(entry.configuration, timing, () => undefined);
    for (let i = 1; i < mostWindows && outcome.ok && !outcome.value.evaluation.met; i++)
      outcome = await runner.run(entry.configuration, { ...timing, settleMs: 0 }, () => undefined);
  } catch (error) {
    // Also when something breaks that never should: the robot comes first.
    await putBack(inForce, current, before.value);
    throw error;
  }
  const isGood = outcome.ok && outcome.value.evaluation.met;
  const refusals = isGood
    ? keep(inForce, entry.configuration)
    : await putBack(inForce, current, before.value);
  if (!outcome.ok) return refuse(...outcome.refusals, ...refusals);
  return refusals.length > 0 ? refuse(...refusals) : accept(outcome.value);
}
