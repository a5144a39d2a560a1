import type { KnobDeclaration } from './knob.ts';

/** What a larger value does to the work that is asked of the computer: a rate makes more of it, a period less. */
export const demands = ['rises', 'falls'] as const;

/** See `demands`. */
export type Demand = (typeof demands)[number];

/** Units in which more is more work, whatever the knob. Metres, seconds and bare numbers may be either. */
const unitsOfWork = ['Hz', 'fps', 'rpm', 'Mbps', 'px', 'tasks', 'trials'];

/** Words in the name of a parameter that say as much: a rate where it has no other unit, a period in any. */
const namesOfRates = /(?:^|[._])(?:rate|frequency|fps|hz)(?:$|[._])/i;
const namesOfPeriods = /(?:^|[._])(?:period|interval)(?:$|[._])/i;

/** What a larger value of a knob does, by its own word, its unit, or its parameter's name; undefined where none tells. */
export function demandOf({
  demand,
  unit,
  target,
}: Pick<KnobDeclaration, 'demand' | 'unit' | 'target'>): Demand | undefined {
  if (demand !== undefined) return demand;
  if (unitsOfWork.includes(unit)) return 'rises';
  if (target.kind !== 'parameter') return undefined;
  if (namesOfPeriods.test(target.parameter)) return 'falls';
  return unit === '' && namesOfRates.test(target.parameter) ? 'rises' : undefined;
}
