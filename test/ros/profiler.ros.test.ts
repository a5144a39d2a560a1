import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningProcess } from '../../src/io/process/process-group.ts';
import { LiveGraph } from './live-graph.ts';
import type { Json, RosPeer } from './ros-peer.ts';
import { waitFor } from './wait-for.ts';

type Stream = { topic: string; kind: string; rate: number } & Json;

const graph = new LiveGraph();
let peer: RosPeer;
let publishers = 0;

beforeAll(async () => {
  peer = await graph.openClient();
});
afterAll(() => graph.close());

function publish(...streams: Stream[]): Promise<RunningProcess> {
  return graph.startPeer('publisher', graph.file(`publisher-${publishers++}.json`, JSON.stringify(streams)));
}

function startProfiler(name: string, parameters: Record<string, string | number | boolean | string[]>) {
  return graph.startNode({ name, script: 'src/nodes/profiler.js', parameters });
}

async function end(running: RunningProcess): Promise<void> {
  process.kill(running.pid, 'SIGINT');
  await running.ended;
}

async function snapshot(profiler: string, seconds: number): Promise<Json> {
  const answer = await peer.call('trimtab_msgs/srv/Snapshot', `/${profiler}/snapshot`, { window_s: seconds });
  expect(answer).toMatchObject({ success: true });
  return answer.profile;
}

/** What the profile of the last seconds says of a topic, as soon as it fits. */
function topicOnce(
  profiler: string,
  topic: string,
  fits: (stats: Json) => boolean,
  seconds = 2,
): Promise<Json> {
  return waitFor(`${profiler} to measure ${topic}`, async () => {
    const { topics } = await snapshot(profiler, seconds);
    const stats = topics.find((each: Json) => each.topic === topic);
    return stats !== undefined && fits(stats) && stats;
  });
}

async function setTopics(profiler: string, topics: string[]): Promise<Json> {
  const value = { type: 9, string_array_value: topics };
  const { results } = await peer.call('rcl_interfaces/srv/SetParameters', `/${profiler}/set_parameters`, {
    parameters: [{ name: 'topics', value }],
  });
  return results[0];
}

const watched = async (profiler: string): Promise<string[]> =>
  (await snapshot(profiler, 1)).topics.map(({ topic }: Json) => topic);

describe('topics by pattern and type', () => {
  const header = 'std_msgs/msg/Header';
  const imu = 'sensor_msgs/msg/Imu';
  const isThere = ({ count }: Json) => count > 5;

  beforeAll(() => startProfiler('finder', { topics: ['/zoo/**', `type:${imu}`, 'named', 'never_said'] }));

  it('are found as they appear, and forgotten as they go; a named one stays', async () => {
    expect(await watched('finder')).toEqual(['/named', '/never_said']);
    const publisher = await publish(
      { topic: 'zoo/cage/lion', kind: header, rate: 50 },
      { topic: 'elsewhere', kind: imu, rate: 50 },
      { topic: 'unasked', kind: header, rate: 50 },
      { topic: 'named', kind: header, rate: 50 },
    );
    expect(await topicOnce('finder', '/zoo/cage/lion', isThere)).toMatchObject({ type: header });
    expect(await topicOnce('finder', '/elsewhere', isThere)).toMatchObject({ type: imu });
    await topicOnce('finder', '/named', isThere);
    expect(await watched('finder')).not.toContain('/unasked');

    await end(publisher);
    await waitFor('the topics to be forgotten', async () => (await watched('finder')).length === 2);
    expect(await topicOnce('finder', '/named', ({ count }) => count === 0)).toMatchObject({ rate_hz: 0 });
  });

  it('are followed when their publisher comes back with another type and quality of service', async () => {
    const first = await publish({ topic: 'zoo/ape', kind: header, rate: 50, reliable: true });
    await topicOnce('finder', '/zoo/ape', (stats) => isThere(stats) && stats.type === header);
    await end(first);
    const second = await publish({ topic: 'zoo/ape', kind: imu, rate: 50 });
    await topicOnce('finder', '/zoo/ape', (stats) => isThere(stats) && stats.type === imu);
    await end(second);
  });

  it('are followed when a best-effort publisher joins a reliable one', async () => {
    const first = await publish({ topic: 'zoo/owl', kind: header, rate: 20, reliable: true });
    await topicOnce('finder', '/zoo/owl', isThere);
    const second = await publish({ topic: 'zoo/owl', kind: header, rate: 30 });
    await topicOnce('finder', '/zoo/owl', ({ rate_hz }) => rate_hz > 40);
    await Promise.all([end(first), end(second)]);
  });

  it('are let go when they are no longer asked for, and bad wishes change nothing', async () => {
    const publisher = await publish(
      { topic: 'zoo/cat', kind: header, rate: 50 },
      { topic: 'zoo/dog', kind: header, rate: 50 },
    );
    await topicOnce('finder', '/zoo/cat', isThere);
    expect(await setTopics('finder', ['/zoo/d?g'])).toMatchObject({ successful: true });
    expect(await watched('finder')).toEqual(['/zoo/dog']);
    await publisher.line((line) => line === 'subscribers zoo/cat 0', 20_000);
    const refused = await setTopics('finder', ['/zoo/*', 'not a topic']);
    expect(refused.successful).toBe(false);
    expect(refused.reason).toContain('"not a topic"');
    expect(await watched('finder')).toEqual(['/zoo/dog']);
    await end(publisher);
  });
});

