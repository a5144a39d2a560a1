import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LiveGraph, type NodeSpec, repository } from './live-graph.ts';
import { PeerParameters } from './peer-parameters.ts';
import type { Json, RosPeer } from './ros-peer.ts';
import { waitFor } from './wait-for.ts';

/*
 * The two shipped networks stand for two sizes of one: to the scheduler they are two names with a quality and times each.
 * `people` counts as the large one. What it is expected to take is far above what the models with a tight deadline leave.
 */
const folder = join(repository, 'models');
const labels: Record<string, string> = { people: 'person', vest: 'hazard_vest' };
const sizes = { variants: ['people', 'vest'], quality: [0.9, 0.7] };
const onlyOn = { edge: { cloud_cost: 200 }, cloud: { edge_cost: 200 } };
const models: Record<string, Record<string, string[] | number[] | number>> = {
  tight: { ...sizes, ...onlyOn.edge, deadline_ms: 800, variants_edge_ms: [3000, 20] },
  slack: { ...sizes, ...onlyOn.edge, deadline_ms: 5000, variants_edge_ms: [200, 20] },
  afar: { ...sizes, ...onlyOn.cloud, deadline_ms: 1500, variants_cloud_ms: [5000, 50] },
};

const graph = new LiveGraph();
let peer: RosPeer;
let parameters: PeerParameters;

const scheduler = (brokerUrl: string, change: Record<string, unknown> = {}): NodeSpec => {
  const own = Object.entries(models).flatMap(([model, values]) =>
    Object.entries({ rate_hz: 2, ...values }).map(([name, value]) => [`models.${model}.${name}`, value]),
  );
  return {
    name: 'scheduler',
    script: 'src/nodes/scheduler.js',
    parameters: {
      policy: 'trim',
      models: Object.keys(models),
      models_dir: folder,
      broker_url: brokerUrl,
      ...Object.fromEntries(own),
      ...change,
    },
    remappings: { image_raw: 'camera/image_raw' },
  };
};

beforeAll(async () => {
  const { ready } = await graph.startCommand<{ url: string }>('broker', '--port', '0');
  [peer] = await Promise.all([
    graph.openClient(),
    graph.startCommand('cloud-worker', '--broker', ready.url, '--models', folder),
    graph.startNode(scheduler(ready.url)),
  ]);
  parameters = new PeerParameters(peer, '/scheduler');
  await peer.listen('trimtab_msgs/msg/TaskResult', '/scheduler/result', { reliable: true });
  await peer.listen('trimtab_msgs/msg/SchedulerStats', '/scheduler/stats', { reliable: true });
  await peer.listen('trimtab_msgs/msg/Decision', '/scheduler/decision', { reliable: true });
  await graph.startNode({ name: 'camera', script: 'sim/world/world-node.js', parameters: { fps: 4 } });
});
afterAll(() => graph.close());

const heard = async (topic: string) =>
  (await peer.heard(`/scheduler/${topic}`)).map(({ message }) => message);

/** So many more results of a model than there are now. */
async function resultsOf(model: string, count: number): Promise<Json[]> {
  const own = async () => (await heard('result')).filter((result) => result.model === model);
  const before = (await own()).length;
  return waitFor(`${count} results of ${model}`, async () => {
    const later = (await own()).slice(before);
    return later.length >= count && later;
  });
}

const networksOf = (results: Json[]) => [...new Set(results.map(({ network }) => network))];

