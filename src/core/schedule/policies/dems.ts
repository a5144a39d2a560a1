import { placeInCloud } from '../plugins.ts';
import type { Placement, Policy, SchedulerView } from '../policy.ts';
import type { Waiting } from '../task-queue.ts';
import { parkTillLastMoment, type Reading, releaseToCloud, thief } from '../tentative-queue.ts';
import { dem } from './dem.ts';

/**
 * DEM with a tentative cloud queue and work stealing (arXiv 2412.20860): a task bound for the cloud, or one
 * that does not pay there, waits for its last moment, and the edge takes it when it has time to spare.
 */
export function dems(reading: Reading): Policy {
  return {
    ...dem(reading),
    id: 'dems',
    place: placeTentatively,
    release: releaseToCloud,
    steal: thief({ reading, idle: true }),
  };
}

/** The cloud check, but what passes it or does not pay is parked. */
export function placeTentatively(waiting: Waiting, view: SchedulerView): Placement {
  const placed = placeInCloud(waiting, view);
  if (placed.action === 'cloud' && placed.probe) return placed;
  if (placed.action === 'drop' && placed.fate === 'dropped-deadline') return placed;
  // One that lost its place on the edge came when the cloud's time was perhaps another.
  waiting.cloudMs = view.predictMs('cloud', waiting.task.model);
  return parkTillLastMoment(waiting, view);
}
