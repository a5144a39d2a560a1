import { afterAll, beforeAll, expect, it } from 'vitest';
import { LiveGraph } from './live-graph.ts';
import type { Json, RosPeer } from './ros-peer.ts';
import { waitFor } from './wait-for.ts';

// What a robot has whose environment nobody prepared; every process of this file inherits it.
delete process.env.FASTDDS_DEFAULT_PROFILES_FILE;

const rateHz = 30;
const graph = new LiveGraph();
let peer: RosPeer;

beforeAll(async () => {
  peer = await graph.openClient();
  await graph.startNode({
    name: 'profiler',
    script: 'src/nodes/profiler.js',
    parameters: { topics: ['type:sensor_msgs/msg/Image'] },
  });
  const streams = [
    { topic: 'camera/image_raw', kind: 'sensor_msgs/msg/Image', rate: rateHz, bytes: 1920 * 1080 * 3 },
    { topic: 'camera/camera_info', kind: 'sensor_msgs/msg/CameraInfo', rate: rateHz, reliable: true },
  ];
  await graph.startPeer('publisher', graph.file('camera.json', JSON.stringify(streams)));
});
afterAll(() => graph.close());

it('names the loss of large best-effort images and its cure, instead of a low rate alone', async () => {
  const { image, info } = await waitFor('images to be lost', async () => {
    const answer = await peer.call('trimtab_msgs/srv/Snapshot', '/profiler/snapshot', { window_s: 4 });
    const of = (topic: string) => answer.profile.topics.find((each: Json) => each.topic === topic);
    const found = { image: of('/camera/image_raw'), info: of('/camera/camera_info') };
    const accounted = (found.image?.count ?? 0) + (found.image?.lost ?? 0);
    // The light topic beside it tells how many there were. What was lost before the first image came is not counted.
    return found.info?.count > 2 * rateHz && accounted > 0.8 * found.info.count && found;
  });
  expect(image.lost).toBeGreaterThan(0.1 * info.count);
  expect(image.count + image.lost).toBeLessThan(1.5 * info.count);
  expect(image.loss).toMatch(/^\d+ of \d+ lost on the way, by /);
  // On a busy machine not one image may have come that would tell their size.
  expect(image.loss).toMatch(/of 6\.2 MB|their size is not known/);
  expect(image.loss).toContain('FASTDDS_DEFAULT_PROFILES_FILE');
  expect(info).toMatchObject({ lost: 0, loss: '' });
});

it('warns of it in /diagnostics', async () => {
  await peer.listen('diagnostic_msgs/msg/DiagnosticArray', '/diagnostics', { reliable: true });
  const { status } = await peer.hear('/diagnostics', (message) =>
    message.status.some(({ level }: Json) => level === 1),
  );
  const image = status.find(({ name }: Json) => name === 'profiler: /camera/image_raw');
  expect(image.level).toBe(1);
  expect(image.message).toContain('lost on the way');
  expect(status.find(({ name }: Json) => name === 'profiler: /camera/camera_info').level).toBe(0);
});
