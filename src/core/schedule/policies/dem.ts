import {
  admitInTime,
  byDeadline,
  byRelativeDeadline,
  displaceLessValuable,
  learnTimes,
  placeInCloud,
  startInTime,
} from '../plugins.ts';
import type { Policy } from '../policy.ts';
import type { Reading } from '../tentative-queue.ts';

/**
 * E+C with migration: an admitted task pushes out those behind it that would now be late, if they lose less
 * than it would; they are checked for the cloud (DEM, arXiv 2412.20860). As published, EDF goes by relative
 * deadlines, and the first task behind the new one is neither pushed out nor reckoned with.
 */
export function dem(reading: Reading): Policy {
  const published = reading === 'as-published';
  const order = published ? byRelativeDeadline : byDeadline;
  return {
    id: 'dem',
    order,
    admit: admitInTime(order),
    displace: displaceLessValuable(order, { skipFirst: published }),
    place: placeInCloud,
    expire: startInTime,
    observe: learnTimes,
  };
}
