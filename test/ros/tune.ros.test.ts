import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { learnedAbout } from '../../src/core/knobs/table/learned-effect.ts';
import { type JournalEvent, parseJournal } from '../../src/core/tune/journal.ts';
import { LearnedEffectsFile } from '../../src/io/recording/learned-effects.ts';
import { LiveGraph, repository } from './live-graph.ts';
import { PeerParameters } from './peer-parameters.ts';
import type { Goal, Json, RosPeer } from './ros-peer.ts';
import { waitFor, waitUntilKnobsAreRead } from './wait-for.ts';

/** action_msgs/msg/GoalStatus. */
const succeeded = 4;
const canceled = 5;
/** lifecycle_msgs/msg/Transition. */
const activate = 3;
const deactivate = 4;

const overloaded = { rate_a: 25, rate_b: 25 };
const specFile = join(repository, 'test/ros/contention.yaml');
const specText = readFileSync(specFile, 'utf8');

const graph = new LiveGraph();
let peer: RosPeer;
let robot: PeerParameters;

beforeAll(async () => {
  [peer] = await Promise.all([
    graph.openClient(),
    graph.startPeer('contention_robot'),
    graph.startNode({ name: 'profiler', script: 'src/nodes/profiler.js' }),
    graph.startNode({
      name: 'tuner',
      script: 'src/nodes/tuner.js',
      parameters: {
        spec: specFile,
        state_dir: join(graph.dir, 'state'),
        warm_start: false,
        settle_s: 0.5,
        window_s: 1.5,
        verify_window_s: 2,
      },
    }),
  ]);
  robot = new PeerParameters(peer, '/robot');
  await peer.listen('trimtab_msgs/msg/TunerStatus', '/tuner/status', { reliable: true, latched: true });
  await waitUntilKnobsAreRead(peer, '/tuner');
});
beforeEach(async () => {
  await setRobot(overloaded);
  expect(await ask('SetSpec', 'set_spec', { text: specText })).toMatchObject({ success: true });
});
afterAll(() => graph.close());

const ask = (type: string, name: string, request: Json = {}) =>
  peer.call(`trimtab_msgs/srv/${type}`, `/tuner/${name}`, request);
const hold = (data: boolean) => peer.call('std_srvs/srv/SetBool', '/tuner/hold', { data });
const apply = (configuration: Record<string, number | string>, dry_run = false) =>
  ask('Apply', 'apply', {
    configuration: Object.entries(configuration).map(([name, value]) => ({ name, value: String(value) })),
    dry_run,
  });
const sendGoal = (goal: Json) => peer.sendGoal('trimtab_msgs/action/Tune', '/tuner/tune', goal);

async function startGoal(goal: Json): Promise<Goal> {
  const accepted = await sendGoal(goal);
  if (!accepted) throw new Error(`the tuner refused a goal:\n${graph.log('tuner')}`);
  return accepted;
}

async function setRobot(rates: Record<string, number>): Promise<void> {
  for (const [name, double] of Object.entries(rates))
    expect(await robot.set(name, { double })).toMatchObject({ successful: true });
}

async function robotRates(): Promise<Record<string, unknown>> {
  return { rate_a: (await robot.get('rate_a')).double, rate_b: (await robot.get('rate_b')).double };
}

/** Settings as the tuner answers them, by the parameter's own name. */
function settings(configuration: Json[]): Record<string, number> {
  return Object.fromEntries(
    configuration.map(({ name, value }) => [(name as string).replace(/^.*[ /]/, ''), Number(value)]),
  );
}

const doneTrials = (feedback: Json[]) => feedback.filter(({ phase }) => phase === 'done');

function suggestions(journalPath: string): unknown[] {
  const events = journal(journalPath);
  return events.flatMap((event) => (event.type === 'asked' ? [event.configuration] : []));
}

function journal(path: string): JournalEvent[] {
  const events = parseJournal(readFileSync(path, 'utf8'), path);
  if (!events.ok) throw new Error(JSON.stringify(events.refusals));
  return events.value;
}

