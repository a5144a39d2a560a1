import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningProcess } from '../../src/io/process/process-group.ts';
import { LiveGraph } from './live-graph.ts';
import { PeerParameters } from './peer-parameters.ts';
import type { Json, RosPeer } from './ros-peer.ts';
import { waitFor } from './wait-for.ts';

const talkerHz = 50;
/** Long enough for a shared machine's hiccups to average out. */
const windowS = 3;

const graph = new LiveGraph();
let peer: RosPeer;
let talker: RunningProcess;
let adaptor: RunningProcess;

beforeAll(async () => {
  [peer, talker, adaptor] = await Promise.all([
    graph.openClient(),
    graph.startPeer('talker', 'talk', String(talkerHz)),
    graph.startNode({
      name: 'adaptor',
      script: 'src/nodes/adaptor.js',
      parameters: { channels: ['slow'], 'channels.slow.from': 'talk', 'channels.slow.to': 'slow' },
    }),
    graph.startNode({
      name: 'profiler',
      script: 'src/nodes/profiler.js',
      parameters: {
        topics: ['talk', 'never_said'],
        paths: ['talk -> slow'],
        processes: ['talker=talker\\.py talk', 'adaptor=__node:=adaptor( |$)'],
      },
    }),
  ]);
  await peer.listen('std_msgs/msg/Header', 'talk', { reliable: true });
  await peer.listen('std_msgs/msg/Header', 'slow', { reliable: true });
  await peer.hear('talk');
  await peer.hear('slow');
});
afterAll(() => graph.close());

/** The rate an rclpy subscriber sees in the next seconds. */
async function heardHz(topic: string, seconds = windowS): Promise<number> {
  await sleep(seconds * 1000);
  return (await peer.heard(topic, seconds)).length / seconds;
}

async function snapshot(seconds: number): Promise<Json> {
  const answer = await peer.call('trimtab_msgs/srv/Snapshot', '/profiler/snapshot', { window_s: seconds });
  expect(answer).toMatchObject({ success: true });
  return answer.profile;
}

describe('adaptor', () => {
  const set = (rateHz: number) =>
    new PeerParameters(peer, '/adaptor').set('channels.slow.rate', { double: rateHz });

  it('lets everything through while its rate is unlimited', async () => {
    expect(await heardHz('slow')).toBeGreaterThan(0.8 * talkerHz);
  });

  it('delivers the rate that is asked for at run time', async () => {
    expect(await set(20)).toMatchObject({ successful: true });
    await sleep(500);
    const rate = await heardHz('slow');
    expect(rate).toBeGreaterThan(16);
    expect(rate).toBeLessThan(22);
  });

  it('is silent at rate 0, and speaks again afterwards', async () => {
    expect(await set(0)).toMatchObject({ successful: true });
    await sleep(500);
    expect(await heardHz('slow', 1)).toBe(0);
    expect(await set(-1)).toMatchObject({ successful: true });
    await waitFor('the channel to speak again', async () => (await peer.heard('slow', 0.5)).length > 0);
  });
});

