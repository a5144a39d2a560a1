import { describe, expect, it } from 'vitest';
import { reportProcess } from './process-report.ts';

const found = (...nodes: string[]) => ({ pid: 7, nodes, evidence: 'its command line' });

describe('the report on a process', () => {
  it('says what each of its knobs holds, and which are not there', async () => {
    const held = { cpu: 2, weight: undefined, cpus: '0-1', nice: 5, policy: 'other' };
    const { knobs, forbidden } = await reportProcess(found('/detector'), async (name) => held[name]);
    expect(forbidden).toBeUndefined();
    expect(knobs.map(({ kind, name, value }) => [kind, name, value])).toEqual([
      ['cgroup', 'cpu', 2],
      ['cgroup', 'weight', undefined],
      ['cgroup', 'cpus', '0-1'],
      ['process', 'nice', 5],
      ['process', 'policy', 'other'],
    ]);
  });

  it('offers nothing of a process that also holds what is never touched', async () => {
    const read = async () => 1;
    expect(await reportProcess(found('/detector', '/e_stop'), read)).toMatchObject({
      knobs: [],
      forbidden: 'e_stop is never touched.',
    });
  });
});
