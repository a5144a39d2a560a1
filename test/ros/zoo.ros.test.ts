import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TakesEffect, Verdict } from '../../src/core/knobs/knob.ts';
import type { Result } from '../../src/core/refusal.ts';
import { parseSpec } from '../../src/core/spec/parse-spec.ts';
import { resolveNames } from '../../src/core/spec/resolve-names.ts';
import type { TrialTiming } from '../../src/core/tune/tune-goal.ts';
import { KnobSet } from '../../src/nodes/tuner/knob-set.ts';
import { ProfilerClient } from '../../src/nodes/tuner/profiler-client.ts';
import { TrialRunner } from '../../src/nodes/tuner/trial-runner.ts';
import { ClientSession } from '../../src/ros/index.ts';
import { LiveGraph } from './live-graph.ts';
import { PeerParameters } from './peer-parameters.ts';
import type { RosPeer } from './ros-peer.ts';
import { waitFor } from './wait-for.ts';
import { type Species, startHz, startZooTarget, type ZooTarget } from './zoo/zoo-target.ts';

const askedHz = 8;
const timing: TrialTiming = { settleMs: 700, windowMs: 2000, cutRisk: 0 };
/** Longer than the 2 s that a late node takes. */
const patient: TrialTiming = { ...timing, settleMs: 4000 };

const graph = new LiveGraph();
let peer: RosPeer;
let session: ClientSession;
let profiler: ProfilerClient;

beforeAll(async () => {
  process.env.ROS_DOMAIN_ID = graph.domainId;
  [peer, session] = await Promise.all([
    graph.openClient(),
    ClientSession.open('keeper'),
    graph.startNode({ name: 'profiler', script: 'src/nodes/profiler.js' }),
  ]);
  profiler = new ProfilerClient({ node: session.node, nodeName: '/profiler' });
});
afterAll(async () => {
  session.close();
  await graph.close();
});

/** A species with the knob on its rate, its topic already heard by the profiler at the rate it starts with. */
async function capture(species: Species, takesEffect: TakesEffect = 'immediate') {
  const target = await startZooTarget(graph, species);
  return { target, ...(await turnable(species, target, takesEffect)) };
}

async function turnable(species: Species, target: ZooTarget, takesEffect: TakesEffect) {
  const text = `
require: [{topic: ${target.topic}, rate: ">= 1 Hz"}]
knobs: [{parameter: ${target.node} rate, name: ${species}, range: [1, 40] Hz, takes_effect: ${takesEffect},
  confirm: {topic: ${target.topic}, rate: equals}}]`;
  const spec = resolveNames(taken(parseSpec(text, `${species}.yaml`)), '/');
  const { knobs, absent } = KnobSet.open(spec.knobs, {
    node: session.node,
    adaptorNode: '/adaptor',
    cpuBudget: undefined,
  });
  expect(absent).toEqual([]);
  taken(await profiler.watch(spec));
  await waitFor(`the profiler to hear ${species}`, async () => {
    const profile = await profiler.snapshot(1000);
    const rateHz = profile.ok && profile.value.topics.find(({ topic }) => topic === target.topic)?.rateHz;
    return Math.abs(Number(rateHz) - startHz) < 0.2 * startHz;
  });
  await waitFor(`the rate of ${species} to be read`, async () => (await knobs.read()).ok);
  const clock = { nowMs: () => performance.now() };
  const runner = new TrialRunner({ spec, knobs, profiler, sleep: (ms) => sleep(ms, true), clock });
  return { knobs, runner };
}

/** What became of asking for `askedHz`: the measured verdict, or the refusal of the write as one. */
async function turn(
  species: Species,
  { runner }: { runner: TrialRunner },
  how: TrialTiming = timing,
): Promise<Verdict> {
  const outcome = await runner.run({ [species]: askedHz }, how, () => undefined);
  if (outcome.ok) return outcome.value.verdicts[0]?.verdict as Verdict;
  const [refusal] = outcome.refusals;
  if (refusal?.code === 'TT_KNOB_REJECTED') return { outcome: 'rejected', reason: refusal.reason };
  if (refusal?.code === 'TT_KNOB_UNREACHABLE') return { outcome: 'unreachable', reason: refusal.reason };
  throw new Error(JSON.stringify(outcome.refusals));
}

