import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunningStack } from '../../sim/workload/stack/running-stack.ts';
import { formatRefusal } from '../../src/core/refusal.ts';
import { LiveGraph, repository } from './live-graph.ts';
import type { Json, RosPeer } from './ros-peer.ts';
import { waitFor } from './wait-for.ts';

const graph = new LiveGraph();
let peer: RosPeer;
let stack: RunningStack;

beforeAll(async () => {
  process.env.ROS_DOMAIN_ID = graph.domainId;
  const started = await RunningStack.start({
    seed: 1,
    modelsDir: join(repository, 'models'),
    specFile: join(repository, 'config/specs/workload.yaml'),
    image: { width: 256, height: 144 },
    cores: 0.6,
  });
  if (!started.ok) throw new Error(started.refusals.map(formatRefusal).join('\n'));
  stack = started.value;
  peer = await graph.openClient();
});
afterAll(async () => {
  expect(await stack?.close()).toEqual([]);
  await graph.close();
});

async function rates(windowS: number): Promise<Record<string, number>> {
  const answer = await peer.call('trimtab_msgs/srv/Snapshot', '/profiler/snapshot', { window_s: windowS });
  const { topics } = answer.profile as { topics: { topic: string; rate_hz: number }[] };
  return Object.fromEntries(topics.map(({ topic, rate_hz }) => [topic, rate_hz]));
}

/** The rates of a window once every node has sent something in it. */
const ratesOfAll = () =>
  waitFor('every node to send', async () => {
    const heard = await rates(2);
    const all = ['/camera/image_raw', '/scan', '/points', '/nav/decision', '/detections'];
    return all.every((topic) => (heard[topic] ?? 0) > 0) ? heard : undefined;
  });

describe('the stack of five nodes', () => {
  it('overloads its CPU budget by default, and navigation gets through more often once the detector is turned down', async () => {
    const overloaded = await ratesOfAll();
    expect(overloaded['/nav/decision']).toBeLessThan(50);
    const configuration: Json[] = [
      { name: 'throttle detector/image_raw', value: '1' },
      { name: 'throttle projection/scan', value: '10' },
    ];
    const applied = await peer.call('trimtab_msgs/srv/Apply', '/tuner/apply', { configuration });
    expect(applied).toMatchObject({ success: true });
    const relieved = await waitFor('the throttle to act', async () => {
      const heard = await rates(2);
      return (heard['/detector/image_raw'] as number) < 3 ? heard : undefined;
    });
    expect(relieved['/points']).toBeLessThan(overloaded['/points'] as number);
    await waitFor('navigation to get through more often', async () => {
      const heard = await rates(2);
      return (heard['/nav/decision'] as number) > 1.1 * (overloaded['/nav/decision'] as number) || undefined;
    });
    expect(stack.failures).toEqual([]);
  });
});
