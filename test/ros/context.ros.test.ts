import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type JournalEvent, parseJournal } from '../../src/core/tune/journal.ts';
import type { LibraryEntry } from '../../src/core/tune/library/library.ts';
import { LibraryFile } from '../../src/io/recording/library-file.ts';
import { LiveGraph, repository } from './live-graph.ts';
import { PeerParameters } from './peer-parameters.ts';
import type { Json, RosPeer } from './ros-peer.ts';
import { waitFor, waitUntilKnobsAreRead } from './wait-for.ts';

const overloaded = { rate_a: 25, rate_b: 25 };
const robotSpec = readFileSync(join(repository, 'test/ros/contention.yaml'), 'utf8');

const graph = new LiveGraph();
const library = new LibraryFile(join(graph.dir, 'state', 'library.yaml'));
let peer: RosPeer;
let robot: PeerParameters;
let tuner: PeerParameters;

beforeAll(async () => {
  [peer] = await Promise.all([
    graph.openClient(),
    graph.startPeer('contention_robot'),
    graph.startNode({ name: 'profiler', script: 'src/nodes/profiler.js' }),
  ]);
  // Before the tuner is there: it must hear of it all the same.
  await tellPhase('open');
  await graph.startNode({
    name: 'tuner',
    script: 'src/nodes/tuner.js',
    parameters: {
      spec: graph.file('spec.yaml', `${robotSpec}context: [phase, payload]\n`),
      state_dir: join(graph.dir, 'state'),
      context: ['payload=none'],
      settle_s: 0.5,
      window_s: 1.5,
      verify_window_s: 2,
      max_trials: 9,
      monitor_period_s: 1.5,
      cool_down_s: 1,
    },
  });
  robot = new PeerParameters(peer, '/robot');
  tuner = new PeerParameters(peer, '/tuner');
  await peer.listen('trimtab_msgs/msg/TunerStatus', '/tuner/status', { reliable: true, latched: true });
  await peer.listen('trimtab_msgs/msg/Trial', '/tuner/trial', { reliable: true });
  await waitUntilKnobsAreRead(peer, '/tuner');
  for (const [name, double] of Object.entries(overloaded)) await robot.set(name, { double });
});
afterAll(() => graph.close());

const tellPhase = (value: string) =>
  peer.publish(
    'trimtab_msgs/msg/Context',
    '/tuner/context',
    { features: [{ name: 'phase', value }] },
    { latched: true },
  );
async function tune(): Promise<Json> {
  const goal = await peer.sendGoal('trimtab_msgs/action/Tune', '/tuner/tune', { max_trials: 9, seed: 3 });
  if (!goal) throw new Error(`the tuner refused a goal:\n${graph.log('tuner')}`);
  return (await goal.result()).result;
}
const mayDo = (string: string) => tuner.set('on_trigger', { string });
const hasCapacity = (double: number) => robot.set('capacity', { double });

const decided = async (...parts: string[]): Promise<Json> => {
  try {
    return await waitFor(
      `the decision "${parts.join(' … ')}"`,
      async () => {
        const heard = await peer.heard('/tuner/status');
        return heard
          .map(({ message }) => message)
          .find(({ decision }) => parts.every((part) => decision.includes(part)));
      },
      90_000,
    );
  } catch (error) {
    throw new Error(`${error}:\n${graph.log('tuner', 60)}`);
  }
};

async function robotRates(): Promise<Record<string, unknown>> {
  const [a, b] = [await robot.get('rate_a'), await robot.get('rate_b')];
  return { 'robot rate_a': a.double, 'robot rate_b': b.double };
}

const entries = (): LibraryEntry[] => {
  const held = library.load();
  if (!held.ok) throw new Error(JSON.stringify(held.refusals));
  return held.value.flatMap((shelf) => shelf.entries);
};
const stored = (phase: string) => entries().find(({ context }) => context.phase === phase)?.configuration;
const trialsSince = async (count: number) =>
  (await peer.heard('/tuner/trial')).slice(count).map(({ message }) => message);
/** The journal of the last search. */
function lastJournal(): JournalEvent[] {
  const folder = join(graph.dir, 'state');
  const name = readdirSync(folder)
    .filter((file) => file.startsWith('study-'))
    .sort()
    .at(-1) as string;
  const events = parseJournal(readFileSync(join(folder, name), 'utf8'), name);
  if (!events.ok) throw new Error(JSON.stringify(events.refusals));
  return events.value;
}
const trialCount = async () => (await peer.heard('/tuner/trial')).length;

