import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LiveGraph, repository } from './live-graph.ts';
import { PeerParameters } from './peer-parameters.ts';
import type { Json, RosPeer } from './ros-peer.ts';
import { waitFor, waitUntilKnobsAreRead } from './wait-for.ts';

const specFile = join(repository, 'test/ros/contention.yaml');
const overloaded = { rate_a: 25, rate_b: 25 };

const graph = new LiveGraph();
let peer: RosPeer;
let robot: PeerParameters;

beforeAll(async () => {
  process.env.TRIMTAB_HOME = graph.dir;
  [peer] = await Promise.all([graph.openClient(), graph.startPeer('contention_robot')]);
  robot = new PeerParameters(peer, '/robot');
});
beforeEach(async () => {
  for (const [name, double] of Object.entries(overloaded))
    expect(await robot.set(name, { double })).toMatchObject({ successful: true });
});
afterAll(() => graph.close());

async function robotRates(): Promise<Record<string, unknown>> {
  return { rate_a: (await robot.get('rate_a')).double, rate_b: (await robot.get('rate_b')).double };
}

/** What a command has written as JSON, by the type of each line. */
function records(name: string, type: string): Json[] {
  const lines = graph.log(name, 200).split('\n');
  const objects = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Json);
  return objects.filter((one) => one.type === type);
}

const settings = (configuration: Json[]) =>
  Object.fromEntries(
    configuration.map(({ name, value }) => [String(name).replace('robot ', ''), Number(value)]),
  );

describe('tune, where no tuner runs', () => {
  it('says in a dry run how the robot stands, and changes nothing', async () => {
    const { code, output } = await graph.runCommand('tune', specFile, '--dry-run', '--json');
    expect(code, output).toBe(0);
    const { held, first, margins, refusals } = JSON.parse(
      output.split('\n').find((line) => line.startsWith('{')) as string,
    );
    expect(held).toEqual({ 'robot rate_a': 25, 'robot rate_b': 25 });
    expect(first).toEqual({ 'robot rate_a': 2, 'robot rate_b': 2 });
    expect(margins[0]).toMatchObject({ name: 'core rate >= 25 Hz', met: false });
    expect(refusals).toEqual([]);
    expect(await robotRates()).toEqual(overloaded);
  });

  it('searches with nodes of its own, leaves the robot as it says, and nothing else', async () => {
    const { process: command } = await graph.startCommand(
      'tune',
      specFile,
      '--json',
      '--trials',
      '9',
      '--seed',
      '11',
    );
    const { code } = await command.ended;
    expect(code, graph.log('tune')).toBe(0);
    const trials = records('tune', 'trial');
    expect(trials[0]).toMatchObject({ number: 0, phase: 'done', feasible: false });
    const [result] = records('tune', 'result');
    expect(result).toMatchObject({ success: true, trials: trials.length });
    const broken = trials.reduce((sum, { violation_seconds }) => sum + Number(violation_seconds), 0);
    expect(Number(result?.violation_seconds)).toBeCloseTo(broken, 3);
    expect(broken).toBeGreaterThan(0);
    expect(await robotRates()).toEqual(settings(result?.configuration as Json[]));
    expect(existsSync(result?.journal_path as string)).toBe(true);
    expect(existsSync(join(graph.dir, 'state', 'intent.json'))).toBe(false);
    const isLeft = async () => (await peer.nodes()).some((name) => name.includes('trimtab_'));
    await waitFor('the nodes of the command to be gone', async () => !(await isLeft()));
  }, 120_000);

  it('is explained from its journal afterwards', async () => {
    const { code, output } = await graph.runCommand(
      'explain',
      '--expect',
      'robot rate_a=10, robot rate_b=10',
      '--json',
    );
    expect(code, output).toBe(0);
    const explanation = JSON.parse(output.split('\n').find((line) => line.startsWith('{')) as string);
    expect(explanation.effects.map(({ knob }: Json) => knob).sort()).toEqual([
      'robot rate_a',
      'robot rate_b',
    ]);
    expect(explanation.heldOut.errors.map(({ output: name }: Json) => name)).toContain('core rate >= 25 Hz');
    // Both loads together leave the core its 30 Hz.
    const core = explanation.expected.outputs[0];
    expect(core.quantity).toMatchObject({ unit: 'Hz' });
    expect(core.quantity.value).toBeGreaterThan(25);
    const trial = await graph.runCommand('explain', '0');
    expect(trial.output).toMatch(/trial 0: misses core rate >= 25 Hz/);
    expect((await graph.runCommand('explain', '99')).code).toBe(1);
  });

  it('puts everything back on Ctrl-C, and says so', async () => {
    const { process: command, ready } = await graph.startCommand<Json>(
      'tune',
      specFile,
      '--json',
      '--trials',
      '30',
    );
    expect(ready).toMatchObject({ type: 'trial', number: 0 });
    process.kill(command.pid, 'SIGINT');
    expect((await command.ended).code).toBe(1);
    const result = records('tune', 'result').at(-1);
    expect(result).toMatchObject({ success: false, code: 'TT_CANCELLED' });
    expect(settings(result?.configuration as Json[])).toEqual(overloaded);
    expect(await robotRates()).toEqual(overloaded);
  }, 60_000);

  it('ends with 1 for a spec that cannot be read, and with 2 for a command line', async () => {
    const wrong = graph.file('wrong.yaml', 'require: [{topic: core, rate: ">= 25 ms"}]\n');
    const spec = await graph.runCommand('tune', wrong);
    expect(spec).toMatchObject({
      code: 1,
      output: expect.stringMatching(/wrong\.yaml:1:\d+: .*TT_SPEC_UNIT/),
    });
    const usage = await graph.runCommand('tune', specFile, '--safety', 'reckless');
    expect(usage).toMatchObject({ code: 2, output: expect.stringContaining('TT_USAGE') });
  });
});