describe('the tune action, for an rclpy client', () => {
  const seed = 11;
  let first: unknown[];

  it('finds a configuration that meets the requirement, proves each knob, and keeps it', async () => {
    const goal = await startGoal({ max_trials: 10, seed });
    expect(await sendGoal({ max_trials: 5, seed })).toBeUndefined();
    const { status, result } = await goal.result();
    expect(result, graph.log('tuner')).toMatchObject({ success: true, code: '' });
    expect(status).toBe(succeeded);

    const trials = doneTrials(await goal.feedback());
    expect(trials).toHaveLength(result.trials);
    expect(trials[0]?.trial).toMatchObject({ number: 0, feasible: false });
    for (const { trial } of trials) {
      expect(trial.verdicts).toHaveLength(2);
      expect(trial.reason).not.toBe('');
    }
    const last = trials.at(-1) as Json;
    expect(last.trial.feasible).toBe(true);
    for (const knob of ['robot rate_a', 'robot rate_b']) {
      const outcomes = trials.map(
        ({ trial }) => trial.verdicts.find(({ name }: Json) => name === knob).outcome,
      );
      // A window on a busy machine can show too little; most of them do not.
      expect(outcomes.filter((outcome) => outcome === 'confirmed').length).toBeGreaterThan(trials.length / 2);
    }

    const requirement = result.margins.find(({ kind }: Json) => kind === 'requirement');
    expect(requirement).toMatchObject({ met: true, unit: 'Hz' });
    expect(requirement.measured).toBeGreaterThanOrEqual(25);
    // The robot's own law: the core service has what the loads leave.
    const { rate_a = 0, rate_b = 0 } = settings(result.configuration);
    expect((30 * 30) / Math.max(30, rate_a + rate_b)).toBeGreaterThan(24);
    expect(await robotRates()).toEqual({ rate_a, rate_b });

    const events = journal(result.journal_path);
    expect(events[0]).toMatchObject({ type: 'started', seed });
    expect(events.at(-1)).toMatchObject({ type: 'concluded', verified: true });
    expect(events.filter(({ type }) => type === 'asked')).toHaveLength(result.trials);
    first = suggestions(result.journal_path);
    // What was found at the start is the last good one until the search has ended.
    const isStored = ({ last_good }: Json) => settings(last_good).rate_a === rate_a;
    expect(settings((await peer.hear('/tuner/status', isStored)).last_good)).toEqual({ rate_a, rate_b });

    await setRobot(overloaded);
    expect(await ask('Rollback', 'rollback')).toMatchObject({ success: true });
    expect(await robotRates()).toEqual({ rate_a, rate_b });
  });

  it('remembers what was measured of each knob', () => {
    const effects = new LearnedEffectsFile(join(graph.dir, 'state', 'learned-effects.jsonl')).load();
    const learned = effects.ok ? effects.value : [];
    for (const parameter of ['rate_a', 'rate_b']) {
      const about = { node: '/robot', parameter, distro: process.env.ROS_DISTRO };
      expect(learnedAbout(learned, about)?.counts.confirmed, parameter).toBeGreaterThan(0);
    }
  });

  it('suggests the same again for the same seed, and puts everything back when cancelled', async () => {
    const goal = await startGoal({ max_trials: 10, seed });
    await waitFor('three trials', async () => doneTrials(await goal.feedback()).length >= 3);
    await goal.cancel();
    const { status, result } = await goal.result();
    expect(status).toBe(canceled);
    expect(result).toMatchObject({ success: false, code: 'TT_CANCELLED' });
    expect(await robotRates()).toEqual(overloaded);
    // From the fourth on, what was measured has its say.
    expect(suggestions(result.journal_path).slice(0, 3)).toEqual(first.slice(0, 3));
  });

  it('suggests something else for another seed', async () => {
    const goal = await startGoal({ max_trials: 10, seed: seed + 1 });
    await waitFor('four trials', async () => doneTrials(await goal.feedback()).length >= 4);
    await goal.cancel();
    const { result } = await goal.result();
    // The third is the middle of all knobs, whatever the seed.
    expect(suggestions(result.journal_path)[3]).not.toEqual(first[3]);
  });

  it('breaks off and puts everything back when a person presses hold', async () => {
    const goal = await startGoal({ max_trials: 10, seed });
    await waitFor('a trial', async () => doneTrials(await goal.feedback()).length >= 1);
    expect(await hold(true)).toMatchObject({ success: true });
    try {
      const { status, result } = await goal.result();
      expect(status).not.toBe(succeeded);
      expect(result.success).toBe(false);
      expect(await robotRates()).toEqual(overloaded);
      await peer.hear('/tuner/status', ({ state }) => state === 'holding');
      expect(await sendGoal({ max_trials: 5, seed })).toBeUndefined();
      await peer.hear('/tuner/status', ({ code }) => code === 'TT_HELD');
      expect(await apply({ 'robot rate_a': 10 })).toMatchObject({ success: false, code: 'TT_HELD' });
      expect(await robotRates()).toEqual(overloaded);
    } finally {
      await hold(false);
    }
    expect(await apply({ 'robot rate_a': 24 })).toMatchObject({ success: true });
  });

  it.each(['applying', 'settling', 'measuring', 'verifying'])(
    'puts everything back when cancelled as soon as it is seen %s',
    async (phase) => {
      const goal = await startGoal({ max_trials: 6, seed });
      // Of a phase that takes less than it takes to look there may be the next already.
      const isReached = (feedback: Json[]) => {
        const second = doneTrials(feedback)[1];
        return (
          second !== undefined && feedback.slice(feedback.indexOf(second)).some((one) => one.phase === phase)
        );
      };
      await waitFor(phase, async () => isReached(await goal.feedback()), 30_000);
      expect(await ask('SetSpec', 'set_spec', { text: specText })).toMatchObject({ code: 'TT_BUSY' });
      await goal.cancel();
      const { status, result } = await goal.result();
      expect(status).toBe(canceled);
      expect(result).toMatchObject({ success: false, code: 'TT_CANCELLED' });
      expect(settings(result.configuration)).toEqual(overloaded);
      expect(await robotRates()).toEqual(overloaded);
    },
  );

  it('breaks off and puts everything back when the node is deactivated', async () => {
    const change = async (id: number) =>
      expect(
        await peer.call('lifecycle_msgs/srv/ChangeState', '/tuner/change_state', { transition: { id } }),
      ).toMatchObject({ success: true });
    const goal = await startGoal({ max_trials: 10, seed });
    await waitFor('a trial of its own', async () => doneTrials(await goal.feedback()).length >= 2);
    expect(await robotRates()).not.toEqual(overloaded);
    await change(deactivate);
    try {
      const { status, result } = await goal.result();
      expect(status).not.toBe(succeeded);
      expect(result).toMatchObject({ success: false, code: 'TT_CANCELLED' });
      expect(await robotRates()).toEqual(overloaded);
    } finally {
      await change(activate);
    }
    expect(await apply({ 'robot rate_a': 24 })).toMatchObject({ success: true });
  });
});

