/** What a person wants to know of a task's fate: done in time at the edge or in the cloud, done late, or not done. */
export type FateGroup = 'edge' | 'cloud' | 'late' | 'dropped';

/** The groups in the order in which they are shown. */
export const fateGroups: readonly FateGroup[] = ['edge', 'cloud', 'late', 'dropped'];

/** The group of a scheduler's fate; whatever ended without a result counts as dropped. */
export function fateGroupOf(fate: string): FateGroup {
  if (fate === 'on-time-edge') return 'edge';
  if (fate === 'on-time-cloud') return 'cloud';
  return fate.startsWith('late-') ? 'late' : 'dropped';
}

/** Tasks by group. */
export function countByGroup(tasks: {
  fates: Record<string, number>;
  created?: number;
  pending?: number;
}): Record<FateGroup, number> {
  const counts = { edge: 0, cloud: 0, late: 0, dropped: 0 };
  for (const [fate, count] of Object.entries(tasks.fates)) counts[fateGroupOf(fate)] += count;
  return counts;
}
