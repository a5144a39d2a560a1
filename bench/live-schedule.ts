/**
 * The same workload on the real graph and in virtual time: camera, scheduler node, two networks, an MQTT broker and a
 * cloud worker of this machine behind a modelled link (which stands in for a network, as in the demo); then the
 * scheduler alone in virtual time, given the same submissions, the same changes of policy and, for each execution, the
 * time that the live one of the same network and place that began nearest to it took: a shared machine is now fast, now slow.
 *
 *   ./trimtab bench live-schedule [seconds per policy = 15]
 *
 * Target: shares on time within 3 percentage points. Needs ROS 2. The node explains its last 1000 tasks, and 20 come a second.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LinkProxy } from '../sim/net/link-proxy.ts';
import {
  fates,
  type ModelProfile,
  type PolicyId,
  Scheduler,
  simulatedExecutor,
  VirtualTimeline,
} from '../src/core/schedule/index.ts';
import { LiveGraph, repository } from '../test/ros/live-graph.ts';
import { PeerParameters } from '../test/ros/peer-parameters.ts';
import type { Json, RosPeer } from '../test/ros/ros-peer.ts';
import { waitFor } from '../test/ros/wait-for.ts';

const seconds = Number(process.argv[2] ?? 15);
const policies: PolicyId[] = ['e-c-edf', 'dems', 'trim'];
const targetPoints = 3;
const fps = 10;
const link = { delayMs: 25, jitterMs: 5, lossFraction: 0, bandwidthMbps: 50 };
const costs = { benefit: 100, edgeCost: 1, cloudCost: 10 };
const profiles: ModelProfile[] = [
  { id: 'people', deadlineMs: 80, edgeMs: 40, cloudMs: 100, ...costs },
  { id: 'vest', deadlineMs: 60, edgeMs: 20, cloudMs: 80, ...costs },
];

/** A task as it went live; `run` is its execution, where it had one that brought a result. */
type LiveTask = {
  id: number;
  model: string;
  policy: string;
  submitMs: number;
  createdMs: number;
  fate: string;
  run: { beganMs: number; ranMs: number } | undefined;
};
type PolicyChange = { atMs: number; policy: PolicyId };

const graph = new LiveGraph();
try {
  const { tasks, changes } = await runLive();
  const virtual = runVirtual(tasks, changes);
  let furthest = 0;
  console.log(
    '| policy | tasks | on time live % | in virtual time % | difference, points |\n|---|---|---|---|---|',
  );
  for (const policy of policies) {
    const own = tasks.filter((task) => task.policy === policy);
    const live = percentOnTime(own.map(({ fate }) => fate));
    const simulated = percentOnTime(own.map(({ id }) => virtual.get(id) ?? 'lost'));
    furthest = Math.max(furthest, Math.abs(simulated - live));
    const cells = [policy, own.length, live.toFixed(1), simulated.toFixed(1), (simulated - live).toFixed(1)];
    console.log(`| ${cells.join(' | ')} |`);
  }
  console.log(
    JSON.stringify({ furthestPoints: furthest, targetPoints, met: furthest <= targetPoints, link, fps }),
  );
} finally {
  await graph.close();
}

async function runLive(): Promise<{ tasks: LiveTask[]; changes: PolicyChange[] }> {
  const models = join(repository, 'models');
  const { ready } = await graph.startCommand<{ url: string }>('broker', '--port', '0');
  const proxy = await LinkProxy.start({
    port: 0,
    targetPort: Number(new URL(ready.url).port),
    seed: 1,
    conditions: link,
  });
  if (!proxy.ok) throw new Error(JSON.stringify(proxy.refusals));
  try {
    const [peer] = await Promise.all([
      graph.openClient(),
      graph.startCommand('cloud-worker', '--broker', ready.url, '--models', models),
      graph.startNode({
        name: 'scheduler',
        script: 'src/nodes/scheduler.js',
        parameters: {
          models: profiles.map(({ id }) => id),
          models_dir: models,
          broker_url: proxy.value.url,
          policy: policies[0] as string,
          ...Object.fromEntries(profiles.flatMap(parametersOf)),
        },
        remappings: { image_raw: 'camera/image_raw' },
      }),
    ]);
    await peer.listen('trimtab_msgs/msg/Decision', '/scheduler/decision', { reliable: true });
    await peer.listen('trimtab_msgs/msg/TaskResult', '/scheduler/result', { reliable: true });
    await peer.listen('trimtab_msgs/msg/SchedulerStats', '/scheduler/stats', { reliable: true });
    await graph.startNode({ name: 'camera', script: 'sim/world/world-node.js', parameters: { fps } });
    const changes = await changePolicies(new PeerParameters(peer, '/scheduler'), peer);
    return { tasks: await collect(peer), changes };
  } finally {
    await proxy.value.close();
  }
}

function parametersOf({ id, ...profile }: ModelProfile): [string, number][] {
  return [
    [`models.${id}.rate_hz`, fps],
    [`models.${id}.deadline_ms`, profile.deadlineMs],
    [`models.${id}.edge_ms`, profile.edgeMs],
    [`models.${id}.cloud_ms`, profile.cloudMs],
    [`models.${id}.benefit`, profile.benefit],
    [`models.${id}.edge_cost`, profile.edgeCost],
    [`models.${id}.cloud_cost`, profile.cloudCost],
  ];
}