describe('apply', () => {
  it('writes a configuration and reads it back', async () => {
    const { success, verdicts } = await apply({ 'robot rate_a': 10, 'robot rate_b': 12 });
    expect(success).toBe(true);
    expect(verdicts).toMatchObject([
      { name: 'robot rate_a', requested: '10', achieved: '10' },
      { name: 'robot rate_b', requested: '12', achieved: '12' },
    ]);
    expect(await robotRates()).toEqual({ rate_a: 10, rate_b: 12 });
  });

  it.each([
    { case: 'an unknown knob', change: { 'robot rate_c': 10 }, code: 'TT_PARAM_UNKNOWN' },
    { case: 'a value out of range', change: { 'robot rate_b': 31 }, code: 'TT_PARAM_RANGE' },
    { case: 'a value that is no number', change: { 'robot rate_b': 'fast' }, code: 'TT_PARAM_TYPE' },
  ])('refuses $case and changes nothing', async ({ change, code }) => {
    const answer = await apply({ 'robot rate_a': 10, ...change });
    expect(answer).toMatchObject({ success: false, code });
    expect(answer.message).toContain(code);
    expect(await robotRates()).toEqual(overloaded);
  });

  it('changes nothing in a dry run, and refuses in it what it would refuse', async () => {
    expect(await apply({ 'robot rate_a': 10 }, true)).toMatchObject({ success: true });
    expect(await apply({ 'robot rate_a': 31 }, true)).toMatchObject({ success: false });
    expect(await robotRates()).toEqual(overloaded);
  });
});

describe('an inactive tuner', () => {
  const change = (id: number) =>
    peer.call('lifecycle_msgs/srv/ChangeState', '/tuner/change_state', { transition: { id } });

  it('turns no knob', async () => {
    expect(await change(4)).toMatchObject({ success: true });
    try {
      expect(await apply({ 'robot rate_a': 10 })).toMatchObject({ success: false, code: 'TT_STATE' });
      expect(await ask('Rollback', 'rollback')).toMatchObject({ success: false, code: 'TT_STATE' });
      expect(await sendGoal({ max_trials: 5, seed: 1 })).toBeUndefined();
      expect(await robotRates()).toEqual(overloaded);
    } finally {
      expect(await change(3)).toMatchObject({ success: true });
    }
    expect(await apply({ 'robot rate_a': 10 })).toMatchObject({ success: true });
  });
});