function taken<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.refusals));
  return result.value;
}

describe('the verdict on a node', () => {
  it('that obeys is confirmed, with the measured rate', async () => {
    const verdict = await turn('obeys', await capture('obeys'));
    expect(verdict).toMatchObject({ outcome: 'confirmed' });
    expect(Math.abs(Number((verdict as { achieved: number }).achieved) - askedHz)).toBeLessThan(1.5);
  });

  it('that accepts and ignores is no-effect: it holds the value and runs as before', async () => {
    const captive = await capture('ignores');
    const verdict = await turn('ignores', captive);
    expect(verdict).toMatchObject({ outcome: 'no-effect' });
    expect(Number((verdict as { achieved: number }).achieved)).toBeGreaterThan(1.5 * askedHz);
    expect(taken(await captive.knobs.read())).toEqual({ ignores: askedHz });
  });

  it('that rejects is rejected with the node’s own reason, and nothing is changed', async () => {
    const captive = await capture('rejects');
    expect(await turn('rejects', captive)).toMatchObject({
      outcome: 'rejected',
      reason: expect.stringContaining('the shutter is mechanical'),
    });
    expect(taken(await captive.knobs.read())).toEqual({ rejects: startHz });
  });

  it('that obeys after 2 s hangs on the patience of the trial', async () => {
    const captive = await capture('obeys_late');
    const parameters = new PeerParameters(peer, captive.target.node);
    // However slow this machine is, the impatient trial is over long before.
    expect(await parameters.set('delay_s', { double: 120 })).toMatchObject({ successful: true });
    expect(await turn('obeys_late', captive)).toMatchObject({ outcome: 'no-effect' });
    const nextGoal = await turnable('obeys_late', captive.target, 'next-goal');
    taken(await nextGoal.runner.apply({ obeys_late: startHz }));
    expect(await turn('obeys_late', nextGoal)).toMatchObject({
      outcome: 'accepted',
      evidence: expect.stringContaining('next-goal'),
    });
    expect(await parameters.set('delay_s', { double: 2 })).toMatchObject({ successful: true });
    taken(await captive.runner.apply({ obeys_late: startHz }));
    expect(await turn('obeys_late', captive, patient)).toMatchObject({ outcome: 'confirmed' });
  });

  it('that obeys when idle is rejected while it is busy, and confirmed afterwards', async () => {
    const captive = await capture('obeys_when_idle');
    expect(await turn('obeys_when_idle', captive)).toMatchObject({
      outcome: 'rejected',
      reason: expect.stringContaining('a goal is under way'),
    });
    await new PeerParameters(peer, captive.target.node).set('busy', { bool: false });
    expect(await turn('obeys_when_idle', captive)).toMatchObject({ outcome: 'confirmed' });
  });

  it('that needs a lifecycle reconfigure is confirmed when that is declared, else no-effect', async () => {
    const captive = await capture('reconfigures');
    expect(await turn('reconfigures', captive)).toMatchObject({ outcome: 'no-effect' });
    const declared = await turnable('reconfigures', captive.target, 'reconfigure');
    taken(await declared.runner.apply({ reconfigures: startHz }));
    expect(await turn('reconfigures', declared)).toMatchObject({ outcome: 'confirmed' });
  });

  it('that dies on the set is unreachable within a deadline', async () => {
    const captive = await capture('dies');
    expect(await turn('dies', captive)).toMatchObject({
      outcome: 'unreachable',
      reason: expect.stringMatching(/it died: its process \d+ has ended/),
    });
    expect(await captive.target.process.ended).toEqual({ code: 1, signal: null });
  });

  it('that hangs in the callback is unreachable within a deadline', async () => {
    const captive = await capture('hangs');
    expect(await turn('hangs', captive)).toMatchObject({
      outcome: 'unreachable',
      reason: expect.stringMatching(/did not answer within \d+ ms: it hangs/),
    });
  });

  it('that vanishes after it has answered is unreachable', async () => {
    const captive = await capture('vanishes');
    expect(await turn('vanishes', captive)).toMatchObject({ outcome: 'unreachable' });
    expect(await captive.target.process.ended).toEqual({ code: 0, signal: null });
  });
});
