import { type Demand, demands } from '../knobs/demand.ts';
import type { Entry } from './entry.ts';
import { acceptedNames } from './nearest.ts';

/** The `demand` of a knob, in a spec or a knob table; undefined when absent or refused. */
export function readDemand(entry: Entry): Demand | undefined {
  const token = entry.text('demand');
  const demand = demands.find((word) => word === token?.text);
  if (token === undefined || demand !== undefined) return demand;
  return entry.source.refuse({
    code: 'TT_SPEC_EXPRESSION',
    reason: 'A larger value does nothing like this.',
    at: token,
    found: token.text,
    accepted: acceptedNames(token.text, demands),
  });
}