describe('a scheduler whose models have variants', () => {
  it.each([
    { model: 'tight', network: 'vest', executor: 'edge' },
    { model: 'slack', network: 'people', executor: 'edge' },
    { model: 'afar', network: 'vest', executor: 'cloud' },
  ])('runs $model as $network in the $executor under trim', async ({ model, network, executor }) => {
    const results = await resultsOf(model, 5);
    expect(networksOf(results)).toEqual([network]);
    for (const result of results) {
      expect(result.executor).toBe(executor);
      expect(result.detections.model).toBe(network);
    }
  });

  it('finds what the network that it names was trained to find', async () => {
    const found = await waitFor('detections of both networks', async () => {
      const results = await heard('result');
      const seen = results.filter(({ detections }) => detections.detections.length > 0);
      return networksOf(seen).length === 2 && seen;
    });
    for (const { network, detections } of found)
      for (const { label } of detections.detections) expect(label).toBe(labels[network]);
  });

  it('says which network it chose, on its topics and when it is asked', async () => {
    for (const [model, quality] of [
      ['slack', 0.9],
      ['afar', 0.7],
    ] as const) {
      const result = (await resultsOf(model, 1)).at(-1) as Json;
      const { task_id, network, executor, fate, utility } = result;
      const chosen = (await heard('decision')).filter(
        (decision) => decision.task_id === task_id && decision.network !== '',
      );
      expect(chosen).toMatchObject([{ model, network, action: executor, policy: 'trim' }]);
      const { message } = await peer.call('trimtab_msgs/srv/Explain', '/scheduler/explain', {
        subject: String(task_id),
      });
      expect(message).toContain(`trim: ${executor} as ${network}: `);
      expect(message).toContain(`${fate}: network ${network}: `);
      const cost = executor === 'cloud' ? 10 : 1;
      expect(utility).toBeCloseTo(String(fate).startsWith('on-time') ? quality * 100 - cost : -cost);
    }
  });

  it('reckons with a time for each', async () => {
    await resultsOf('tight', 1);
    const { message } = await peer.call('trimtab_msgs/srv/Explain', '/scheduler/explain', { subject: '' });
    const { estimates } = JSON.parse(String(message)) as Json;
    const edgeMs = (model: string, network: string) =>
      estimates.find((each: Json) => each.model === model && each.variant === network)?.edgeMs;
    expect(edgeMs('tight', 'people')).toBe(3000);
    expect(edgeMs('slack', 'vest')).toBe(20);
    expect(edgeMs('slack', 'people')).toBeGreaterThan(0);
  });

  it('moves all networks of a model together, and loses no task over it', async () => {
    const place = { string: 'cpu:2' };
    expect(await parameters.set('models.slack.placement', place)).toMatchObject({ successful: true });
    const moved = graph
      .log('scheduler')
      .split('\n')
      .filter((line) => line.includes(' runs on cpu:2: '));
    expect(moved.map((line) => /network (\w+) runs/.exec(line)?.[1])).toEqual(['people', 'vest']);
    await resultsOf('slack', 2);
    const totals = (await heard('stats')).at(-1) as Json;
    const fates = Object.fromEntries(totals.fates.map(({ fate, count }: Json) => [fate, count]));
    expect(fates['failed-edge']).toBe(0);
    expect(totals.created).toBe(
      totals.pending + Object.values(fates as Record<string, number>).reduce((sum, count) => sum + count, 0),
    );
  });

  it('runs the first network under every other policy', async () => {
    const change = await parameters.set('policy', { string: 'fifo-edge' });
    expect(change).toMatchObject({ successful: true });
    const results = await waitFor('results of fifo-edge', async () => {
      const decisions = (await heard('decision')).filter(({ policy }) => policy === 'fifo-edge');
      const own = new Set(decisions.map(({ task_id }) => task_id));
      const later = (await heard('result')).filter(({ task_id }) => own.has(task_id));
      return later.length >= 6 && later;
    });
    expect(networksOf(results)).toEqual(['people']);
  });

  it.each([
    {
      what: 'qualities that are not one for each',
      change: { 'models.tight.quality': [1] },
      says: /quality does not fit.*found "1"; accepted: a number above 0, at most 1, for each of people, vest.*TT_PARAM_RANGE/,
    },
    {
      what: 'a network that is not there',
      change: { 'models.slack.variants': ['people', 'crowd'] },
      says: /crowd\.json cannot be read.*ENOENT.*TT_MODEL_MISSING/,
    },
  ])('does not start with $what', async ({ change, says }) => {
    const { code, output } = await graph.runNode(scheduler('mqtt://127.0.0.1:1', change));
    expect(code).toBe(1);
    expect(output).toMatch(says);
  });
});
