import type { KnobDeclaration } from './knob.ts';

/** What a larger value does to the work that is asked of the computer: a rate makes more of it, a period less. */
export const demands = ['rises', 'falls'] as const;

/** See `demands`. */
export type Demand = (typeof demands)[number];

/** Units in which more is more work, whatever the knob. Metres, seconds and bare numbers may be either. */
const unitsOfWork = ['Hz', 'fps', 'rpm', 'Mbps', 'px', 'tasks', 'trials'];

/** What a larger value of a knob does, by its own word or by its unit; undefined where neither tells. */
export function demandOf({ demand, unit }: Pick<KnobDeclaration, 'demand' | 'unit'>): Demand | undefined {
  return demand ?? (unitsOfWork.includes(unit) ? 'rises' : undefined);
}
