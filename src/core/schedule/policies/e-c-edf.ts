import {
  admitInTime,
  byDeadline,
  byRelativeDeadline,
  learnTimes,
  placeInCloud,
  startInTime,
} from '../plugins.ts';
import type { Policy } from '../policy.ts';
import type { Reading } from '../tentative-queue.ts';

/**
 * Edge first, by earliest deadline and only if the deadline can be met behind the more urgent tasks; else the
 * cloud, if it pays and is expected in time; else dropped (E+C with EDF, without migration, among
 * arXiv 2412.20860's baselines). As published, EDF goes by relative deadlines.
 */
export function edgeCloudEdf(reading: Reading): Policy {
  const order = reading === 'as-published' ? byRelativeDeadline : byDeadline;
  return {
    id: 'e-c-edf',
    order,
    admit: admitInTime(order),
    place: placeInCloud,
    expire: startInTime,
    observe: learnTimes,
  };
}
