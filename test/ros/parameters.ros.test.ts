import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LiveGraph, type NodeSpec } from './live-graph.ts';
import { PeerParameters } from './peer-parameters.ts';
import type { RosPeer } from './ros-peer.ts';

const adaptor: NodeSpec = { name: 'throttle', script: 'src/nodes/adaptor.js', namespace: '/robot_1' };
const camera: NodeSpec = { name: 'camera', script: 'sim/world/world-node.js' };

const graph = new LiveGraph();
let peer: RosPeer;
let throttle: PeerParameters;
let world: PeerParameters;

beforeAll(async () => {
  const file = graph.file(
    'as-launch-writes-it.yaml',
    `/robot_1/throttle:
  ros__parameters:
    channels: [preview]
    channels.preview:
      from: camera/image_raw
      to: preview/image_raw
      rate: 7
/robot_1/another:
  ros__parameters:
    channels.preview.rate: 9.5
`,
  );
  [peer] = await Promise.all([
    graph.openClient(),
    graph.startNode({ ...adaptor, rosArguments: ['--params-file', file] }),
    graph.startNode({ ...camera, parameters: { fps: 12 } }),
  ]);
  throttle = new PeerParameters(peer, '/robot_1/throttle');
  world = new PeerParameters(peer, '/camera');
});
afterAll(() => graph.close());

describe('parameters, seen by an rclpy client', () => {
  it('are listed, the common ones included', async () => {
    const names = await world.list();
    expect(names).toEqual(expect.arrayContaining(['fps', 'seed', 'autostart', 'use_sim_time']));
    expect(await throttle.list()).toContain('channels.preview.rate');
  });

  it('are described with their ranges, integer and floating', async () => {
    const fps = await world.describe('fps');
    expect(fps.type).toBe(2);
    expect(fps.integer_range).toMatchObject([{ from_value: 1, to_value: 60 }]);
    expect(fps.description).not.toBe('');
    const rate = await throttle.describe('channels.preview.rate');
    expect(rate.type).toBe(3);
    expect(rate.floating_point_range).toMatchObject([{ from_value: -1, to_value: 1000 }]);
    expect((await world.describe('seed')).read_only).toBe(true);
    expect(fps.read_only).toBe(false);
  });

  it('are set within their range', async () => {
    expect(await world.set('fps', { integer: 15 })).toEqual({ successful: true, reason: '' });
    expect(await world.get('fps')).toEqual({ integer: 15 });
  });

  it('are refused outside their range, with the bounds and a code, and stay as they were', async () => {
    const before = await world.get('fps');
    const { successful, reason } = await world.set('fps', { integer: 61 });
    expect(successful).toBe(false);
    expect(reason).toContain('TT_PARAM_RANGE');
    expect(reason).toMatch(/\b61\b.*\b1\b.*\b60\b/);
    expect(await world.get('fps')).toEqual(before);
  });

  it('are refused where only a node knows that a value means nothing', async () => {
    const before = await throttle.get('channels.preview.rate');
    const { successful, reason } = await throttle.set('channels.preview.rate', { double: -0.5 });
    expect(successful).toBe(false);
    expect(reason).toContain('TT_PARAM_RANGE');
    expect(await throttle.get('channels.preview.rate')).toEqual(before);
  });

  it('are refused with the wrong type', async () => {
    const before = await world.get('fps');
    const { successful, reason } = await world.set('fps', { string: 'fast' });
    expect(successful).toBe(false);
    expect(reason).toContain('TT_PARAM_TYPE');
    expect(await world.get('fps')).toEqual(before);
  });

  it('are refused when they can be set only at start', async () => {
    const before = await world.get('seed');
    const { successful, reason } = await world.set('seed', { integer: 7 });
    expect(successful).toBe(false);
    expect(reason).toContain('TT_PARAM_READ_ONLY');
    expect(await world.get('seed')).toEqual(before);
  });

  it('are refused when there is no such parameter', async () => {
    const { successful } = await world.set('frames', { integer: 7 });
    expect(successful).toBe(false);
    expect(await world.list()).not.toContain('frames');
    expect(await world.get('frames')).toEqual({});
    await world.describe('frames');
    expect(await world.get('autostart')).toEqual({ bool: true });
  });

  it('take an integer for a double', async () => {
    expect((await throttle.set('channels.preview.rate', { integer: 12 })).successful).toBe(true);
    expect(await throttle.get('channels.preview.rate')).toEqual({ double: 12 });
  });

  it('change all together or not at all', async () => {
    const before = await world.get('fps');
    const { successful } = await world.setAtomically({ fps: { integer: 9 }, seed: { integer: 3 } });
    expect(successful).toBe(false);
    expect(await world.get('fps')).toEqual(before);
  });
});

describe('parameters given at start', () => {
  const preview: NodeSpec = {
    name: 'mapping',
    script: 'sim/workload/preview-node.js',
    namespace: '/robot_2',
  };

  it('come from a file whose keys are full names, as launch_ros writes them', async () => {
    expect(await throttle.get('channels.preview.from')).toEqual({ string: 'camera/image_raw' });
    // 7 in the file; another test may have set it since.
    expect(await throttle.get('channels.preview.rate')).not.toEqual({ double: 9.5 });
  });

  it('come from the command line, and set the clock under a namespace', async () => {
    const profiler: NodeSpec = { name: 'watcher', script: 'src/nodes/profiler.js', namespace: '/robot_2' };
    await graph.startNode({ ...profiler, parameters: { window_s: 1.5, use_sim_time: true } });
    const watcher = new PeerParameters(peer, '/robot_2/watcher');
    expect(await watcher.get('window_s')).toEqual({ double: 1.5 });
    expect(await watcher.get('use_sim_time')).toEqual({ bool: true });
    const snapshot = async () => {
      await peer.publish('rosgraph_msgs/msg/Clock', '/clock', { clock: { sec: 5000, nanosec: 0 } });
      const { profile } = await peer.call('trimtab_msgs/srv/Snapshot', '/robot_2/watcher/snapshot', {
        window_s: 1,
      });
      return profile.header.stamp.sec;
    };
    await expect.poll(snapshot, { timeout: 20_000 }).toBe(5000);
  });

  it('end the process with the reason when one is out of range', async () => {
    const { code, output } = await graph.runNode({ ...preview, parameters: { detail: 9 } });
    expect(code).not.toBe(0);
    expect(output).toContain('TT_PARAM_RANGE');
    expect(output).toMatch(/detail.*\b9\b.*\b1\b.*\b4\b/);
  });

  it('end the process when the node does not know one', async () => {
    const { code, output } = await graph.runNode({ ...preview, parameters: { detials: 2 } });
    expect(code).not.toBe(0);
    expect(output).toContain('TT_PARAM_UNKNOWN');
    expect(output).toContain('detials');
  });

  it('end the process when their file is damaged', async () => {
    const file = graph.file('damaged.yaml', 'mapping:\n  ros__parameters: {detail: [1\n');
    const { code, output } = await graph.runNode({ ...preview, rosArguments: ['--params-file', file] });
    expect(code).not.toBe(0);
    expect(output).toContain(`${file}`);
    expect(output).toMatch(/\[TT_\w+\]/);
  });
});
