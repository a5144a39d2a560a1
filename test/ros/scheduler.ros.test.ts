import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunningProcess } from '../../src/io/process/process-group.ts';
import { LiveGraph, repository } from './live-graph.ts';
import { PeerParameters } from './peer-parameters.ts';
import type { Json, RosPeer } from './ros-peer.ts';
import { waitFor } from './wait-for.ts';

const fps = 10;
const rateHz = 8;
const models = join(repository, 'models');

const graph = new LiveGraph();
let peer: RosPeer;
let scheduler: PeerParameters;
let worker: RunningProcess;
let broker: RunningProcess;
let brokerPort: string;

beforeAll(async () => {
  const { process, ready } = await graph.startCommand<{ url: string }>('broker', '--port', '0');
  broker = process;
  brokerPort = new URL(ready.url).port;
  const [client, started] = await Promise.all([
    graph.openClient(),
    graph.startCommand('cloud-worker', '--broker', ready.url, '--models', models),
    graph.startNode({
      name: 'scheduler',
      script: 'src/nodes/scheduler.js',
      parameters: {
        models: ['people'],
        models_dir: models,
        broker_url: ready.url,
        'models.people.rate_hz': rateHz,
        'models.people.deadline_ms': 600,
      },
      remappings: { image_raw: 'camera/image_raw' },
    }),
  ]);
  peer = client;
  worker = started.process;
  scheduler = new PeerParameters(peer, '/scheduler');
  await peer.listen('sensor_msgs/msg/Image', '/camera/image_raw');
  await peer.listen('trimtab_msgs/msg/TaskResult', '/scheduler/result', { reliable: true });
  await peer.listen('trimtab_msgs/msg/SchedulerStats', '/scheduler/stats', { reliable: true });
  await peer.listen('trimtab_msgs/msg/Decision', '/scheduler/decision', { reliable: true });
  await graph.startNode({ name: 'camera', script: 'sim/world/world-node.js', parameters: { fps } });
});
beforeEach(() => setPolicy('e-c-edf'));
afterAll(() => graph.close());

async function setPolicy(policy: string): Promise<void> {
  expect(await scheduler.set('policy', { string: policy })).toMatchObject({ successful: true });
}

const stats = async () => (await peer.heard('/scheduler/stats')).map(({ message }) => message);
const results = async () => (await peer.heard('/scheduler/result')).map(({ message }) => message);
const settled = ({ fates }: Json) => fates.reduce((sum: number, { count }: Json) => sum + count, 0) as number;
const key = ({ header: { stamp } }: Json) => `${stamp.sec}.${stamp.nanosec}`;

/** Waits until so many tasks more have been created, and all of what existed now is settled. */
async function pass(tasks: number): Promise<Json> {
  const before = (await stats()).at(-1) ?? { created: 0 };
  return waitFor(`${tasks} tasks more`, async () => {
    const now = (await stats()).at(-1);
    return now && now.created >= before.created + tasks && settled(now) >= before.created && now;
  });
}

