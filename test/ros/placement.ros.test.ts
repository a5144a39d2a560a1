import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actuatorContract } from '../../src/core/knobs/actuator-contract.ts';
import type { KnobDeclaration } from '../../src/core/knobs/knob.ts';
import type { RunningProcess } from '../../src/io/process/process-group.ts';
import { KnobSet } from '../../src/nodes/tuner/knob-set.ts';
import { ClientSession } from '../../src/ros/index.ts';
import { LiveGraph, type NodeSpec, repository } from './live-graph.ts';
import { PeerParameters } from './peer-parameters.ts';
import type { Json, RosPeer } from './ros-peer.ts';
import { waitFor, waitUntilKnobsAreRead } from './wait-for.ts';
import { startZooTarget } from './zoo/zoo-target.ts';

const graph = new LiveGraph();
let peer: RosPeer;
let session: ClientSession;

beforeAll(async () => {
  process.env.ROS_DOMAIN_ID = graph.domainId;
  process.env.TRIMTAB_HOME = graph.dir;
  [peer, session] = await Promise.all([graph.openClient(), ClientSession.open('mover')]);
});
afterAll(async () => {
  session.close();
  await graph.close();
});

const detector = (name: string, placement = 'cpu'): NodeSpec => ({
  name,
  script: 'sim/workload/detector-node.js',
  parameters: { model: join(repository, 'models', 'vest.json'), placement },
});

async function endProcess({ pid, ended }: RunningProcess): Promise<void> {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
  await ended;
}

async function openRead(knob: KnobDeclaration): Promise<KnobSet> {
  const { knobs, absent } = KnobSet.open([knob], {
    node: session.node,
    adaptorNode: '/adaptor',
    cpuBudget: undefined,
  });
  expect(absent).toEqual([]);
  await waitFor(`${knob.name} to be read`, async () => (await knobs.read()).ok);
  return knobs;
}

describe('the placement of a network of ours', () => {
  const fixture = async () => {
    const node = await graph.startNode(detector('contracted'));
    const knobs = await openRead({
      name: 'place',
      target: { kind: 'placement', node: '/contracted', parameter: 'placement' },
      domain: { type: 'categorical', values: ['cpu', 'cpu:2', 'dla0'] },
      unit: '',
      takesEffect: 'immediate',
    });
    return {
      actuator: knobs.actuators.get('place') as never,
      values: ['cpu:2', 'cpu'] as const,
      // onnxruntime for Node cannot choose a DLA, even where there is one.
      refused: 'dla0',
      takeAway: async () => {
        process.kill(node.pid, 'SIGKILL');
        await node.ended;
      },
      close: async () => {
        knobs.close();
        await endProcess(node);
      },
    };
  };
  for (const { name, run } of actuatorContract(fixture)) it(name, run);

  it('is refused at start where it is not there, with what is', async () => {
    const { code, output } = await graph.runNode(detector('misplaced', 'dla0'));
    expect(code).toBe(1);
    expect(output).toMatch(/no DLA for networks here.*accepted: cpu.*TT_MODEL_PLACE/);
  });
});

describe('the placement of a network of another node', () => {
  it('is written and read back in the words of its own parameter', async () => {
    await startZooTarget(graph, 'obeys');
    const knobs = await openRead({
      name: 'place',
      target: { kind: 'placement', node: '/obeys', parameter: 'rate', values: { slow: 5, fast: 20 } },
      domain: { type: 'categorical', values: ['slow', 'fast'] },
      unit: '',
      takesEffect: 'immediate',
    });
    const actuator = knobs.actuators.get('place');
    const parameters = new PeerParameters(peer, '/obeys');
    expect(await actuator?.read()).toBe('fast');
    expect(await actuator?.write('slow')).toEqual({ ok: true });
    expect([await actuator?.read(), await parameters.get('rate')]).toEqual(['slow', { double: 5 }]);
    await parameters.set('rate', { double: 7 });
    expect(await actuator?.read()).toBe(7);
    knobs.close();
  });
});

