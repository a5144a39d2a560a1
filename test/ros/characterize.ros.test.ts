import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ProfileTable } from '../../src/core/measure/profile-table.ts';
import { findHierarchy, groupOf } from '../../src/io/platform/cgroup/hierarchy.ts';
import type { RunningProcess } from '../../src/io/process/process-group.ts';
import { readProfileTable } from '../../src/io/recording/profile-table.ts';
import { LiveGraph, repository } from './live-graph.ts';
import { PeerParameters } from './peer-parameters.ts';
import type { Goal, Json, RosPeer } from './ros-peer.ts';
import { waitFor } from './wait-for.ts';

/** action_msgs/msg/GoalStatus. */
const succeeded = 4;
const canceled = 5;
const aborted = 6;

const found = { rate_a: 12, rate_b: 14 };
const specFile = join(repository, 'test/ros/contention.yaml');
const sweep = ['robot rate_a=5,25', 'robot rate_b=6,12,24'];
const settings = 2 * 3;

const graph = new LiveGraph();
let peer: RosPeer;
let robot: PeerParameters;
let robotProcess: RunningProcess;
let profiler: RunningProcess;

const startProfiler = () =>
  graph.startNode({
    name: 'profiler',
    script: 'src/nodes/profiler.js',
    parameters: { state_dir: join(graph.dir, 'state') },
  });

beforeAll(async () => {
  [peer, robotProcess, profiler] = await Promise.all([
    graph.openClient(),
    graph.startPeer('contention_robot'),
    startProfiler(),
  ]);
  robot = new PeerParameters(peer, '/robot');
});
beforeEach(async () => {
  for (const [name, double] of Object.entries(found))
    expect(await robot.set(name, { double })).toMatchObject({ successful: true });
});
afterAll(() => graph.close());

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

const table = (name: string) => join(graph.dir, name);

function send(goal: Json): Promise<Goal | undefined> {
  const whole = { spec_path: specFile, sweep, settle_s: 0.4, window_s: 1, ...goal };
  return peer.sendGoal('trimtab_msgs/action/Characterize', '/profiler/characterize', whole);
}

/** DDS takes a killed profiler for alive for a while, so a goal may go astray; the table makes a second one harmless. */
function start(goal: Json): Promise<Goal> {
  return waitFor('the profiler to take a goal', () => send(goal).catch(() => undefined), 90_000);
}

/** What the profiler is told to watch. */
async function watchedTopics(): Promise<string[]> {
  const { values } = await peer.call('rcl_interfaces/srv/GetParameters', '/profiler/get_parameters', {
    names: ['topics'],
  });
  return values[0].string_array_value;
}

async function robotRates(): Promise<Record<string, unknown>> {
  return { rate_a: (await robot.get('rate_a')).double, rate_b: (await robot.get('rate_b')).double };
}

/** Waits until so many rows are in the table. */
function rowsDone(goal: Goal, count: number): Promise<unknown> {
  return waitFor(`${count} rows`, async () => (await goal.feedback()).some(({ done }) => done >= count));
}

function read(path: string): ProfileTable {
  const read = readProfileTable(`${path}.jsonl`);
  if (!read.ok) throw new Error(JSON.stringify(read.refusals));
  return read.value;
}

