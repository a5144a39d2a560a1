import { admitAll, byDeadline, learnTimes, placeNowhere, startInTime } from '../plugins.ts';
import type { Policy } from '../policy.ts';

/** Everything on the edge, the earliest absolute deadline first (EDF among arXiv 2412.20860's baselines). */
export const edfEdge: Policy = {
  id: 'edf-edge',
  order: byDeadline,
  admit: admitAll,
  place: placeNowhere,
  start: startInTime,
  observe: learnTimes,
};
