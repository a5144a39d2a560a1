import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refuse } from '../../src/core/refusal.ts';
import { resolveNames } from '../../src/core/spec/resolve-names.ts';
import { type JournalEvent, parseJournal } from '../../src/core/tune/journal.ts';
import { readResumption } from '../../src/core/tune/resumption.ts';
import { StudyJournal } from '../../src/io/recording/study-journal.ts';
import { readSpecFile } from '../../src/io/spec-file.ts';
import { TuneRun } from '../../src/nodes/tuner/tune-run.ts';
import { LiveGraph, repository } from './live-graph.ts';
import { PeerParameters } from './peer-parameters.ts';
import type { Json, RosPeer } from './ros-peer.ts';
import { waitFor, waitUntilKnobsAreRead } from './wait-for.ts';

const overloaded = { rate_a: 25, rate_b: 25 };
const specFile = join(repository, 'test/ros/contention.yaml');
const maxTrials = 9;

const graph = new LiveGraph();
const stateDir = join(graph.dir, 'state');
let peer: RosPeer;
let robot: PeerParameters;

beforeAll(async () => {
  [peer] = await Promise.all([
    graph.openClient(),
    graph.startPeer('contention_robot'),
    graph.startNode({ name: 'profiler', script: 'src/nodes/profiler.js' }),
  ]);
  robot = new PeerParameters(peer, '/robot');
  for (const [name, double] of Object.entries(overloaded))
    expect(await robot.set(name, { double })).toMatchObject({ successful: true });
});
afterAll(() => graph.close());

async function startTuner(name: string) {
  const timing = { settle_s: 0.5, window_s: 1.5, verify_window_s: 2 };
  const tuner = await graph.startNode({
    name,
    script: 'src/nodes/tuner.js',
    parameters: { spec: specFile, state_dir: stateDir, ...timing },
  });
  await waitUntilKnobsAreRead(peer, `/${name}`);
  return tuner;
}

async function robotRates(): Promise<Json> {
  return { rate_a: (await robot.get('rate_a')).double, rate_b: (await robot.get('rate_b')).double };
}

const settings = (configuration: Json[]) =>
  Object.fromEntries(
    configuration.map(({ name, value }) => [String(name).replace('robot ', ''), Number(value)]),
  );

function journals(): string[] {
  const names = readdirSync(stateDir).filter((name) => /^study-.*\.jsonl$/.test(name));
  return names.map((name) => join(stateDir, name));
}

function eventsOf(text: string): JournalEvent[] {
  const events = parseJournal(text, 'journal.jsonl');
  if (!events.ok) throw new Error(JSON.stringify(events.refusals));
  return events.value;
}

const asked = (events: readonly JournalEvent[]) => events.filter((event) => event.type === 'asked');

/** What is tried next in the search of these events, by a designer that was told of nothing else. */
async function nextOf(events: readonly JournalEvent[]): Promise<unknown> {
  const read = readResumption(events, 'journal.jsonl');
  const spec = readSpecFile(specFile);
  if (!read.ok || !spec.ok) throw new Error(JSON.stringify([read, spec]));
  const resumption = read.value;
  let configuration: unknown;
  const run = TuneRun.open({
    spec: resolveNames(spec.value, '/'),
    specName: specFile,
    basis: resumption.basis,
    inForce: resumption.inForce,
    warmStart: resumption.warmStart,
    resumption,
    runner: {
      run: async (wanted) => {
        configuration = wanted;
        return refuse({ code: 'TT_CANCELLED', reason: 'known' });
      },
    },
    clock: { nowMs: () => 0 },
    isPublished: () => true,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    onEvent: () => undefined,
  });
  if (!run.ok) throw new Error(JSON.stringify(run.refusals));
  await run.value.run();
  return configuration;
}