describe('the characterize action, for an rclpy client', () => {
  it('measures every setting, proves each knob, and puts everything back', async () => {
    const path = table('whole');
    const goal = await start({ table_path: path });
    expect(await send({ table_path: table('second') })).toBeUndefined();
    const { status, result } = await goal.result();
    expect(result, graph.log('profiler')).toMatchObject({
      success: true,
      code: '',
      rows: settings,
      table_path: path,
    });
    expect(status).toBe(succeeded);
    expect(await robotRates()).toEqual(found);
    expect(await watchedTopics()).toEqual([]);

    const { head, rows } = read(path);
    expect(head.found).toEqual({ 'robot rate_a': found.rate_a, 'robot rate_b': found.rate_b });
    expect(new Set(rows.map((row) => JSON.stringify(row.settings))).size).toBe(settings);
    for (const row of rows) {
      const { 'robot rate_a': a, 'robot rate_b': b } = row.settings as Record<string, number>;
      // The robot's own law: the core service has what the loads leave.
      const coreHz = 30 * Math.min(1, 30 / ((a as number) + (b as number)));
      const seen = row.metrics['topic /core rate_hz'] as number;
      expect(Math.abs(seen - coreHz) / coreHz).toBeLessThan(0.3);
      expect(row.metrics['platform cpu']).toBeGreaterThan(0);
      expect(row.verdicts).toHaveLength(2);
      expect(row.windowMs).toBe(1000);
    }
    const outcomes = rows.flatMap(({ verdicts }) => verdicts.map(({ verdict }) => verdict.outcome));
    // A window on a busy machine can show too little; most of them do not.
    expect(outcomes.filter((outcome) => outcome === 'confirmed').length).toBeGreaterThan(settings);

    const feedback = await goal.feedback();
    expect(new Set(feedback.map(({ phase }) => phase))).toEqual(
      new Set(['applying', 'settling', 'measuring']),
    );
    expect(feedback[0]).toMatchObject({ done: 0, total: settings });
    const [header, ...lines] = readFileSync(`${path}.csv`, 'utf8').trimEnd().split('\n');
    expect(header).toMatch(
      /^robot rate_a,robot rate_a achieved,robot rate_a outcome,robot rate_b,.*topic \/core rate_hz/,
    );
    expect(lines).toHaveLength(settings);
  });

  it('puts everything back when it is cancelled, and goes on from its table', async () => {
    const path = table('cancelled');
    const first = await start({ table_path: path });
    await rowsDone(first, 2);
    await first.cancel();
    const { status, result } = await first.result();
    expect(status).toBe(canceled);
    expect(result).toMatchObject({ success: false, code: 'TT_CANCELLED' });
    expect(await robotRates()).toEqual(found);
    const { rows } = read(path);
    expect(rows.length).toBe(result.rows);
    expect(rows.length).toBeLessThan(settings);
    expect(readFileSync(`${path}.csv`, 'utf8').trimEnd().split('\n')).toHaveLength(rows.length + 1);

    const again = await start({ table_path: path });
    expect((await again.result()).result).toMatchObject({ success: true, rows: settings });
    expect(read(path).rows.slice(0, rows.length)).toEqual(rows);
  });

  it('puts everything back when the profiler is told to end', async () => {
    const goal = await start({ table_path: table('ended') });
    await rowsDone(goal, 1);
    process.kill(profiler.pid, 'SIGINT');
    expect(await profiler.ended).toMatchObject({ code: 0 });
    expect(await robotRates()).toEqual(found);
    expect(read(table('ended')).rows.length).toBeGreaterThanOrEqual(1);
    profiler = await startProfiler();
  });

  it('puts everything back when the profiler is killed, and goes on when the goal is sent again', async () => {
    const path = table('killed');
    const goal = await start({ table_path: path });
    await rowsDone(goal, 1);
    process.kill(profiler.pid, 'SIGKILL');
    await profiler.ended;
    await waitFor('the watchdog', async () => isDeepStrictEqual(await robotRates(), found));
    profiler = await startProfiler();
    const again = await start({ table_path: path });
    expect((await again.result()).result).toMatchObject({ success: true, rows: settings });
    expect(await robotRates()).toEqual(found);
  });

  it('keeps a value that the robot itself refuses as a row without measurements', async () => {
    const spec = graph.file('wide.yaml', readFileSync(specFile, 'utf8').replace('[2, 30]', '[2, 60]'));
    const path = table('refused');
    const goal = await start({ table_path: path, spec_path: spec, sweep: ['robot rate_a=10,50'] });
    expect((await goal.result()).result).toMatchObject({ success: true, rows: 2 });
    const [measured, refused] = read(path).rows;
    expect(measured?.metrics['topic /load_a rate_hz']).toBeGreaterThan(0);
    expect(refused).toMatchObject({ metrics: {}, verdicts: [{ verdict: { outcome: 'rejected' } }] });
    expect(await robotRates()).toEqual(found);
  });

  it('sweeps the weight of a process that no launcher placed, in a group that is gone afterwards', async ({
    skip,
  }) => {
    const cpu = findHierarchy('cpu');
    if (!cpu || !isWritable(cpu.mount))
      return skip('no cgroup hierarchy with a CPU controller can be written');
    const own = () => groupOf(robotProcess.pid, cpu);
    const before = own();
    const path = table('weight');
    const goal = await start({
      table_path: path,
      spec_path: withKnob('cgroup: /robot, weight: [50, 200]'),
      sweep: ['weight /robot=50,200'],
    });
    await waitFor('the robot to be in a group of ours', () => own() !== before);
    const { result } = await goal.result();
    expect(result, graph.log('profiler')).toMatchObject({ success: true, rows: 2 });
    const held = read(path).rows.flatMap(({ verdicts }) => verdicts.map(({ verdict }) => verdict));
    expect(held).toMatchObject([
      { outcome: 'accepted', achieved: 50 },
      { outcome: 'accepted', achieved: 200 },
    ]);
    expect(own()).toBe(before);
    expect(existsSync(join(graph.dir, 'state', 'characterize', 'own-groups.json'))).toBe(false);
  });

  const withKnob = (knob: string) =>
    graph.file(`${knob.length}.yaml`, `${readFileSync(specFile, 'utf8')}  - {${knob}}\n`);

  it.each<[string, () => Json, string]>([
    ['an unknown knob', () => ({ sweep: ['robot rate_c=1'] }), 'TT_PARAM_UNKNOWN'],
    ['a value out of range', () => ({ sweep: ['robot rate_a=31'] }), 'TT_PARAM_RANGE'],
    ['no knob', () => ({ sweep: [] }), 'TT_SPEC_EXPRESSION'],
    ['another design', () => ({ design: 'random' }), 'TT_PARAM_RANGE'],
    ['a window that it cannot have', () => ({ window_s: 100 }), 'TT_PARAM_RANGE'],
    ['no table', () => ({ table_path: '' }), 'TT_PARAM_RANGE'],
    ['no spec', () => ({ spec_path: table('none.yaml') }), 'TT_FILE_MISSING'],
    ['a table of another sweep', () => ({ table_path: table('whole'), window_s: 2 }), 'TT_TABLE'],
    ['a folder that cannot be made', () => ({ table_path: '/proc/none/table' }), 'TT_FILE_UNWRITABLE'],
    [
      'a knob that is never touched',
      () => ({ spec_path: withKnob('parameter: arm speed, range: [1, 2] Hz'), sweep: ['arm speed=1'] }),
      'TT_KNOB_FORBIDDEN',
    ],
    [
      'a knob of a node that is not there',
      () => ({ spec_path: withKnob('parameter: ghost speed, range: [1, 2] Hz'), sweep: ['ghost speed=1'] }),
      'TT_KNOB_UNREACHABLE',
    ],
    [
      'a knob whose mechanism is absent',
      () => ({
        spec_path: withKnob('power_mode: true, choices: [15W, 30W]'),
        sweep: ['power mode=15W'],
      }),
      'TT_KNOB_ABSENT',
    ],
  ])('refuses %s and changes nothing', async (_, change, code) => {
    const goal = await start({ table_path: table('bad'), ...change() });
    const { status, result } = await goal.result();
    expect(result).toMatchObject({ success: false, code, rows: 0 });
    expect(status).toBe(aborted);
    expect(await robotRates()).toEqual(found);
    expect(existsSync(`${table('bad')}.jsonl`)).toBe(false);
  });
});
