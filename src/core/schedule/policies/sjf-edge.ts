import { admitAll, byEdgeTime, learnTimes, placeNowhere, startInTime } from '../plugins.ts';
import type { Policy } from '../policy.ts';

/** Everything on the edge, the shortest execution first (SJF of arXiv 2412.20860's baselines). */
export const sjfEdge: Policy = {
  id: 'sjf-edge',
  order: byEdgeTime,
  admit: admitAll,
  place: placeNowhere,
  expire: startInTime,
  observe: learnTimes,
};
