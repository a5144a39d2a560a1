import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { LiveGraph, repository } from './live-graph.ts';
import type { Json } from './ros-peer.ts';
import { waitFor } from './wait-for.ts';

const graph = new LiveGraph();
afterAll(() => graph.close());

const models = join(repository, 'models');
const settled = ({ fates }: Json) => fates.reduce((sum: number, { count }: Json) => sum + count, 0) as number;
const countOf = ({ fates }: Json, name: string) =>
  fates.find(({ fate }: Json) => fate === name)?.count as number;

it('the scheduler uses a cloud again that it had ruled out before its simulation began anew', async () => {
  const { ready: broker } = await graph.startCommand<{ url: string }>('broker', '--port', '0');
  const startWorker = () => graph.startCommand('cloud-worker', '--broker', broker.url, '--models', models);
  const clock = await graph.startPeer('clock', '1', '1000');
  const [peer, { process: worker }] = await Promise.all([
    graph.openClient(),
    startWorker(),
    graph.startNode({
      name: 'scheduler',
      script: 'src/nodes/scheduler.js',
      parameters: {
        use_sim_time: true,
        policy: 'cloud-only',
        models: ['people'],
        models_dir: models,
        broker_url: broker.url,
        'models.people.deadline_ms': 600,
      },
      remappings: { image_raw: 'camera/image_raw' },
    }),
  ]);
  await peer.listen('trimtab_msgs/msg/TaskResult', '/scheduler/result', { reliable: true });
  await peer.listen('trimtab_msgs/msg/SchedulerStats', '/scheduler/stats', { reliable: true });
  await graph.startNode({
    name: 'camera',
    script: 'sim/world/world-node.js',
    parameters: { fps: 10, use_sim_time: true },
  });
  const results = async () => (await peer.heard('/scheduler/result')).map(({ message }) => message);
  const latest = async () => (await peer.heard('/scheduler/stats')).at(-1)?.message;
  await waitFor('results from the cloud', async () => (await results()).length >= 3);

  process.kill(worker.pid, 'SIGKILL');
  await worker.ended;
  const ruledOut = await waitFor('the cloud to be ruled out', async () => {
    const now = await latest();
    return now && countOf(now, 'dropped-deadline') > 0 && now;
  });
  process.kill(clock.pid, 'SIGINT');
  await clock.ended;
  await startWorker();
  await graph.startPeer('clock', '1', '10');

  await waitFor('results from the cloud in the new simulation', async () =>
    (await results()).some(({ header, task_id }) => header.stamp.sec < 900 && task_id > ruledOut.created),
  );
  for (const { message: total } of await peer.heard('/scheduler/stats'))
    expect(total.created).toBe(total.pending + settled(total));
});