describe('a spec', () => {
  const withKnob = (knob: string) => ask('SetSpec', 'set_spec', { text: `${specText}  - {${knob}}\n` });

  it('that cannot be read is refused with its place, and the old one stays', async () => {
    const before = await ask('ListKnobs', 'list_knobs');
    const text = 'require:\n  - {topic: core, rate: ">= 25 Furlongs"}\nknobs: []\n';
    const answer = await ask('SetSpec', 'set_spec', { text });
    expect(answer).toMatchObject({ success: false, code: 'TT_SPEC_UNIT' });
    expect(answer.message).toMatch(/:2:\d+: .*TT_SPEC_UNIT/);
    const damaged = await ask('SetSpec', 'set_spec', { text: 'require: [{topic: core' });
    expect(damaged).toMatchObject({ success: false, code: 'TT_SPEC_SYNTAX' });
    expect(await ask('ListKnobs', 'list_knobs')).toEqual(before);
  });

  it('lists its knobs with what they hold', async () => {
    const { knobs } = await ask('ListKnobs', 'list_knobs');
    expect(knobs).toMatchObject([
      { name: 'robot rate_a', unit: 'Hz', value: '25' },
      { name: 'robot rate_b', unit: 'Hz', value: '25' },
    ]);
  });

  it('with a value that the robot refuses: nothing of the configuration stays', async () => {
    // The robot itself takes 1 to 40.
    const { success } = await ask('SetSpec', 'set_spec', { text: specText.replace('[2, 30]', '[2, 60]') });
    expect(success).toBe(true);
    const answer = await apply({ 'robot rate_b': 20, 'robot rate_a': 50 });
    expect(answer).toMatchObject({ success: false, code: 'TT_KNOB_REJECTED' });
    expect(await robotRates()).toEqual(overloaded);
  });

  it('with a knob that is accepted and does nothing: the trial’s verdict says so', async () => {
    const confirm = 'confirm: {topic: load_a, rate: equals}';
    await withKnob(`parameter: robot stuck, range: [2, 10] Hz, takes_effect: immediate, ${confirm}`);
    const goal = await startGoal({ max_trials: 5, seed: 1 });
    const [trial] = await waitFor('a trial', async () => {
      const done = doneTrials(await goal.feedback());
      return done.length > 0 && done;
    });
    await goal.cancel();
    await goal.result();
    const verdict = trial?.trial.verdicts.find(({ name }: Json) => name === 'robot stuck');
    expect(verdict).toMatchObject({ outcome: 'no-effect', requested: '5' });
    expect(Number(verdict.achieved)).toBeGreaterThan(15);
  });

  it.each([
    ['no knob', ''],
    ['none that exists here', 'knobs:\n  - {power_mode: true, choices: [low, high]}\n'],
  ])('with %s: there is nothing to search, and the goal says why', async (_, knobs) => {
    const text = `${specText.slice(0, specText.indexOf('knobs:'))}${knobs}`;
    expect(await ask('SetSpec', 'set_spec', { text })).toMatchObject({ success: true });
    const { result } = await (await startGoal({ max_trials: 5, seed: 1 })).result();
    expect(result).toMatchObject({ success: false, code: 'TT_KNOB_ABSENT', trials: 0 });
    expect(result.message).toContain(knobs === '' ? 'no knob' : 'power mode');
    expect(await robotRates()).toEqual(overloaded);
  });

  it('with a knob of a node that is not there: refused as unreachable, nothing is changed', async () => {
    await withKnob('parameter: ghost speed, range: [2, 10] Hz, takes_effect: immediate');
    const { knobs } = await ask('ListKnobs', 'list_knobs');
    expect(knobs).toHaveLength(3);
    expect(knobs[2]).toMatchObject({ name: 'ghost speed', value: '' });
    const answer = await apply({ 'robot rate_a': 10, 'ghost speed': 5 });
    expect(answer).toMatchObject({ success: false, code: 'TT_KNOB_UNREACHABLE' });
    const { result } = await (await startGoal({ max_trials: 5, seed: 1 })).result();
    expect(result).toMatchObject({ success: false, code: 'TT_KNOB_UNREACHABLE', trials: 0 });
    expect(await robotRates()).toEqual(overloaded);
  });
});
