import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LiveGraph, repository } from './live-graph.ts';
import type { RosPeer } from './ros-peer.ts';
import { waitFor } from './wait-for.ts';

/** lifecycle_msgs/msg/Transition. */
const transitions = { configure: 1, cleanup: 2, activate: 3, deactivate: 4, shutdownWhenActive: 7 };
const imageTopic = '/robot/camera/image_raw';

const graph = new LiveGraph();
let peer: RosPeer;

beforeAll(async () => {
  peer = await graph.openClient();
});
afterAll(() => graph.close());

describe('a node without autostart, under a lifecycle manager', () => {
  let node: Awaited<ReturnType<LiveGraph['startNode']>>;

  beforeAll(async () => {
    node = graph.spawnNode({
      name: 'camera',
      script: 'sim/world/world-node.js',
      namespace: '/robot',
      parameters: { autostart: false, fps: 20 },
    });
    await peer.listen('sensor_msgs/msg/Image', imageTopic);
  });

  const state = async () => {
    const { current_state } = await peer.call('lifecycle_msgs/srv/GetState', '/robot/camera/get_state');
    return current_state.label as string;
  };
  const change = async (transition: keyof typeof transitions) => {
    const { success } = await peer.call('lifecycle_msgs/srv/ChangeState', '/robot/camera/change_state', {
      transition: { id: transitions[transition] },
    });
    return success as boolean;
  };
  const silent = async () => {
    // What was on its way when the state changed does not count.
    await sleep(300);
    const seconds = 0.7;
    await sleep(seconds * 1000);
    return (await peer.heard(imageTopic, seconds)).length === 0;
  };
  const speaks = () =>
    waitFor('an image', async () => (await peer.heard(imageTopic, 0.5)).length > 0, 20_000);

  it('stays unconfigured and silent', async () => {
    expect(await state()).toBe('unconfigured');
    expect(await silent()).toBe(true);
    expect(await peer.heard(imageTopic)).toEqual([]);
  });

  it('is inactive and silent after configure', async () => {
    await waitFor('configure to be accepted', () => change('configure'));
    expect(await state()).toBe('inactive');
    expect(await silent()).toBe(true);
  });

  it('speaks after activate', async () => {
    expect(await change('activate')).toBe(true);
    expect(await state()).toBe('active');
    await speaks();
  });

  it('falls silent after deactivate, and speaks again after activate', async () => {
    expect(await change('deactivate')).toBe(true);
    expect(await state()).toBe('inactive');
    expect(await silent()).toBe(true);
    expect(await change('activate')).toBe(true);
    await speaks();
  });

  it('refuses a transition that its state does not have', async () => {
    expect(await change('configure')).toBe(false);
    expect(await state()).toBe('active');
  });

  it('can be taken down to unconfigured and up again', async () => {
    expect(await change('deactivate')).toBe(true);
    expect(await change('cleanup')).toBe(true);
    expect(await state()).toBe('unconfigured');
    expect(await change('configure')).toBe(true);
    expect(await change('activate')).toBe(true);
    await speaks();
  });

  it('ends with code 0 after shutdown', async () => {
    expect(await change('shutdownWhenActive')).toBe(true);
    expect(await node.ended).toEqual({ code: 0, signal: null });
  });
});

describe('a running node', () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`ends with code 0 on ${signal} and leaves no process`, async () => {
      const node = await graph.startNode({
        name: `detector_${signal.toLowerCase()}`,
        script: 'sim/workload/detector-node.js',
        parameters: { model: `${repository}/models/vest.json` },
      });
      expect(processesOfGroup(node.pid)).toContain(node.pid);
      process.kill(node.pid, signal);
      expect(await node.ended).toEqual({ code: 0, signal: null });
      expect(processesOfGroup(node.pid)).toEqual([]);
    });
  }

  it('ends when the process that started it is killed, busy as it may be', async () => {
    await graph.startNode({
      name: 'busy_camera',
      script: 'sim/world/world-node.js',
      parameters: { fps: 60 },
    });
    const { parent, pid } = await graph.startNodeInParent({
      name: 'orphan',
      script: 'sim/workload/detector-node.js',
      parameters: { model: `${repository}/models/vest.json` },
      remappings: { image_raw: 'camera/image_raw' },
    });
    await peer.listen('trimtab_msgs/msg/DetectionArray', '/detections', { reliable: true });
    await peer.hear('/detections');
    // While it is held up images pile up, so that it has work in hand when it learns of the end.
    process.kill(pid, 'SIGSTOP');
    process.kill(parent.pid, 'SIGKILL');
    await parent.ended;
    await sleep(200);
    process.kill(pid, 'SIGCONT');
    try {
      await waitFor('the orphan to end', () => !processesOfGroup(parent.pid).includes(pid), 10_000);
    } catch (error) {
      process.kill(pid, 'SIGKILL');
      throw error;
    }
  });
});

/** Every process that a node starts belongs to the process group that it leads. */
function processesOfGroup(group: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        // After the command's name in brackets: state, parent, process group.
        const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ');
        return Number(fields[2]) === group && fields[0] !== 'Z';
      } catch {
        return false;
      }
    })
    .map(Number);
}
