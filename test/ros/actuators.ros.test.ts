import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actuatorContract } from '../../src/core/knobs/actuator-contract.ts';
import type { KnobDeclaration, KnobTarget, KnobValue, TakesEffect } from '../../src/core/knobs/knob.ts';
import type { AnswerRule } from '../../src/core/knobs/service-answer.ts';
import { carryOut, planFromHeld } from '../../src/nodes/tuner/apply-configuration.ts';
import { KnobSet } from '../../src/nodes/tuner/knob-set.ts';
import { ClientSession } from '../../src/ros/index.ts';
import { LiveGraph } from './live-graph.ts';
import { PeerParameters } from './peer-parameters.ts';
import type { RosPeer } from './ros-peer.ts';
import { waitFor } from './wait-for.ts';
import { type Species, startZooTarget } from './zoo/zoo-target.ts';

const graph = new LiveGraph();
/** Nobody else on this machine has a node of this name: it is found by its command line. */
const camera = `camera_${process.pid}`;
let peer: RosPeer;
let session: ClientSession;

beforeAll(async () => {
  process.env.ROS_DOMAIN_ID = graph.domainId;
  [peer, session] = await Promise.all([graph.openClient(), ClientSession.open('hands')]);
});
afterAll(async () => {
  session.close();
  await graph.close();
});

function knob(name: string, target: KnobTarget, takesEffect: TakesEffect = 'immediate'): KnobDeclaration {
  return { name, target, domain: { type: 'real', low: 0, high: 1000 }, unit: '', takesEffect };
}

const rateOf = (species: Species, takesEffect?: TakesEffect) =>
  knob(species, { kind: 'parameter', node: `/${species}`, parameter: 'rate' }, takesEffect);

function open(...declarations: KnobDeclaration[]): KnobSet {
  const { knobs, absent } = KnobSet.open(declarations, {
    node: session.node,
    adaptorNode: '/adaptor',
    cpuBudget: undefined,
  });
  expect(absent).toEqual([]);
  return knobs;
}

async function openRead(...declarations: KnobDeclaration[]): Promise<KnobSet> {
  const knobs = open(...declarations);
  await waitFor('every knob to be read', async () => (await knobs.read()).ok);
  return knobs;
}

async function apply(knobs: KnobSet, wanted: Record<string, KnobValue>) {
  const planned = await planFromHeld(knobs, wanted);
  if (!planned.ok) throw new Error(JSON.stringify(planned.refusals));
  return carryOut(knobs, planned.value.plan);
}

describe('a parameter', () => {
  const fixture = async () => {
    const target = await startZooTarget(graph, 'obeys');
    const knobs = await openRead(rateOf('obeys'));
    return {
      actuator: knobs.actuators.get('obeys') as never,
      values: [10, 12] as const,
      refused: 'fast',
      takeAway: async () => {
        process.kill(target.process.pid, 'SIGKILL');
        await target.process.ended;
      },
      close: async () => {
        knobs.close();
        await endProcess(target.process);
      },
    };
  };
  for (const { name, run } of actuatorContract(fixture)) it(name, run);

  it('of a node that is busy is set as soon as it is idle', async () => {
    await startZooTarget(graph, 'obeys_when_idle');
    const knobs = await openRead(rateOf('obeys_when_idle'));
    const parameters = new PeerParameters(peer, '/obeys_when_idle');
    expect(await parameters.get('busy')).toEqual({ bool: true });
    const applied = apply(knobs, { obeys_when_idle: 9 });
    await sleep(500);
    await parameters.set('busy', { bool: false });
    expect(await applied).toMatchObject({ applied: true });
    expect(await parameters.get('rate')).toEqual({ double: 9 });
    knobs.close();
  });
});