describe('profiler', () => {
  it('agrees with an rclpy subscriber on a topic’s rate', async () => {
    // rclnodejs once delivered a tenth of the messages (its issue 1394); here both count the same seconds.
    const counts = await waitFor('both to have heard the talker for a window', async () => {
      await sleep(windowS * 1000);
      const [profile, heard] = await Promise.all([snapshot(windowS), peer.heard('talk', windowS)]);
      const topic = profile.topics.find((each: Json) => each.topic === '/talk');
      return topic.count > 0 && { profiler: topic.rate_hz as number, peer: heard.length / windowS };
    });
    expect(counts.peer).toBeGreaterThan(0.8 * talkerHz);
    expect(counts.profiler).toBeGreaterThan(0.9 * counts.peer);
    expect(counts.profiler).toBeLessThan(1.1 * counts.peer);
  });

  it('says 0 Hz of a topic that never spoke', async () => {
    const { topics } = await snapshot(1);
    const silent = topics.find((each: Json) => each.topic === '/never_said');
    expect(silent).toMatchObject({ count: 0, rate_hz: 0 });
  });

  it('measures the latency along a path by the stamps that messages carry', async () => {
    const { paths } = await waitFor('a path measurement', async () => {
      const profile = await snapshot(windowS);
      return profile.paths[0].latency.count > 0 && profile;
    });
    expect(paths[0].path).toEqual(['/talk', '/slow']);
    const { count, p50_ms, p95_ms, max_ms } = paths[0].latency;
    expect(count).toBeGreaterThan(10);
    expect(p50_ms).toBeGreaterThanOrEqual(0);
    expect(p95_ms).toBeGreaterThanOrEqual(p50_ms);
    expect(max_ms).toBeLessThan(2000);
  });

  it('adds up the CPU of the processes that it watches', async () => {
    const { processes } = await waitFor('process samples', async () => {
      const profile = await snapshot(1);
      return profile.processes.length === 2 && profile;
    });
    for (const [name, { pid }] of Object.entries({ talker, adaptor })) {
      const { pids, cpu_cores, rss_bytes } = processes.find((each: Json) => each.name === name);
      expect(pids).toContain(pid);
      expect(cpu_cores).toBeGreaterThan(0);
      expect(rss_bytes).toBeGreaterThan(1e6);
    }
  });

  it('refuses a window that it cannot have', async () => {
    for (const window_s of [0, -1, 1e9]) {
      const answer = await peer.call('trimtab_msgs/srv/Snapshot', '/profiler/snapshot', { window_s });
      expect(answer).toMatchObject({ success: false, code: 'TT_PARAM_RANGE' });
    }
  });

  it('publishes profiles, and diagnostics in the standard form', async () => {
    await peer.listen('trimtab_msgs/msg/Profile', '/profiler/profile', { reliable: true });
    await peer.listen('diagnostic_msgs/msg/DiagnosticArray', '/diagnostics', { reliable: true });
    const profile = await peer.hear('/profiler/profile');
    expect(profile.topics.map(({ topic }: Json) => topic)).toEqual(
      expect.arrayContaining(['/talk', '/slow', '/never_said']),
    );
    const { status } = await peer.hear('/diagnostics');
    const level = (topic: string) => status.find(({ name }: Json) => name === `profiler: ${topic}`)?.level;
    expect(level('/talk')).toBe(0);
    expect(level('/never_said')).toBe(3);
  });
});

describe('images', () => {
  const fps = 5;

  beforeAll(async () => {
    const model = `${process.env.TRIMTAB_ROOT ?? process.cwd()}/models/vest.json`;
    const detector = (name: string, image: string) =>
      graph.startNode({
        name,
        script: 'sim/workload/detector-node.js',
        parameters: { model },
        remappings: { image_raw: image, detections: `${name}/detections` },
      });
    await Promise.all([
      graph.startNode({ name: 'camera', script: 'sim/world/world-node.js', parameters: { fps } }),
      graph.startPeer('image_relay', 'camera/image_raw', 'relayed/image_raw'),
      detector('direct', 'camera/image_raw'),
      detector('relayed', 'relayed/image_raw'),
    ]);
    await peer.listen('sensor_msgs/msg/Image', '/camera/image_raw');
  });

  it('of a node of ours are read by an rclpy subscriber', async () => {
    const { header, width, height, encoding, step, data } = await peer.hear('/camera/image_raw');
    expect({ width, height, encoding, step }).toEqual({
      width: 320,
      height: 240,
      encoding: 'rgb8',
      step: 960,
    });
    expect(data.length).toBe(320 * 240 * 3);
    expect(header.frame_id).toBe('camera');
    expect(Math.abs(header.stamp.sec - Date.now() / 1000)).toBeLessThan(60);
  });

  it('of an rclpy node, in another encoding and with padded rows, say the same to a network', async () => {
    const of = (name: string) => `/${name}/detections`;
    for (const name of ['direct', 'relayed'])
      await peer.listen('trimtab_msgs/msg/DetectionArray', of(name), { reliable: true });
    const pairs = await waitFor('detections in the same images', async () => {
      const [direct, relayed] = await Promise.all([peer.heard(of('direct')), peer.heard(of('relayed'))]);
      const found = direct.flatMap(({ message }) => {
        const twin = relayed.find((other) => sameStamp(other.message, message));
        return twin && message.detections.length > 0 ? [[message, twin.message] as const] : [];
      });
      return found.length >= 3 && found;
    });
    for (const [direct, relayed] of pairs) expect(relayed.detections).toEqual(direct.detections);
  });
});

function sameStamp(a: Json, b: Json): boolean {
  return a.header.stamp.sec === b.header.stamp.sec && a.header.stamp.nanosec === b.header.stamp.nanosec;
}
