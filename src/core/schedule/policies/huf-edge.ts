import { admitAll, byEdgeGain, learnTimes, placeNowhere, startInTime } from '../plugins.ts';
import type { Policy } from '../policy.ts';

/** Everything on the edge, the highest utility γ_E = β − κ_E first (HUF of arXiv 2412.20860's baselines). */
export const hufEdge: Policy = {
  id: 'huf-edge',
  order: byEdgeGain,
  admit: admitAll,
  place: placeNowhere,
  expire: startInTime,
  observe: learnTimes,
};