describe('a tuner whose robot changes its context', () => {
  it('keeps what a search found under the context that it was told', async () => {
    const status = await peer.hear('/tuner/status', ({ context }) => context.length === 2);
    expect(status.context).toEqual([
      { name: 'phase', value: 'open' },
      { name: 'payload', value: 'none' },
    ]);
    const result = await tune();
    expect(result, graph.log('tuner')).toMatchObject({ success: true });
    expect(entries()).toMatchObject([{ context: { phase: 'open', payload: 'none' }, failures: 0 }]);
    expect(entries()[0]?.observations).toHaveLength(result.trials);
    expect(await robotRates()).toEqual(stored('open'));
  });

  it('says what it would do in another context, and does nothing that nobody asked for', async () => {
    const before = { rates: await robotRates(), trials: await trialCount() };
    await hasCapacity(12);
    await tellPhase('tight');
    await decided('changed to phase=tight', 'no configuration is stored; on_trigger is none');
    await decided('core rate >= 25 Hz was broken in 3 of', 'on_trigger is none');
    expect({ rates: await robotRates(), trials: await trialCount() }).toEqual(before);
  });

  it('searches by itself where it may, from what is known of the nearest context', async () => {
    const before = await trialCount();
    await mayDo('tune');
    await decided('was broken', 'a search begins');
    await decided('the search met every requirement');
    const trials = await trialsSince(before);
    // What is in force is what is known of the nearest context, and does not do here.
    expect(lastJournal()[0]).toMatchObject({
      warmStart: { from: 'the nearest context, phase=open, payload=none, at distance 1' },
    });
    expect(trials[0]).toMatchObject({ feasible: false });
    // All the same it stands in for a start of its own.
    for (const { reason } of trials) expect(reason).not.toContain('space-filling start');
    expect(trials.at(-1)?.feasible).toBe(true);
    const { 'robot rate_a': a = 0, 'robot rate_b': b = 0 } = stored('tight') as Record<string, number>;
    // The robot's own law.
    expect((30 * 12) / Math.max(12, a + b)).toBeGreaterThan(24);
    expect(await robotRates()).toEqual(stored('tight'));
  });

  it('is good again within two trials when it comes back', async () => {
    await mayDo('apply');
    const before = await trialCount();
    await hasCapacity(30);
    await tellPhase('open');
    await decided('changed to phase=open', 'the stored configuration is applied; it meets every requirement');
    const trials = await trialsSince(before);
    expect(trials.length).toBeGreaterThan(0);
    expect(trials.length).toBeLessThanOrEqual(2);
    expect(trials.at(-1)).toMatchObject({ feasible: true });
    expect(await robotRates()).toEqual(stored('open'));
    expect(entries()).toHaveLength(2);
  });

  it('puts back what was in force when a stored configuration does not do any more', async () => {
    const before = await robotRates();
    await hasCapacity(3);
    await tellPhase('tight');
    await decided('the stored configuration misses core rate >= 25 Hz', 'is put back');
    expect(await robotRates()).toEqual(before);
    expect(entries().find(({ context }) => context.phase === 'tight')?.failures).toBe(1);
  });

  it('changes nothing while a person holds, and looks at the context when released', async () => {
    await hasCapacity(30);
    await peer.call('std_srvs/srv/SetBool', '/tuner/hold', { data: true });
    const before = { rates: await robotRates(), trials: await trialCount() };
    await tellPhase('open');
    await tellPhase('tight');
    const isHeld = ({ state, context }: Json) => state === 'holding' && context[0]?.value === 'tight';
    await peer.hear('/tuner/status', isHeld);
    await peer.call('trimtab_msgs/srv/ListKnobs', '/tuner/list_knobs');
    expect({ rates: await robotRates(), trials: await trialCount() }).toEqual(before);
    await tellPhase('other');
    await peer.call('std_srvs/srv/SetBool', '/tuner/hold', { data: false });
    await decided('changed to phase=other', 'no configuration is stored; on_trigger is apply');
    expect({ rates: await robotRates(), trials: await trialCount() }).toEqual(before);
  });

  it('refuses a context that cannot be read, and keeps the one before', async () => {
    expect(await tuner.set('context', { string: 'payload' })).toMatchObject({ successful: false });
    await tellPhase('  ');
    const refused = await peer.hear('/tuner/status', ({ code }) => code === 'TT_CONTEXT');
    expect(refused.context).toContainEqual({ name: 'phase', value: 'other' });
  });

  it('does not use a damaged library, nor overwrite it', async () => {
    const damaged = `${readFileSync(library.path, 'utf8')}]`;
    writeFileSync(library.path, damaged);
    await tellPhase('open');
    await decided('the library is not used', `${library.path}:`, 'TT_FILE_DAMAGED');
    expect(await tune(), graph.log('tuner')).toMatchObject({ success: true });
    expect(readFileSync(library.path, 'utf8')).toBe(damaged);
  });
});
