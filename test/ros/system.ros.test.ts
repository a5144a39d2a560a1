import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyCpuBudget } from '../../src/io/platform/cpu-budget.ts';
import type { RunningProcess } from '../../src/io/process/process-group.ts';
import { LiveGraph } from './live-graph.ts';
import type { Json, RosPeer } from './ros-peer.ts';
import { waitFor } from './wait-for.ts';

/** Only identities of Fast DDS hold a pid, and the peers' command lines name no node. */
const isFastDds = /^(|rmw_fastrtps_cpp|rmw_fastrtps_dynamic_cpp)$/.test(process.env.RMW_IMPLEMENTATION ?? '');
const pair = ['/robot/left', '/robot/right'];

const graph = new LiveGraph();
let peer: RosPeer;
let both: RunningProcess;
let alone: RunningProcess;
let bare: RunningProcess;

beforeAll(async () => {
  const profiler = (name: string, parameters: Record<string, string[] | boolean>) =>
    graph.startNode({ name, script: 'src/nodes/profiler.js', parameters });
  [peer, both, alone, bare] = await Promise.all([
    graph.openClient(),
    graph.startPeer('nodes', ...pair),
    graph.startPeer('nodes', '/alone'),
    graph.startPeer('nodes', '/deep/down/bare'),
    profiler('by_node', {}),
    profiler('by_pattern', { processes: ['pair=nodes\\.py /robot/left', 'nobody=no[.]such'] }),
    profiler('without_nodes', { map_nodes: false, processes: ['pair=nodes\\.py /robot/left'] }),
  ]);
});
afterAll(() => graph.close());

async function snapshot(profiler: string, seconds = 2): Promise<Json> {
  const answer = await peer.call('trimtab_msgs/srv/Snapshot', `/${profiler}/snapshot`, { window_s: seconds });
  expect(answer).toMatchObject({ success: true });
  return answer.profile;
}

/** What a profile says of the process that this node lives in. */
const homeOf = (profile: Json, node: string): Json | undefined =>
  profile.processes.find(({ nodes }: Json) => nodes.includes(node));

describe.runIf(isFastDds)('which node is which process', () => {
  it('is found by the pids in the identities of Fast DDS', async () => {
    const profile = await waitFor('all nodes to be found', async () => {
      const seen = await snapshot('by_node');
      return [...pair, '/alone', '/deep/down/bare'].every((node) => homeOf(seen, node)) && seen;
    });
    expect(homeOf(profile, '/alone')).toMatchObject({ name: '/alone', pids: [alone.pid], nodes: ['/alone'] });
    expect(homeOf(profile, '/deep/down/bare')).toMatchObject({ pids: [bare.pid] });
    for (const node of pair)
      expect(homeOf(profile, node)).toMatchObject({ name: '/robot/left', pids: [both.pid], nodes: pair });
    expect(homeOf(profile, '/alone')?.evidence).toBe(`Fast DDS identity of pid ${alone.pid}`);
    expect(profile.processes.flatMap(({ nodes }: Json) => nodes)).toContain('/by_node');
    for (const node of [...pair, '/alone', '/deep/down/bare'])
      expect(profile.unmapped_nodes).not.toContain(node);
  });

  it('is said of processes that a pattern names, too', async () => {
    const profile = await waitFor('the nodes of the named process', async () => {
      const seen = await snapshot('by_pattern');
      return pair.every((node) => homeOf(seen, node)) && seen;
    });
    expect(profile.processes.map(({ name }: Json) => name)).toEqual(['pair', 'nobody']);
    expect(profile.processes[0]).toMatchObject({ pids: [both.pid], nodes: pair });
    expect(profile.processes[1]).toMatchObject({ pids: [], nodes: [], evidence: '' });
  });

  it('is not said of a process that has ended: its node is listed as without one', async () => {
    process.kill(alone.pid, 'SIGKILL');
    await alone.ended;
    // Other programs hold a killed node for alive for 20 s, so that the graph still has it.
    await waitFor('the node to be without its process', async () => {
      const seen = await snapshot('by_node');
      return !homeOf(seen, '/alone') && seen.unmapped_nodes.includes('/alone');
    });
  });
});

