import { describe, expect, it } from 'vitest';
import type { SchedulerView } from '../policy.ts';
import type { ModelProfile } from '../task.ts';
import { mediumModels } from '../virtual-bench.fixture.ts';
import { type Option, Outlook } from './outlook.ts';

const model = mediumModels[0] as ModelProfile;

/** A view of an edge and a cloud where nothing runs. */
function viewAt(nowMs: number): SchedulerView {
  return { nowMs, cloudRuns: () => [], batching: () => undefined } as unknown as SchedulerView;
}

describe('Outlook', () => {
  it('counts what the edge adds to a task from when it came, also once the cloud is too late', () => {
    const outlook = new Outlook([model]);
    const [option] = outlook.options(model.id) as readonly [Option];
    const { deadlineMs, edgeCost, cloudCost } = model;
    const task = { id: 0, source: 'd', model: model.id, createdMs: 0, deadlineMs };
    for (const nowMs of [0, deadlineMs - 1]) {
      const at = outlook.now(viewAt(nowMs));
      expect(outlook.edgeAdds(task, option, at)).toBeCloseTo(cloudCost - edgeCost);
    }
    expect(outlook.cloudUtility(option, 1, outlook.now(viewAt(deadlineMs - 1)))).toBeLessThan(0);
  });
});
