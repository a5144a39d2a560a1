import { admitAll, byBenefit, learnTimes, placeNowhere, startInTime } from '../plugins.ts';
import type { Policy } from '../policy.ts';

/** Everything on the edge, the highest benefit β first (HBF in the program of arXiv 2412.20860). */
export const hpfEdge: Policy = {
  id: 'hpf-edge',
  order: byBenefit,
  admit: admitAll,
  place: placeNowhere,
  expire: startInTime,
  observe: learnTimes,
};