describe('a lifecycle node', () => {
  it('is reconfigured for a new value, and runs again', async () => {
    await graph.startPeer('picky_lifecycle');
    const size = knob('size', { kind: 'parameter', node: '/picky', parameter: 'size' }, 'reconfigure');
    const knobs = await openRead(size);
    const parameters = new PeerParameters(peer, '/picky');
    expect(await apply(knobs, { size: 50 })).toMatchObject({ applied: true });
    expect(await parameters.get('configured_size')).toEqual({ integer: 50 });
    expect(await stateOf('/picky')).toBe('active');

    const report = await apply(knobs, { size: 500 });
    expect(report).toMatchObject({ applied: false, stuck: [] });
    expect(report.writes[0]?.verdict).toMatchObject({
      outcome: 'rejected',
      reason: expect.stringMatching(/configure failed; its old values are back/),
    });
    expect(await parameters.get('size')).toEqual({ integer: 50 });
    expect(await parameters.get('configured_size')).toEqual({ integer: 50 });
    expect(await stateOf('/picky')).toBe('active');
    knobs.close();
  });

  it('is not reconfigured for a value that a parameter beside it does not fit', async () => {
    const size: KnobDeclaration = {
      ...knob('size', { kind: 'parameter', node: '/picky', parameter: 'size' }, 'reconfigure'),
      fitsParameters: [{ parameter: 'configured_*', relation: '<=', of: 'value' }],
    };
    const knobs = await openRead(size);
    expect(await planFromHeld(knobs, { size: 40 })).toMatchObject({ ok: true });
    expect(await planFromHeld(knobs, { size: 60 })).toMatchObject({
      ok: false,
      refusals: [{ code: 'TT_KNOB_COUPLED', accepted: '<= 50' }],
    });
    knobs.close();
  });

  it('that is not active is taken no further than it was', async () => {
    const size = knob('size', { kind: 'parameter', node: '/picky', parameter: 'size' }, 'reconfigure');
    const knobs = await openRead(size);
    await peer.call('lifecycle_msgs/srv/ChangeState', '/picky/change_state', { transition: { id: 4 } });
    expect(await apply(knobs, { size: 60 })).toMatchObject({ applied: true });
    expect(await stateOf('/picky')).toBe('inactive');
    expect(await new PeerParameters(peer, '/picky').get('configured_size')).toEqual({ integer: 60 });
    knobs.close();
  });

  it('that is none is not reconfigured', async () => {
    await startZooTarget(graph, 'ignores');
    const knobs = await openRead(rateOf('ignores', 'reconfigure'));
    const report = await apply(knobs, { ignores: 9 });
    expect(report.writes[0]?.verdict).toMatchObject({ outcome: 'unreachable' });
    expect(await new PeerParameters(peer, '/ignores').get('rate')).toEqual({ double: 20 });
    knobs.close();
  });
});