describe('the scheduler, with a real broker and a real cloud worker', () => {
  it('publishes results that carry the stamp of their image', async () => {
    const found = await waitFor('ten results', async () => {
      const all = await results();
      return all.length >= 10 && all;
    });
    const images = new Set((await peer.heard('/camera/image_raw')).map(({ message }) => key(message)));
    // The peer may miss an image of its own best-effort subscription.
    const known = found.filter((result) => images.has(key(result)));
    expect(known.length).toBeGreaterThan(found.length / 2);
    for (const result of found) {
      expect(result).toMatchObject({ model: 'people', source: 'camera' });
      expect(result.detections.header.stamp).toEqual(result.header.stamp);
      expect(result.latency_ms).toBeGreaterThan(0);
    }
    expect(new Set(found.map(({ task_id }) => task_id)).size).toBe(found.length);
  });

  it.each([
    { policy: 'fifo-edge', executor: 'edge' },
    { policy: 'cloud-only', executor: 'cloud' },
  ])('runs tasks where $policy wants them, and loses none over the change', async ({ policy, executor }) => {
    await pass(3);
    await setPolicy(policy);
    const { created } = await pass(8);
    const recent = await waitFor(`results by ${policy}`, async () => {
      const later = (await results()).filter(({ task_id }) => task_id > created);
      return later.length >= 5 && later;
    });
    expect(new Set(recent.map((result) => result.executor))).toEqual(new Set([executor]));
    for (const total of await stats()) expect(total.created).toBe(total.pending + settled(total));
  });

  it('moves a network to another place, and loses no task over it', async () => {
    const place = async (string: string) =>
      expect(await scheduler.set('models.people.placement', { string })).toMatchObject({ successful: true });
    await setPolicy('fifo-edge');
    await pass(3);
    await place('cpu:2');
    await pass(5);
    await place('cpu');
    const { fates } = await pass(5);
    expect(fates.find(({ fate }: Json) => fate === 'failed-edge')?.count).toBe(0);
    for (const total of await stats()) expect(total.created).toBe(total.pending + settled(total));
    const elsewhere = await scheduler.set('models.people.placement', { string: 'dla0' });
    expect(elsewhere).toMatchObject({ successful: false, reason: expect.stringContaining('accepted: cpu') });
    expect(await scheduler.get('models.people.placement')).toEqual({ string: 'cpu' });
  });

  it('refuses a policy that does not exist', async () => {
    const { successful, reason } = await scheduler.set('policy', { string: 'coin-toss' });
    expect(successful).toBe(false);
    expect(reason).toMatch(/coin-toss.*e-c-edf/);
    expect(await scheduler.get('policy')).toEqual({ string: 'e-c-edf' });
  });

  it('says why a task went where it went, and what became of it', async () => {
    const explain = (subject: string) =>
      peer.call('trimtab_msgs/srv/Explain', '/scheduler/explain', { subject });
    const { task_id, fate } = (await results()).at(-1) as Json;
    const { success, message } = await explain(String(task_id));
    expect(success).toBe(true);
    expect(message).toContain(fate);
    const [decision] = (await peer.heard('/scheduler/decision'))
      .map((heard) => heard.message)
      .filter((each) => each.task_id === task_id);
    expect(message).toContain(decision?.reason);
    expect(await explain('999999999')).toMatchObject({ success: false, code: 'TT_STATE' });
  });

  it('makes no tasks at rate 0, and settles all there were', async () => {
    const rate = (double: number) => scheduler.set('models.people.rate_hz', { double });
    await rate(0);
    // One message may have been published before the change took effect; three that agree were not.
    const idle = await waitFor('every task to be settled', async () => {
      const [first, , last] = (await stats()).slice(-3);
      return last?.pending === 0 && first?.created === last.created && last;
    });
    await sleep(1200);
    expect((await stats()).at(-1)?.created).toBe(idle.created);
    await rate(rateHz);
    await pass(2);
  });

  it('takes no image from the future, and complains of the first only', async () => {
    const header = { stamp: { sec: Math.floor(Date.now() / 1000) + 3600, nanosec: 0 }, frame_id: 'ahead' };
    const image = { header, width: 2, height: 1, encoding: 'rgb8', step: 6, data: [0, 0, 0, 0, 0, 0] };
    const rate = (double: number) => scheduler.set('models.people.rate_hz', { double });
    // At their usual rate the camera's images would leave none of these their turn.
    await rate(100);
    const complaints = () => graph.log('scheduler').match(/comes from the future.*TT_TASK_TIME/g) ?? [];
    await waitFor('the complaint', async () => {
      await peer.publish('sensor_msgs/msg/Image', '/camera/image_raw', image);
      return complaints().length > 0;
    });
    for (let i = 0; i < 5; i++) await peer.publish('sensor_msgs/msg/Image', '/camera/image_raw', image);
    await pass(5);
    expect(complaints()).toHaveLength(1);
    expect((await results()).map(({ source }) => source)).not.toContain('ahead');
    await rate(rateHz);
  });

  it('fails what the cloud was to do while the broker is away, and uses it again when it is back', async () => {
    await setPolicy('cloud-only');
    await pass(3);
    process.kill(broker.pid, 'SIGKILL');
    await broker.ended;
    const failed = ({ fates }: Json) =>
      fates.find(({ fate }: Json) => fate === 'failed-cloud')?.count as number;
    const before = failed(await pass(2));
    const away = await waitFor('failures', async () => {
      const now = (await stats()).at(-1) as Json;
      return failed(now) > before && now;
    });
    ({ process: broker } = await graph.startCommand('broker', '--port', brokerPort));
    await waitFor('results from the cloud', async () =>
      (await results()).some(({ task_id, executor }) => task_id > away.created && executor === 'cloud'),
    );
    for (const total of await stats()) expect(total.created).toBe(total.pending + settled(total));
  });

  it('accounts for every task when the cloud worker is killed', async () => {
    await setPolicy('cloud-only');
    await pass(3);
    process.kill(worker.pid, 'SIGKILL');
    await worker.ended;
    const last = await pass(10);
    expect(last.pending).toBeLessThan(16);
    const fates = Object.fromEntries(last.fates.map(({ fate, count }: Json) => [fate, count]));
    await setPolicy('fifo-edge');
    const after = await pass(5);
    expect(Object.values(fates).length).toBeGreaterThan(1);
    expect(after.created).toBeGreaterThan(last.created);
    for (const total of await stats()) expect(total.created).toBe(total.pending + settled(total));
  });
});