/** Runs the policies one after the other, then lets the scheduler settle what is left. */
async function changePolicies(scheduler: PeerParameters, peer: RosPeer): Promise<PolicyChange[]> {
  const changes: PolicyChange[] = [];
  for (const policy of policies) {
    const set = await scheduler.set('policy', { string: policy });
    if (set.successful !== true) throw new Error(JSON.stringify(set));
    changes.push({ atMs: Date.now(), policy });
    await sleep(1000 * seconds);
  }
  for (const { id } of profiles) await scheduler.set(`models.${id}.rate_hz`, { double: 0 });
  await waitFor('every task to be settled', async () => {
    const [first, , last] = (await peer.heard('/scheduler/stats')).slice(-3).map(({ message }) => message);
    return last?.pending === 0 && first?.created === last.created;
  });
  return changes;
}

/** What became of each task, from the decisions that were heard and what the node says of each when asked why. */
async function collect(peer: RosPeer): Promise<LiveTask[]> {
  const decisions = (await peer.heard('/scheduler/decision')).map(({ message }) => message);
  const results = new Map<number, Json>();
  for (const { message } of await peer.heard('/scheduler/result')) results.set(message.task_id, message);
  const submitted = new Map<number, Json>();
  for (const decision of decisions)
    if (!submitted.has(decision.task_id)) submitted.set(decision.task_id, decision);
  // A task without a result says by its decision how long it had left, or counts as made as long before as the others.
  const ages = [...submitted].flatMap(([id, { header }]) => {
    const result = results.get(id);
    return result === undefined ? [] : [msOf(header.stamp) - msOf(result.header.stamp)];
  });
  const age = ages.sort((a, b) => a - b)[Math.floor(ages.length / 2)] ?? 0;
  const tasks: LiveTask[] = [];
  for (const [id, { header, model, policy, reason }] of submitted) {
    const { message } = await peer.call('trimtab_msgs/srv/Explain', '/scheduler/explain', {
      subject: String(id),
    });
    const end = String(message).split('\n').at(-1) ?? '';
    const [fate = ''] = end.split(':');
    if (!isFate(fate)) throw new Error(`the node does not say how a task ended: ${message}`);
    const submitMs = msOf(header.stamp);
    const result = results.get(id);
    const left = /(-?\d+) ms left/.exec(reason)?.[1];
    const createdMs =
      result !== undefined
        ? msOf(result.header.stamp)
        : left !== undefined
          ? submitMs + Number(left) - deadlineOf(model)
          : submitMs - age;
    const ranMs = Number(/answered in (\d+) ms/.exec(end)?.[1]);
    const run = result === undefined ? undefined : { beganMs: createdMs + result.latency_ms - ranMs, ranMs };
    tasks.push({ id, model, policy, submitMs, createdMs, fate, run });
  }
  return tasks;
}

/** The fate of each live task's twin. */
function runVirtual(tasks: readonly LiveTask[], changes: readonly PolicyChange[]): Map<number, string> {
  const timeline = new VirtualTimeline();
  const startMs = Math.min(...tasks.map(({ createdMs }) => createdMs)) - 1;
  const ends = new Map<number, string>();
  /** The live tasks in the order of their submission, in which their twins are numbered. */
  const submitted: number[] = [];
  const times = { edge: timesOf(tasks, 'edge'), cloud: timesOf(tasks, 'cloud') };
  const executor = (place: 'edge' | 'cloud') =>
    simulatedExecutor<undefined, true>(timeline, ({ model }) => ({
      afterMs: times[place](model, startMs + timeline.nowMs()),
      outcome: { kind: 'result', value: true },
    }));
  const scheduler: Scheduler<undefined, true> = new Scheduler({
    clock: timeline,
    models: profiles,
    policy: policies[0] as PolicyId,
    edge: executor('edge'),
    cloud: executor('cloud'),
    wakeAt: timeline.wakeUp(() => scheduler.advance()),
    onFate: ({ task, fate }) => ends.set(submitted[task.id] as number, fate),
    queueLimit: 8,
    estimator: { probeEveryMs: 2000 },
    explainLimit: 0,
  });
  for (const { atMs, policy } of changes) timeline.at(atMs - startMs, () => scheduler.setPolicy(policy));
  for (const { id, model, submitMs, createdMs } of tasks)
    timeline.at(submitMs - startMs, () => {
      submitted.push(id);
      scheduler.submit({ source: 'camera', model, createdMs: createdMs - startMs }, undefined);
    });
  timeline.runUntil(Math.max(...tasks.map(({ submitMs }) => submitMs)) - startMs + 20_000);
  return ends;
}

/** What an execution at a place takes that begins at this time; the profile's time where none of its network ran there. */
function timesOf(tasks: readonly LiveTask[], place: 'edge' | 'cloud') {
  const ran = tasks.filter(({ fate }) => fate.endsWith(place));
  return (model: string, atMs: number): number => {
    let nearest: LiveTask['run'];
    for (const task of ran) {
      if (task.model !== model || task.run === undefined) continue;
      const { beganMs } = task.run;
      if (nearest === undefined || Math.abs(beganMs - atMs) < Math.abs(nearest.beganMs - atMs))
        nearest = task.run;
    }
    const profile = profiles.find(({ id }) => id === model) as ModelProfile;
    return nearest?.ranMs ?? (place === 'edge' ? profile.edgeMs : profile.cloudMs);
  };
}

function deadlineOf(model: string): number {
  return (profiles.find(({ id }) => id === model) as ModelProfile).deadlineMs;
}

function isFate(text: string): boolean {
  return (fates as readonly string[]).includes(text);
}

function percentOnTime(ends: readonly string[]): number {
  return (100 * ends.filter((fate) => fate.startsWith('on-time')).length) / ends.length;
}

function msOf({ sec, nanosec }: Json): number {
  return 1000 * sec + nanosec / 1e6;
}