describe('a detector at work, and a tuner that may place it', () => {
  let parameters: PeerParameters;

  async function set(
    ...args: string[]
  ): Promise<{ code: number | null; verdicts: Json[]; refusals: Json[] }> {
    const { code, output } = await graph.runCommand('set', '--json', ...args);
    const line = output.split('\n').find((each) => each.startsWith('{'));
    if (line === undefined) throw new Error(`set printed no JSON:\n${output}`);
    return { code, ...(JSON.parse(line) as { verdicts: Json[]; refusals: Json[] }) };
  }
  const placement = async () => (await parameters.get('placement')).string;
  const detections = async () =>
    (await peer.heard('/detections')).map(({ message: { header } }) => header.stamp as Json);

  async function passes(count: number): Promise<void> {
    const before = (await detections()).length;
    await waitFor(`${count} detections more`, async () => (await detections()).length >= before + count);
  }

  beforeAll(async () => {
    const spec = graph.file(
      'place.yaml',
      `require: [{topic: detections, rate: ">= 1 Hz"}]
knobs:
  - {placement: detector, choices: [cpu, "cpu:2", dla0]}
`,
    );
    parameters = new PeerParameters(peer, '/detector');
    await peer.listen('trimtab_msgs/msg/DetectionArray', '/detections', { reliable: true });
    const camera = { name: 'camera', script: 'sim/world/world-node.js', parameters: { fps: 5 } };
    await graph.startNode({ ...detector('detector'), remappings: { image_raw: 'camera/image_raw' } });
    await graph.startNode(camera);
    await graph.startNode({ name: 'tuner', script: 'src/nodes/tuner.js', parameters: { spec } });
    await waitUntilKnobsAreRead(peer, '/tuner');
  });

  it('is moved and moved back, and every detection comes once and in order', async () => {
    await passes(3);
    for (const place of ['cpu:2', 'cpu', 'cpu:2']) {
      const { code, verdicts } = await set(`placement detector=${place}`);
      expect(verdicts).toMatchObject([{ name: 'placement detector', requested: place, outcome: 'accepted' }]);
      expect(code).toBe(0);
      expect(await placement()).toBe(place);
      await passes(3);
    }
    expect(graph.log('detector')).toMatch(/network vest runs on cpu:2: \d+ nodes on CPU, 2 threads/);
    const stamps = (await detections()).map(({ sec, nanosec }) => sec + nanosec / 1e9);
    expect(stamps).toEqual([...new Set(stamps)].sort((a, b) => a - b));
  });

  it('only tells of it in a dry run', async () => {
    const before = await placement();
    const other = before === 'cpu' ? 'cpu:2' : 'cpu';
    const { verdicts } = await set('--dry-run', `placement detector=${other}`);
    expect(verdicts).toMatchObject([{ name: 'placement detector', outcome: 'planned' }]);
    expect(await placement()).toBe(before);
  });

  it('rejects a place that is not there, says which are, and stays where it is', async () => {
    const before = await placement();
    const { code, verdicts, refusals } = await set('placement detector=dla0');
    expect(code).toBe(1);
    expect(verdicts).toMatchObject([{ outcome: 'rejected' }]);
    expect(refusals).toMatchObject([
      { code: 'TT_KNOB_REJECTED', reason: expect.stringMatching(/no DLA for networks here.*accepted: cpu/) },
    ]);
    expect(await placement()).toBe(before);
    await passes(3);
  });

  it('refuses what is none of its places before anything is written', async () => {
    const { refusals } = await set('placement detector=gpu');
    expect(refusals).toMatchObject([{ code: 'TT_PARAM_RANGE' }]);
  });

  it('answers any ROS client, alone or with others, all or nothing', async () => {
    const place = (string: string) => ({ placement: { string } });
    expect(await parameters.set('placement', { string: 'cpu' })).toMatchObject({ successful: true });
    const refused = await parameters.set('placement', { string: 'moon' });
    expect(refused).toMatchObject({ successful: false, reason: expect.stringContaining('cpu:2') });
    const mixed = await parameters.setAtomically({ ...place('cpu:2'), autostart: { bool: false } });
    expect(mixed).toMatchObject({ successful: false, reason: expect.stringContaining('autostart') });
    expect(await placement()).toBe('cpu');
    expect(await parameters.setAtomically(place('cpu:2'))).toMatchObject({ successful: true });
    expect(await placement()).toBe('cpu:2');
    await passes(3);
  });
});