describe('a search whose tuner is killed', () => {
  let journal: string;
  let left: string;

  it('leaves the robot as it was, and a journal with its open trial', async () => {
    const tuner = await startTuner('killed');
    const goal = await peer.sendGoal('trimtab_msgs/action/Tune', '/killed/tune', {
      max_trials: maxTrials,
      seed: 11,
      safety: 'safe',
    });
    const isUnderWay = (feedback: Json[]) =>
      feedback.filter(({ phase }) => phase === 'done').length >= 3 && feedback.at(-1)?.phase === 'measuring';
    await waitFor('a fourth trial', async () => goal && isUnderWay(await goal.feedback()), 30_000);
    process.kill(tuner.pid, 'SIGKILL');
    await tuner.ended;
    [journal = ''] = journals();
    await waitFor('the watchdog to put all back', () => !existsSync(join(stateDir, 'intent.json')), 30_000);
    expect(await robotRates()).toEqual(overloaded);
    left = readFileSync(journal, 'utf8');
    expect(asked(eventsOf(left)).length).toBeGreaterThan(3);
  }, 90_000);

  it('is told of by the next tuner, with what goes on with it', async () => {
    await startTuner('next');
    expect(graph.log('next', 100)).toContain(`trimtab tune SPEC --resume ${journal}`);
  });

  it('is not gone on with otherwise than it began, and then nothing is changed', async () => {
    const changed = readFileSync(specFile, 'utf8').replace('>= 25 Hz', '>= 26 Hz');
    const refused = [
      { goal: { resume: journal, seed: 3 }, code: 'TT_PARAM_RANGE' },
      { goal: { resume: journal, safety: 'free' }, code: 'TT_PARAM_RANGE' },
      { goal: { resume: join(stateDir, 'nothing.jsonl') }, code: 'TT_FILE_MISSING' },
      { goal: { resume: specFile }, code: 'TT_JOURNAL' },
      { goal: { resume: journal, spec_path: graph.file('changed.yaml', changed) }, code: 'TT_JOURNAL' },
    ];
    for (const { goal, code } of refused) {
      const sent = await peer.sendGoal('trimtab_msgs/action/Tune', '/next/tune', goal);
      const { result } = sent ? await sent.result() : {};
      expect(result, JSON.stringify(goal)).toMatchObject({ success: false, code, before: [], trials: 0 });
    }
    expect(await robotRates()).toEqual(overloaded);
    expect(readFileSync(journal, 'utf8')).toBe(left);
    expect(existsSync(join(stateDir, 'intent.json'))).toBe(false);
    expect(existsSync(`${specFile}.lock`)).toBe(false);
  });

  it('puts back what was in force when it went on, when it is cancelled', async () => {
    const meanwhile = { ...overloaded, rate_a: 24 };
    expect(await robot.set('rate_a', { double: meanwhile.rate_a })).toMatchObject({ successful: true });
    try {
      const copy = graph.file('copy.jsonl', left);
      const goal = await peer.sendGoal('trimtab_msgs/action/Tune', '/next/tune', {
        spec_path: specFile,
        resume: copy,
      });
      if (!goal) throw new Error(`the tuner refused a goal:\n${graph.log('next')}`);
      await waitFor('a trial', async () => (await goal.feedback()).some(({ phase }) => phase === 'done'));
      expect(await robotRates()).not.toEqual(meanwhile);
      const second = await StudyJournal.resume(copy);
      expect(second).toMatchObject({ ok: false, refusals: [{ code: 'TT_FILE_LOCKED' }] });
      await goal.cancel();
      const { result } = await goal.result();
      expect(result).toMatchObject({ success: false, code: 'TT_CANCELLED', journal_path: copy });
      expect(settings(result.before)).toEqual(meanwhile);
      expect(await robotRates()).toEqual(meanwhile);
      expect(eventsOf(readFileSync(copy, 'utf8')).at(-1)).toMatchObject({
        type: 'stopped',
        reason: 'cancelled',
      });
      expect(existsSync(`${copy}.lock`)).toBe(false);
    } finally {
      await robot.set('rate_a', { double: overloaded.rate_a });
    }
  }, 60_000);

  it('goes on by the command line with its open trial, to its end, in the same journal', async () => {
    const args = [specFile, '--resume', journal, '--json', '--tuner', '/next'];
    const { process: command, ready } = await graph.startCommand<Json>('tune', ...args);
    const open = asked(eventsOf(left)).at(-1) as Extract<JournalEvent, { type: 'asked' }>;
    expect(ready).toMatchObject({ type: 'trial', number: open.trial - 1 });
    expect(settings(ready.configuration)).toEqual(
      settings(Object.entries(open.configuration).map(([name, value]) => ({ name, value }))),
    );
    const { code } = await command.ended;
    expect(code, graph.log('tune', 100)).toBe(0);
    expect(journals()).toEqual([journal]);

    const whole = readFileSync(journal, 'utf8');
    expect(whole.startsWith(left)).toBe(true);
    const events = eventsOf(whole);
    const trials = asked(events).map(({ trial }) => trial);
    expect(trials).toEqual(trials.map((_, i) => i + 1));
    expect(trials.length).toBeLessThanOrEqual(maxTrials);
    expect(events.at(-1)).toMatchObject({ type: 'concluded', verified: true });
    const later = events.findIndex((event) => event.type === 'asked' && event.trial === open.trial + 1);
    expect(events[later]).toMatchObject({ configuration: await nextOf(events.slice(0, later)) });

    const lines = graph
      .log('tune', 200)
      .split('\n')
      .filter((line) => line.startsWith('{'));
    const result = lines.map((line) => JSON.parse(line)).find(({ type }) => type === 'result');
    expect(result).toMatchObject({ success: true, trials: trials.length, journal_path: journal });
    expect(settings(result.before)).toEqual(overloaded);
    expect(await robotRates()).toEqual(settings(result.configuration));
    const broken = events.reduce(
      (sum, event) => sum + (('violationMs' in event && event.violationMs) || 0),
      0,
    );
    expect(result.violation_seconds).toBeCloseTo(broken / 1000, 3);
  }, 120_000);

  it('has then ended, and is not gone on with', async () => {
    const { code, output } = await graph.runCommand(
      'tune',
      specFile,
      '--resume',
      journal,
      '--tuner',
      '/next',
    );
    expect(code).toBe(1);
    expect(output).toMatch(/TT_JOURNAL/);
    expect(output).toMatch(/has ended/);
  });
});
