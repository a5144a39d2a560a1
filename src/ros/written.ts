import type { Written } from '../core/knobs/knob.ts';
import type { Result } from '../core/refusal.ts';

/** A result as an actuator reports it: unreachable by its code, else rejected with the reasons. */
export function writtenFrom(result: Result<unknown>): Written {
  if (result.ok) return { ok: true };
  const [first] = result.refusals;
  const outcome = first?.code === 'TT_KNOB_UNREACHABLE' ? 'unreachable' : 'rejected';
  return { ok: false, outcome, reason: result.refusals.map(({ reason }) => reason).join('; ') };
}
