import type { Configuration, KnobValue } from '../knobs/knob.ts';
import { parseKnobValue, unknownKnob } from '../knobs/knob-value.ts';
import { accept, type Refusal, type Result, refuse } from '../refusal.ts';
import type { SearchSpace } from './designer.ts';

/** Values as text for some knobs of a space; TT_PARAM_UNKNOWN, TT_PARAM_TYPE or TT_PARAM_RANGE for each that is none. */
export function readSettings(
  space: SearchSpace,
  settings: readonly { name: string; value: string }[],
): Result<Configuration> {
  const configuration: Record<string, KnobValue> = {};
  const refusals: Refusal[] = [];
  for (const { name, value } of settings) {
    const dimension = space.find((one) => one.name === name);
    const names = space.map((one) => one.name);
    const parsed = dimension
      ? parseKnobValue({ ...dimension, unit: '' }, value)
      : refuse(unknownKnob(name, names));
    if (parsed.ok) configuration[name] = parsed.value;
    else refusals.push(...parsed.refusals);
  }
  return refusals.length > 0 ? refuse(...refusals) : accept(configuration);
}
