import { admitInTime, byDeadline, learnTimes, placeInCloud, startInTime } from '../plugins.ts';
import type { Policy } from '../policy.ts';

/**
 * Edge first, by earliest absolute deadline and only if the deadline can be met behind the more urgent
 * tasks; else the cloud, if it pays and is expected in time; else dropped (E+C with EDF, without migration,
 * among arXiv 2412.20860's baselines; adaptive, as it decides on measured times).
 */
export const edgeCloudEdf: Policy = {
  id: 'e-c-edf',
  order: byDeadline,
  admit: admitInTime(byDeadline),
  place: placeInCloud,
  start: startInTime,
  observe: learnTimes,
};
