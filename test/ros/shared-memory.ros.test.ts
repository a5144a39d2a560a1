import { existsSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { readFastDdsMemory } from '../../src/io/platform/fast-dds-memory.ts';
import { LiveGraph } from './live-graph.ts';
import { segmentsOf } from './shared-segments.ts';

const isFastDds = /^(|rmw_fastrtps_cpp|rmw_fastrtps_dynamic_cpp)$/.test(process.env.RMW_IMPLEMENTATION ?? '');

const graph = new LiveGraph();
afterAll(() => graph.close());

/** What is seen of some segments in shared memory. */
const seen = (segments: readonly string[]) =>
  readFastDdsMemory().objects.filter(({ name }) => segments.includes(`/dev/shm/${name}`));

describe.runIf(isFastDds && existsSync('/dev/shm'))('shared memory of a node', () => {
  it('is in use while the node lives, and left over when it was killed', async () => {
    const node = await graph.startPeer('nodes', '/short_lived');
    const segments = segmentsOf(node.pid);
    expect(segments).not.toEqual([]);
    const alive = seen(segments);
    expect(alive).toHaveLength(segments.length);
    for (const { lock } of alive) expect(lock).toBe('held');

    process.kill(node.pid, 'SIGKILL');
    await node.ended;
    const dead = seen(segments);
    expect(dead).toHaveLength(segments.length);
    for (const { lock, bytes } of dead) {
      expect(lock).toBe('released');
      expect(bytes).toBeGreaterThan(100_000);
    }
  });

  it('is gone when the node was asked to end, and when a graph with a killed one is closed', async () => {
    const other = new LiveGraph();
    const [polite, killed] = await Promise.all([
      other.startPeer('nodes', '/polite'),
      other.startPeer('nodes', '/killed'),
    ]);
    const ofPolite = segmentsOf(polite.pid);
    const ofKilled = segmentsOf(killed.pid);
    try {
      process.kill(polite.pid, 'SIGINT');
      await polite.ended;
      expect(seen(ofPolite)).toEqual([]);
      process.kill(killed.pid, 'SIGKILL');
      await killed.ended;
      expect(ofKilled).not.toEqual([]);
    } finally {
      await other.close();
    }
    expect(ofKilled.filter((segment) => existsSync(segment))).toEqual([]);
  });
});