describe('numbers', () => {
  beforeAll(() => startProfiler('counter', { topics: ['/exact/*'] }));

  it('count every reliable message of a 1 kHz topic, and see a best-effort one’s sizes and stamps', async () => {
    const count = 3000;
    const publisher = await publish(
      { topic: 'exact/imu', kind: 'sensor_msgs/msg/Imu', rate: 1000, reliable: true, count },
      { topic: 'exact/image', kind: 'sensor_msgs/msg/Image', rate: 10, bytes: 30_000 },
    );
    expect(await publisher.line((line) => line === `published exact/imu ${count}`, 60_000)).toBeDefined();
    const imu = await topicOnce('counter', '/exact/imu', (stats) => stats.count === count, 60);
    // On a busy machine the publisher itself skips, which is said apart.
    expect(imu).toMatchObject({ lost: 0, rate_error_hz: 0 });
    expect(imu.loss).not.toMatch(/\d lost on the way/);
    expect(imu.age.count).toBe(count);
    expect(imu.period.count).toBe(count - 1);
    const image = await topicOnce('counter', '/exact/image', (stats) => stats.count > 10, 5);
    // CDR: encapsulation 4, header 13, two sizes 8, encoding 5, endianness 1, step 4, length 4, with alignment.
    expect((image.bytes_per_second * image.observed_s) / image.count).toBeCloseTo(30_044, 0);
    await end(publisher);
  });

  it('tell what a source skips from what is lost', async () => {
    const publisher = await publish({
      topic: 'exact/lame',
      kind: 'std_msgs/msg/Header',
      rate: 50,
      skip_every: 10,
    });
    const { lost, loss } = await topicOnce('counter', '/exact/lame', (stats) => stats.loss !== '', 4);
    expect(lost).toBe(0);
    expect(loss).toContain('skipped at the source');
    await end(publisher);
  });
});

describe('paths', () => {
  it('say what they do not contain, and why one cannot be measured', async () => {
    await startProfiler('walker', { paths: ['way/in -> way/middle -> way/out', 'way/in -> way/twist'] });
    const publisher = await publish(
      { topic: 'way/in', kind: 'std_msgs/msg/Header', rate: 50 },
      { topic: 'way/out', kind: 'std_msgs/msg/Header', rate: 50 },
      { topic: 'way/twist', kind: 'geometry_msgs/msg/Twist', rate: 50 },
    );
    const [whole, stampless] = await waitFor('both paths to be heard', async () => {
      const { paths, topics } = await snapshot('walker', 2);
      const twist = topics.find(({ topic }: Json) => topic === '/way/twist');
      return paths[0].latency.count > 10 && twist.count > 10 && paths;
    });
    expect(whole.unseen).toEqual([
      'from the event itself to its stamp on /way/in',
      'from the arrival on /way/out to its effect',
      '/way/middle: not heard',
    ]);
    expect(stampless.latency.count).toBe(0);
    expect(stampless.unseen).toContain('/way/twist: carries no stamps, so that the path cannot be measured');
    await end(publisher);
  });
});

describe('duty cycles', () => {
  it('really stop listening, and give a rate with its error', async () => {
    const publisher = await publish(
      { topic: 'heavy/image_raw', kind: 'sensor_msgs/msg/Image', rate: 20, bytes: 300_000, reliable: true },
      { topic: 'light/header', kind: 'std_msgs/msg/Header', rate: 20, reliable: true },
    );
    await startProfiler('dozer', { topics: ['/heavy/*', '/light/*'], observe: 'duty', duty_share: 0.2 });
    expect(await publisher.line((line) => line === 'subscribers heavy/image_raw 0', 30_000)).toBeDefined();
    const heavy = await topicOnce(
      'dozer',
      '/heavy/image_raw',
      ({ observed_s, count }) => observed_s < 3 && count > 3,
      6,
    );
    expect(heavy.rate_error_hz).toBeGreaterThan(0);
    const light = await topicOnce('dozer', '/light/header', ({ observed_s }) => observed_s === 3, 3);
    expect(light.rate_error_hz).toBe(0);
    // One loop publishes both; how fast it really is on a busy machine, the light topic tells.
    expect(heavy.rate_hz).toBeGreaterThan(0.5 * light.rate_hz);
    expect(heavy.rate_hz).toBeLessThan(2 * light.rate_hz);
    await end(publisher);
  });
});

describe('simulated time', () => {
  it('is what rates are counted in, also after it jumps on by an hour, and after it begins anew', async () => {
    const clock = await graph.startPeer('clock', '0.5', '100');
    await startProfiler('dreamer', { topics: ['dream'], use_sim_time: true });
    const publisher = await publish({
      topic: 'dream',
      kind: 'std_msgs/msg/Header',
      rate: 20,
      reliable: true,
    });
    const isTwice = ({ rate_hz }: Json) => rate_hz > 32 && rate_hz < 48;
    await topicOnce('dreamer', '/dream', isTwice);

    process.kill(clock.pid, 'SIGUSR1');
    const later = await waitFor('a profile of a second after the jump', async () => {
      const profile = await snapshot('dreamer', 60);
      return profile.header.stamp.sec >= 3700 && profile.window_s > 1 && profile;
    });
    expect(later.window_s).toBeLessThan(60);
    expect(later.topics[0].rate_hz).toBeGreaterThan(32);
    expect(later.topics[0].rate_hz).toBeLessThan(48);

    await end(clock);
    await graph.startPeer('clock', '0.5', '10');
    const anew = await waitFor('a profile of a second of the time begun anew', async () => {
      const profile = await snapshot('dreamer', 60);
      return profile.header.stamp.sec < 100 && profile.window_s > 1 && profile;
    });
    expect(anew.window_s).toBeLessThan(60);
    expect(anew.topics[0].rate_hz).toBeGreaterThan(32);
    expect(anew.topics[0].rate_hz).toBeLessThan(48);
    await end(publisher);
  });
});
