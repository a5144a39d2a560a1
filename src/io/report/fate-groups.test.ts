import { describe, expect, it } from 'vitest';
import { fates } from '../../core/schedule/task.ts';
import { countByGroup, fateGroupOf } from './fate-groups.ts';

describe('fate groups', () => {
  it('gives every fate one group, and only fates on time count as done in time', () => {
    const inTime = fates.filter((fate) => ['edge', 'cloud'].includes(fateGroupOf(fate)));
    expect(inTime).toEqual(['on-time-edge', 'on-time-cloud']);
    expect(fates.filter((fate) => fateGroupOf(fate) === 'late')).toEqual(['late-edge', 'late-cloud']);
  });

  it('loses no task', () => {
    const counted = Object.fromEntries(fates.map((fate, index) => [fate, index + 1]));
    const groups = countByGroup({ created: 78, pending: 0, fates: counted });
    expect(groups.edge + groups.cloud + groups.late + groups.dropped).toBe(78);
  });
});
