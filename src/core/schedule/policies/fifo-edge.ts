import { admitAll, byArrival, learnTimes, placeNowhere, startInTime } from '../plugins.ts';
import type { Policy } from '../policy.ts';

/** Everything on the edge, in order of arrival (algorithm FIFO of arXiv 2412.20860's baselines). */
export const fifoEdge: Policy = {
  id: 'fifo-edge',
  order: byArrival,
  admit: admitAll,
  place: placeNowhere,
  expire: startInTime,
  observe: learnTimes,
};