describe('a process', () => {
  it('is not mapped where that is not wanted', async () => {
    const profile = await waitFor('the process', async () => {
      const seen = await snapshot('without_nodes');
      return seen.processes[0]?.pids.length === 1 && seen;
    });
    expect(profile.processes[0]).toMatchObject({ pids: [both.pid], nodes: [], evidence: '' });
    expect(profile.unmapped_nodes).toEqual([]);
  });

  it('shows its memory, its threads and how often they switch', async () => {
    const pairStats = await waitFor('switches of threads', async () => {
      const [first] = (await snapshot('by_pattern')).processes;
      return first.voluntary_switches_hz > 0 && first;
    });
    expect(pairStats.rss_bytes).toBeGreaterThan(1e7);
    expect(pairStats.threads).toBeGreaterThan(3);
  });
});

describe('the platform', () => {
  it('tells memory, and pressure where the kernel has it, with units', async () => {
    const { platform } = await waitFor('two looks at the platform', async () => {
      const seen = await snapshot('by_node', 3);
      return seen.platform.some(({ name }: Json) => name === 'memory_load') && seen;
    });
    const reading = (name: string) => platform.find((each: Json) => each.name === name);
    expect(reading('memory_load')).toMatchObject({ unit: '%' });
    expect(reading('memory_load').value).toBeGreaterThan(0);
    expect(reading('memory_load').value).toBeLessThan(100);
    expect(reading('cpu')).toMatchObject({ unit: 'cores' });
    for (const { name, unit, value } of platform.filter(({ name }: Json) => name.startsWith('pressure_'))) {
      expect([name, unit]).toEqual([name, '%']);
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(101);
    }
  });
});

describe('a control group', () => {
  /** So little that the limit is felt also on a machine whose CPUs many want. */
  const limitCores = 0.05;
  const windowS = 3;

  it('shows the limit of a busy process, and for how long it was throttled', async (context) => {
    const budget = await applyCpuBudget({ label: 'watched', cores: limitCores });
    try {
      context.skip(budget.group === undefined, `no control group can be made: ${budget.description}`);
      const busy = await graph.startPeer('nodes', 'busy', '/busy');
      expect(await budget.place('busy', busy.pid)).toMatchObject({ ok: true });
      await graph.startNode({
        name: 'of_group',
        script: 'src/nodes/profiler.js',
        parameters: { processes: ['busy=nodes\\.py busy'] },
      });
      const begun = { ms: performance.now(), throttledMs: budget.throttledMs() };
      const group = await waitFor('a window of the throttled group', async () => {
        const { cgroups } = await snapshot('of_group', windowS);
        const limited = cgroups.find(({ name }: Json) => name.endsWith(`/${budget.group}`));
        const isCovered = performance.now() - begun.ms > windowS * 1000;
        return isCovered && limited?.cpu_cores > 0.5 * limitCores && limited.throttled_share > 0.2 && limited;
      });
      const kernelShare = (budget.throttledMs() - begun.throttledMs) / (performance.now() - begun.ms);
      expect(group.limit_cores).toBeCloseTo(limitCores, 6);
      expect(group.cpu_cores).toBeLessThan(1.5 * limitCores);
      expect(Math.abs(group.throttled_share - Math.min(1, kernelShare))).toBeLessThan(0.3);
      expect(group.memory_bytes).toBeGreaterThan(1e7);
      // A busy process is taken off its CPU by the limit, again and again.
      expect(group.involuntary_switches_hz).toBeGreaterThan(0);
    } finally {
      expect(await budget.release()).toEqual([]);
    }
  });
});