describe('tune, where a tuner runs', () => {
  beforeAll(async () => {
    await Promise.all([
      graph.startNode({ name: 'profiler', script: 'src/nodes/profiler.js' }),
      graph.startNode({
        name: 'tuner',
        script: 'src/nodes/tuner.js',
        parameters: { spec: specFile, settle_s: 0.5, window_s: 1.5, verify_window_s: 2 },
      }),
    ]);
    await waitUntilKnobsAreRead(peer, '/tuner');
  });

  it('goes through it, within the budget of violations that is asked for', async () => {
    const args = ['--json', '--violation-seconds', '0.5', '--safety', 'safe'];
    const { process: command } = await graph.startCommand('tune', specFile, ...args);
    expect((await command.ended).code).toBe(1);
    // The configuration in force alone breaks the requirement for longer.
    const result = records('tune', 'result').at(-1);
    expect(result).toMatchObject({ success: false, code: 'TT_NO_FEASIBLE', trials: 1 });
    expect(Number(result?.violation_seconds)).toBeGreaterThan(0.5);
    expect(await robotRates()).toEqual(overloaded);
  }, 60_000);

  it('is explained by it', async () => {
    const { code, output } = await graph.runCommand('explain');
    expect(code, output).toBe(0);
    expect(output).toContain('requirements were broken for');
    expect(output).not.toContain('does not run');
  });

  it('reports the front where objectives are traded off, of which another point can be put in force', async () => {
    const weighted = readFileSync(specFile, 'utf8');
    const spec = graph.file('front.yaml', `trade_off: pareto\n${weighted.replace(/weight: \d, /g, '')}`);
    const { process: command } = await graph.startCommand('tune', spec, '--json', '--trials', '14');
    expect((await command.ended).code, graph.log('tune')).toBe(0);
    const { configuration, front } = records('tune', 'result').at(-1) as {
      configuration: Json[];
      front: Json[];
    };
    const kept = settings(configuration);
    expect(await robotRates()).toEqual(kept);
    expect(front.filter(({ knee }) => knee)).toHaveLength(1);
    for (const { objectives } of front)
      expect(objectives).toMatchObject([
        { name: 'load_a rate', unit: 'Hz' },
        { name: 'load_b rate', unit: 'Hz' },
      ]);
    const other = front.find(({ in_force }) => !in_force) as Json;
    expect(settings(other.configuration)).not.toEqual(kept);
    const written = other.configuration.map(({ name, value }: Json) => `${name}=${value}`);
    const set = await graph.runCommand('set', '--spec', spec, ...written);
    expect(set.code, set.output).toBe(0);
    expect(await robotRates()).toEqual(settings(other.configuration));
    const { output } = await graph.runCommand('explain');
    expect(output.replace(/\s+/g, ' ')).toMatch(
      /The front of the objectives.*, the knee(, verified)?: load_a rate 0\.\d+/,
    );
  }, 180_000);

  it('asks for nothing while a person holds', async () => {
    const hold = (data: boolean) => peer.call('std_srvs/srv/SetBool', '/tuner/hold', { data });
    await hold(true);
    try {
      const { code, output } = await graph.runCommand('tune', specFile);
      expect(code).toBe(1);
      expect(output).toContain('TT_HELD');
    } finally {
      await hold(false);
    }
    expect(await robotRates()).toEqual(overloaded);
  });
});