describe('a camera with a service, respawned by its launch system', () => {
  const params = (fps: string) =>
    `# the launch's own\n${camera}:\n  ros__parameters:\n    fps: ${fps} # Hz\n`;
  let file: string;
  const fps = () =>
    knob('fps', { kind: 'parameter', node: `/${camera}`, parameter: 'fps', paramsFile: file }, 'restart');
  const capture: KnobDeclaration = {
    ...knob('capture', {
      kind: 'service',
      service: `/${camera}/set_capture`,
      type: 'std_srvs/srv/SetBool',
      request: '{data: $value}',
    }),
    domain: { type: 'categorical', values: [true, false] },
    default: true,
  };

  beforeAll(async () => {
    file = graph.file('camera.yaml', params('30.0'));
    await graph.startPeer('respawned_camera', camera, file);
  });

  const actuator = actuatorContract(async () => {
    const knobs = await openRead(capture);
    return {
      actuator: knobs.actuators.get('capture') as never,
      values: [false, true] as const,
      refused: 'maybe',
      close: async () => knobs.close(),
    };
  });
  for (const { name, run } of actuator) it(`as a service ${name}`, run);

  it('stops and starts by its service, and a refusal of the service is one', async () => {
    const knobs = await openRead(capture);
    const topic = `/${camera}/image`;
    await peer.listen('std_msgs/msg/Header', topic);
    const comes = async () => (await peer.heard(topic, 0.5)).length > 0;
    await knobs.actuators.get('capture')?.write(true);
    await waitFor('an image', comes);
    await knobs.actuators.get('capture')?.write(false);
    await waitFor('silence', async () => !(await comes()));
    await new PeerParameters(peer, `/${camera}`).set('locked', { bool: true });
    expect(await knobs.actuators.get('capture')?.write(true)).toEqual({
      ok: false,
      outcome: 'rejected',
      reason: 'the camera is locked',
    });
    knobs.close();
  });

  it('takes lists among those that the knob may have', async () => {
    const list = (parameter: string, ...values: string[]): KnobDeclaration => ({
      ...knob(parameter, { kind: 'parameter', node: `/${camera}`, parameter }),
      domain: { type: 'categorical', values },
    });
    const knobs = await openRead(list('size', '[640, 480]', '[320, 240]'), list('crop', '[0.25, 1]', 'half'));
    expect(await knobs.read()).toMatchObject({ value: { size: '[640, 480]', crop: '[0, 1]' } });
    expect(await apply(knobs, { size: '[320, 240]', crop: '[0.25, 1]' })).toMatchObject({ applied: true });
    const parameters = new PeerParameters(peer, `/${camera}`);
    expect(await parameters.get('size')).toEqual({ integer_array: [320, 240] });
    expect(await parameters.get('crop')).toEqual({ double_array: [0.25, 1] });
    const refused = await apply(knobs, { size: '[640, 480]', crop: 'half' });
    expect(refused).toMatchObject({ applied: false, stuck: [] });
    expect(await parameters.get('size')).toEqual({ integer_array: [320, 240] });
    knobs.close();
  });

  it('is switched off and on for a value that it takes over then', async () => {
    const profile: KnobDeclaration = {
      ...knob('profile', {
        kind: 'parameter',
        node: `/${camera}`,
        parameter: 'profile',
        switches: ['enable_color'],
      }),
      domain: { type: 'categorical', values: ['640x480x30', '640x480x15'] },
    };
    const knobs = await openRead(profile);
    expect(await apply(knobs, { profile: '640x480x15' })).toMatchObject({ applied: true });
    const parameters = new PeerParameters(peer, `/${camera}`);
    expect(await parameters.get('running_profile')).toEqual({ string: '640x480x15' });
    expect(await parameters.get('enable_color')).toEqual({ bool: true });
    knobs.close();
  });

  const mute = (answer?: AnswerRule): KnobDeclaration => ({
    ...knob('mute', {
      kind: 'service',
      service: `/${camera}/set_capture_mutely`,
      type: 'std_srvs/srv/SetBool',
      request: '{data: $value}',
      ...(answer && { answer }),
    }),
    domain: { type: 'categorical', values: [true, false] },
    default: true,
  });

  it('goes on when a service that acts says no: what it was told is told back', async () => {
    const topic = `/${camera}/image`;
    await peer.listen('std_msgs/msg/Header', topic);
    const comes = async () => (await peer.heard(topic, 0.5)).length > 0;
    const trusting = await openRead(mute('ignored'));
    expect(await apply(trusting, { mute: false })).toMatchObject({ applied: true });
    await waitFor('silence', async () => !(await comes()));
    expect(await apply(trusting, { mute: true })).toMatchObject({ applied: true });
    await waitFor('an image', comes);
    trusting.close();

    const strict = await openRead(mute());
    const report = await apply(strict, { mute: false });
    expect(report.writes.map(({ verdict }) => verdict.outcome)).toEqual(['rejected']);
    // The way back was refused likewise, so nobody claims to know what holds; but it was gone.
    expect(report).toMatchObject({ applied: false, stuck: [{ name: 'mute' }] });
    await waitFor('an image again', comes);
    strict.close();
  });

  it('is not called when its answer lacks the field that it is judged by', async () => {
    const knobs = await openRead(mute({ field: 'rc', equals: 1 }));
    const report = await apply(knobs, { mute: false });
    expect(report).toMatchObject({ applied: false, stuck: [] });
    expect(report.writes[0]?.verdict).toMatchObject({
      outcome: 'rejected',
      reason: 'the answer of std_srvs/srv/SetBool has no field rc',
    });
    knobs.close();
  });

  it('is restarted for a value that it reads at its start', async () => {
    const knobs = await openRead(fps());
    expect(await apply(knobs, { fps: 15 })).toMatchObject({ applied: true, stuck: [] });
    expect(await new PeerParameters(peer, `/${camera}`).get('fps')).toEqual({ double: 15 });
    expect(readFileSync(file, 'utf8')).toBe(params('15.0'));
    knobs.close();
  });

  it('gets its old value back when it does not start with the new one', async () => {
    const knobs = await openRead(fps());
    const report = await apply(knobs, { fps: 90 });
    expect(report).toMatchObject({ applied: false, stuck: [] });
    expect(report.writes[0]?.verdict).toMatchObject({
      outcome: 'rejected',
      reason: expect.stringMatching(/did not come back with the new values.*back with the old/),
    });
    expect(readFileSync(file, 'utf8')).toBe(params('15.0'));
    expect(await new PeerParameters(peer, `/${camera}`).get('fps')).toEqual({ double: 15 });
    knobs.close();
  });
});

describe('a node that dies in the middle of a transaction', () => {
  it('is said to have died, and all others are put back', async () => {
    await startZooTarget(graph, 'dies');
    const knobs = await openRead(rateOf('ignores'), rateOf('dies'));
    const before = await new PeerParameters(peer, '/ignores').get('rate');
    const report = await apply(knobs, { ignores: 12, dies: 12 });
    expect(report.writes.map(({ name, verdict }) => [name, verdict.outcome])).toEqual([
      ['ignores', 'accepted'],
      ['dies', 'unreachable'],
    ]);
    expect(report.stuck).toMatchObject([{ name: 'dies', reason: expect.stringContaining('it died') }]);
    expect(await new PeerParameters(peer, '/ignores').get('rate')).toEqual(before);
    knobs.close();
  });
});

async function stateOf(node: string): Promise<string> {
  const { current_state } = await peer.call('lifecycle_msgs/srv/GetState', `${node}/get_state`);
  return current_state.label;
}

async function endProcess({ pid, ended }: { pid: number; ended: Promise<unknown> }): Promise<void> {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
  await ended;
}
