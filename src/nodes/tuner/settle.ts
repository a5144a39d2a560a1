import type { Configuration } from '../../core/knobs/knob.ts';
import { restoreConfiguration } from '../../core/knobs/restoration.ts';
import type { Refusal } from '../../core/refusal.ts';
import { againUntil } from './again-until.ts';
import type { InForce, SpecInForce } from './in-force.ts';

/** What cannot be put back in this time stays on record for ~/rollback. */
const putBackMs = 5000;

/** Ends work with the verified configuration that is in force already; it is what a rollback restores from now on. */
export function keep({ safety }: InForce, configuration: Configuration): Refusal[] {
  const saved = safety.files.lastGood.save({ configuration, savedMs: Date.now() });
  safety.gather();
  return saved.ok ? [] : saved.refusals;
}

/** Ends work with what was in force before; what could not be put back. */
export async function putBack(
  { safety }: InForce,
  { knobs }: SpecInForce,
  before: Configuration,
): Promise<Refusal[]> {
  const stuck = await restoreConfiguration({
    declarations: knobs.declarations,
    actuators: knobs.actuators,
    wanted: before,
    again: againUntil(performance.now() + putBackMs),
  });
  if (stuck.length === 0) safety.gather();
  return stuck.map(({ name, reason }): Refusal => {
    return { code: 'TT_NOT_PUT_BACK', reason: `${name}: ${reason}`, found: name };
  });
}
