import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import type { KnobDeclaration } from '../../src/core/knobs/knob.ts';
import { detectCgroup } from '../../src/io/platform/cgroup/detect.ts';
import { findHierarchy, groupOf } from '../../src/io/platform/cgroup/hierarchy.ts';
import { idle, Spawned } from '../../src/io/platform/spawned.fixture.ts';
import type { RunningProcess } from '../../src/io/process/process-group.ts';
import { recover } from '../../src/nodes/tuner/recover.ts';
import { safetyFiles } from '../../src/nodes/tuner/safety-net.ts';
import { ClientSession } from '../../src/ros/index.ts';
import { LiveGraph } from './live-graph.ts';
import { PeerParameters } from './peer-parameters.ts';
import type { RosPeer } from './ros-peer.ts';
import { waitFor, waitUntilKnobsAreRead } from './wait-for.ts';
import { startHz, startZooTarget } from './zoo/zoo-target.ts';

const graph = new LiveGraph();
const spawned = new Spawned();
const support = detectCgroup();
const stateDir = join(graph.dir, 'state');
/** Found by its command line; nobody else on this machine has a node of this name. */
const name = `lonely_${process.pid}`;
let lonely: number;
let peer: RosPeer;
let session: ClientSession;

beforeAll(async () => {
  process.env.ROS_DOMAIN_ID = graph.domainId;
  lonely = spawned.node(idle, `__node:=${name}`);
  [peer, session] = await Promise.all([
    graph.openClient(),
    ClientSession.open('net'),
    startZooTarget(graph, 'obeys'),
    graph.startNode({ name: 'profiler', script: 'src/nodes/profiler.js' }),
  ]);
});
afterAll(async () => {
  session.close();
  await spawned.endAll();
  await graph.close();
});

const rate = async () => (await new PeerParameters(peer, '/obeys').get('rate')).double;

function group(): string | undefined {
  const hierarchy = findHierarchy('cpu');
  return hierarchy && groupOf(lonely, hierarchy);
}

async function startTuner(tuner: string): Promise<RunningProcess> {
  const spec = graph.file(
    `${tuner}.yaml`,
    `require: [{topic: /obeys/beat, rate: ">= 1 Hz"}]
improve: [{topic: /obeys/beat, rate: maximize, enough: 40 Hz}]
knobs:
  - {parameter: /obeys rate, range: [5, 40] Hz, takes_effect: immediate}
  - {cgroup: ${name}, weight: [1, 1000]}
`,
  );
  const running = await graph.startNode({
    name: tuner,
    script: 'src/nodes/tuner.js',
    parameters: { spec, state_dir: stateDir, settle_s: 0.2, window_s: 0.5 },
  });
  await waitUntilKnobsAreRead(peer, `/${tuner}`);
  return running;
}

function processesOf(folder: string): string[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid)
    .map((pid) => (existsSync(`/proc/${pid}/cmdline`) ? commandLine(pid) : ''))
    .filter((line) => line.includes(folder));
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

const skipWithoutGroups = (context: TestContext) => {
  if (!support.writable) context.skip(support.reason);
};

describe('a tuner that is ended in the middle of a search', () => {
  it('puts everything back, takes its groups away and leaves no process', async (context) => {
    skipWithoutGroups(context);
    const home = group();
    const tuner = await startTuner('ended');
    await peer.sendGoal('trimtab_msgs/action/Tune', '/ended/tune', { max_trials: 50, seed: 3 });
    await waitFor(
      'a trial that changes both knobs',
      async () => (await rate()) !== startHz && group() !== home,
    );
    expect(existsSync(join(stateDir, 'intent.json'))).toBe(true);
    expect(existsSync(join(stateDir, 'last-good.json'))).toBe(true);
    process.kill(tuner.pid, 'SIGINT');
    expect(await tuner.ended).toEqual({ code: 0, signal: null });
    expect(await rate()).toBe(startHz);
    expect(group()).toBe(home);
    await waitFor('the watchdog to end', () => processesOf(stateDir).length === 0);
    expect(existsSync(join(stateDir, 'intent.json'))).toBe(false);
    expect(existsSync(join(stateDir, 'own-groups.json'))).toBe(false);
  });
});

describe('a weight', () => {
  it('is given by apply, taken back by rollback, and the group ends with the tuner', async (context) => {
    skipWithoutGroups(context);
    const home = group();
    const tuner = await startTuner('weigher');
    const knob = `weight ${name}`;
    const configuration = [{ name: knob, value: '300' }];
    const applied = await peer.call('trimtab_msgs/srv/Apply', '/weigher/apply', {
      configuration,
      dry_run: false,
    });
    expect(applied).toMatchObject({
      success: true,
      verdicts: [{ name: knob, achieved: '300', outcome: 'accepted' }],
    });
    expect(group()).toContain(`trimtab-${name}-${tuner.pid}`);
    const rolledBack = await peer.call('trimtab_msgs/srv/Rollback', '/weigher/rollback');
    expect(rolledBack).toMatchObject({ success: true });
    expect(rolledBack.verdicts).toContainEqual(expect.objectContaining({ name: knob, achieved: '100' }));
    process.kill(tuner.pid, 'SIGINT');
    await tuner.ended;
    expect(group()).toBe(home);
  });
});

describe('what a dead process left behind', () => {
  const knob: KnobDeclaration = {
    name: 'late rate',
    target: { kind: 'parameter', node: '/ignores', parameter: 'rate' },
    domain: { type: 'real', low: 5, high: 40 },
    unit: 'Hz',
    takesEffect: 'immediate',
  };

  it('stays on record while its node is not there, and is put back when it is', async () => {
    const files = safetyFiles(join(graph.dir, 'left-behind'));
    const saved = files.intent.save({
      owner: { pid: process.pid, startTicks: 1 },
      declarations: [knob],
      undo: { 'late rate': 33 },
      adaptorNode: '/adaptor',
      cpuGroup: '',
      processes: {},
      writtenMs: 0,
    });
    expect(saved.ok).toBe(true);
    const early = await recover(files, session.node, performance.now());
    expect(early).toMatchObject({ ok: false, refusals: [{ code: 'TT_NOT_PUT_BACK', accepted: '33' }] });
    await startZooTarget(graph, 'ignores');
    const late = await recover(files, session.node, performance.now() + 20_000);
    expect(late).toEqual({ ok: true, value: { putBack: ['late rate'] } });
    expect(await new PeerParameters(peer, '/ignores').get('rate')).toEqual({ double: 33 });
    expect(files.intent.load()).toEqual({ ok: true, value: undefined });
    expect(await recover(files, session.node, performance.now())).toEqual({
      ok: true,
      value: { putBack: [] },
    });
  });
});
