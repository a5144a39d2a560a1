import { admitNone, byArrival, learnTimes, placeInCloud, startInTime } from '../plugins.ts';
import type { Policy } from '../policy.ts';

/** Everything in the cloud that pays there and is expected in time (CLD of arXiv 2412.20860's baselines). */
export const cloudOnly: Policy = {
  id: 'cloud-only',
  order: byArrival,
  admit: admitNone,
  place: placeInCloud,
  start: startInTime,
  observe: learnTimes,
};
