/**
 * Two promises of the nodes, measured on a live graph from another process: how long after its start a node is
 * active and discovered, and how fast parameter calls are answered while the node is busy.
 *
 *   node dist/bench/nodes.js [repeats = 10] [calls = 200]
 *
 * Prints two tables and, last, one line of JSON. Needs ROS 2: run it in `./trimtab shell`.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { summarizeLatencies } from '../src/core/measure/latency-stats.ts';
import { ClientSession } from '../src/ros/index.ts';
import { LiveGraph, type NodeSpec, repository } from '../test/ros/live-graph.ts';

const repeats = Number(process.argv[2] ?? 10);
const calls = Number(process.argv[3] ?? 200);
const readyTargetMs = 2000;
const callTargetMs = 50;
const betweenCallsMs = 20;

const models = join(repository, 'models');
const vest = join(models, 'vest.json');
const scripts = {
  adaptor: 'src/nodes/adaptor.js',
  camera: 'sim/world/world-node.js',
  detector: 'sim/workload/detector-node.js',
  profiler: 'src/nodes/profiler.js',
  scheduler: 'src/nodes/scheduler.js',
  tuner: 'src/nodes/tuner.js',
};

const graph = new LiveGraph();
process.env.ROS_DOMAIN_ID = graph.domainId;
const session = await ClientSession.open('bench');
try {
  const ready = [];
  for (const node of [
    { name: 'adaptor', script: scripts.adaptor },
    { name: 'profiler', script: scripts.profiler },
    { name: 'tuner', script: scripts.tuner },
    { name: 'detector', script: scripts.detector, parameters: { model: vest } },
  ]) {
    ready.push(await measureStart(node));
  }
  console.log(`from start to active and discovered, ms; ${repeats} starts each; target < ${readyTargetMs}`);
  console.table(ready);

  await startLoad();
  const answers = [
    await measureCalls('detector', 'get'),
    await measureCalls('profiler', 'get'),
    await measureCalls('profiler', 'set', { name: 'window_s', value: { type: 3, double_value: 3 } }),
    await measureCalls('scheduler', 'get'),
    await measureCalls('scheduler', 'set', { name: 'policy', value: { type: 4, string_value: 'e-c-edf' } }),
  ];
  console.log(`parameter calls to busy nodes, ms; ${calls} calls each; target p95 < ${callTargetMs}`);
  console.table(answers);
  console.log(
    JSON.stringify({ ready, answers, targets: { readyMs: readyTargetMs, callP95Ms: callTargetMs } }),
  );
} finally {
  session.close();
  await graph.close();
}
process.exit();

/** Starts a node again and again, each time under a new name, as a name stays known for a while. */
async function measureStart(spec: NodeSpec): Promise<Record<string, string | number>> {
  const active: number[] = [];
  const discovered: number[] = [];
  for (let i = 0; i < repeats; i++) {
    const name = `${spec.name}_${i}`;
    const startMs = performance.now();
    const [node] = await Promise.all([
      graph.startNode({ ...spec, name }).then((started) => {
        active.push(performance.now() - startMs);
        return started;
      }),
      discovery(name).then(() => discovered.push(performance.now() - startMs)),
    ]);
    process.kill(node.pid, 'SIGINT');
    await node.ended;
  }
  const ready = active.map((ms, i) => Math.max(ms, discovered[i] as number));
  return {
    node: spec.name,
    'active, median': median(active),
    'discovered, median': median(discovered),
    'ready, median': median(ready),
    'ready, max': round(Math.max(...ready)),
  };
}

async function discovery(name: string): Promise<void> {
  const deadlineMs = performance.now() + 60_000;
  while (!session.node.getNodeNamesAndNamespaces().some((node) => node.name === name)) {
    if (performance.now() > deadlineMs) throw new Error(`${name} was not discovered`);
    await sleep(2);
  }
}

function median(times: number[]): number {
  return round(summarizeLatencies(times).p50Ms);
}

/** The stack of the demo without a CPU budget: images at 30 Hz, two networks, six topics watched. */
async function startLoad(): Promise<void> {
  const { ready } = await graph.startCommand<{ url: string }>('broker', '--port', '0');
  await graph.startCommand('cloud-worker', '--broker', ready.url, '--models', models);
  const image = { image_raw: 'camera/image_raw' };
  await graph.startNode({ name: 'camera', script: scripts.camera, parameters: { fps: 30 } });
  await graph.startNode({
    name: 'detector',
    script: scripts.detector,
    parameters: { model: vest },
    remappings: image,
  });
  await graph.startNode({
    name: 'scheduler',
    script: scripts.scheduler,
    parameters: {
      models: ['people'],
      models_dir: models,
      broker_url: ready.url,
      'models.people.rate_hz': 15,
    },
    remappings: image,
  });
  const topics = [
    'camera/image_raw',
    'odom',
    'detections',
    'camera/tracking_error',
    'scheduler/result',
    'scheduler/stats',
  ];
  await graph.startNode({ name: 'profiler', script: scripts.profiler, parameters: { topics } });
  await sleep(3000);
}

async function measureCalls(
  node: string,
  verb: 'get' | 'set',
  parameter?: { name: string; value: Record<string, unknown> },
): Promise<Record<string, string | number>> {
  const empty = session.rcl.createMessageObject('rcl_interfaces/msg/ParameterValue');
  const request =
    parameter === undefined
      ? { names: ['use_sim_time'] }
      : { parameters: [{ name: parameter.name, value: { ...empty, ...parameter.value } }] };
  const service = verb === 'get' ? 'GetParameters' : 'SetParameters';
  const times: number[] = [];
  let lost = 0;
  for (let i = 0; i < calls; i++) {
    const startMs = performance.now();
    const answer = await session.call(
      `rcl_interfaces/srv/${service}`,
      `/${node}/${verb}_parameters`,
      request,
      2000,
    );
    if (answer.ok) times.push(performance.now() - startMs);
    else lost++;
    await sleep(betweenCallsMs);
  }
  const { p50Ms, p95Ms, maxMs } = summarizeLatencies(times);
  return { node, call: verb, p50: round(p50Ms), p95: round(p95Ms), max: round(maxMs), lost };
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
