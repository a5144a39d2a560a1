import {
  admitAll,
  byDeadline,
  byRelativeDeadline,
  learnTimes,
  placeNowhere,
  startInTime,
} from '../plugins.ts';
import type { Policy } from '../policy.ts';
import type { Reading } from '../tentative-queue.ts';

/**
 * Everything on the edge, the earliest deadline first (EDF among arXiv 2412.20860's baselines). As published,
 * the order goes by the model's relative deadline, so that a fresh task passes older ones of longer models.
 */
export function edfEdge(reading: Reading): Policy {
  return {
    id: 'edf-edge',
    order: reading === 'as-published' ? byRelativeDeadline : byDeadline,
    admit: admitAll,
    place: placeNowhere,
    expire: startInTime,
    observe: learnTimes,
  };
}
