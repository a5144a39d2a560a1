import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { policyIds } from './policies/index.ts';
import type { ModelProfile, Task } from './task.ts';
import { benchOf, countFates, mediumModels, resultIn, submitSegments } from './virtual-bench.fixture.ts';

const never = { afterMs: 0 };

describe('Scheduler in virtual time', () => {
  it('repeats the exact fates of a seeded workload (golden, seed 7)', () => {
    const outcome = Object.fromEntries(
      policyIds.map((policy) => {
        const bench = benchOf({ policy });
        submitSegments(bench, { drones: 2, seconds: 60, random: seededRandom(7) });
        bench.timeline.runUntil(70_000);
        return [policy, { ...countFates(bench.records), utility: bench.scheduler.stats().utility }];
      }),
    );
    expect(outcome).toMatchInlineSnapshot(`
      {
        "cloud-only": {
          "dropped-cost": 120,
          "on-time-cloud": 360,
          "utility": 28080,
        },
        "dem": {
          "dropped-cost": 60,
          "on-time-cloud": 120,
          "on-time-edge": 300,
          "utility": 35189,
        },
        "dems": {
          "dropped-cost": 60,
          "on-time-cloud": 120,
          "on-time-edge": 300,
          "utility": 35189,
        },
        "dems-a": {
          "dropped-cost": 60,
          "on-time-cloud": 120,
          "on-time-edge": 300,
          "utility": 35189,
        },
        "e-c-edf": {
          "dropped-cost": 60,
          "expired-edge": 84,
          "on-time-cloud": 63,
          "on-time-edge": 273,
          "utility": 31414,
        },
        "edf-edge": {
          "expired-edge": 180,
          "on-time-edge": 300,
          "utility": 29641,
        },
        "fifo-edge": {
          "expired-edge": 189,
          "on-time-edge": 291,
          "utility": 22681,
        },
        "gems": {
          "dropped-cost": 60,
          "on-time-cloud": 120,
          "on-time-edge": 300,
          "utility": 35189,
        },
        "hpf-edge": {
          "expired-edge": 180,
          "on-time-edge": 300,
          "utility": 29641,
        },
        "huf-edge": {
          "expired-edge": 180,
          "on-time-edge": 300,
          "utility": 29641,
        },
        "sjf-edge": {
          "expired-edge": 180,
          "on-time-edge": 300,
          "utility": 23171,
        },
        "sota1-d3-kalmia": {
          "dropped-cost": 47,
          "on-time-cloud": 142,
          "on-time-edge": 291,
          "utility": 35039,
        },
        "sota2-dedas": {
          "dropped-cost": 67,
          "on-time-cloud": 125,
          "on-time-edge": 288,
          "utility": 34644,
        },
        "trim": {
          "on-time-cloud": 224,
          "on-time-edge": 256,
          "utility": 35688,
        },
      }
    `);
  });

  it('runs one task at a time on the edge, by deadline, and hands the values on', () => {
    const bench = benchOf({ policy: 'edf-edge' });
    for (const model of ['BP', 'MD', 'HV'])
      bench.scheduler.submit({ source: 'd', model, createdMs: 0 }, 'image');
    bench.timeline.runUntil(2000);
    expect(bench.records.map(({ task, atMs }) => [task.model, atMs])).toEqual([
      ['BP', 244],
      ['HV', 418],
      ['MD', 560],
    ]);
    expect(bench.values).toEqual(['done', 'done', 'done']);
  });

  it('goes to the cloud when the edge queue is too long, and drops with a reason what fits nowhere', () => {
    const bench = benchOf({ policy: 'e-c-edf' });
    for (let i = 0; i < 4; i++) bench.scheduler.submit({ source: 'd', model: 'HV', createdMs: 0 }, 'image');
    for (let i = 0; i < 2; i++) bench.scheduler.submit({ source: 'd', model: 'BP', createdMs: 0 }, 'image');
    bench.timeline.runUntil(2000);
    expect(bench.decisions.map(({ action }) => action)).toEqual([
      'edge',
      'edge',
      'edge',
      'cloud',
      'edge',
      'drop',
    ]);
    const dropped = bench.decisions[5];
    expect(dropped).toMatchObject({ action: 'drop', fate: 'dropped-cost', policy: 'e-c-edf' });
    expect(dropped?.refusals.map(({ point }) => point)).toEqual(['admit', 'place']);
    expect(countFates(bench.records)).toEqual({ 'on-time-edge': 4, 'on-time-cloud': 1, 'dropped-cost': 1 });
  });

  it('re-checks the deadline before execution', () => {
    const bench = benchOf({ policy: 'fifo-edge', edge: () => resultIn(500) });
    bench.scheduler.submit({ source: 'd', model: 'HV', createdMs: 0 }, 'image');
    bench.scheduler.submit({ source: 'd', model: 'HV', createdMs: 0 }, 'image');
    bench.timeline.runUntil(2000);
    expect(countFates(bench.records)).toEqual({ 'on-time-edge': 1, 'expired-edge': 1 });
    expect(bench.decisions.at(-1)?.refusals.map(({ point }) => point)).toEqual(['expire']);
  });

  it('names the plugin that gave a parked task up at its last moment', () => {
    const bench = benchOf({ policy: 'dems', edge: () => resultIn(5000) });
    for (let i = 0; i < 5; i++) bench.scheduler.submit({ source: 'd', model: 'BP', createdMs: 0 }, 'image');
    expect(bench.scheduler.load().parked).toBe(2);
    bench.timeline.runUntil(2000);
    const dropped = bench.decisions.filter(({ action }) => action === 'drop');
    expect(dropped.map(({ refusals }) => refusals.map(({ point }) => point))).toEqual([
      ['release'],
      ['release'],
    ]);
  });

  it('sheds the oldest waiting task when a queue is full', () => {
    const bench = benchOf({ policy: 'fifo-edge', queueLimit: 2, edge: () => never });
    for (let i = 0; i < 4; i++) bench.scheduler.submit({ source: 'd', model: 'HV', createdMs: i }, 'image');
    expect(bench.records.map(({ task, fate }) => [task.id, fate])).toEqual([[1, 'dropped-full']]);
    expect(bench.scheduler.stats()).toMatchObject({ edgeQueue: 2, edgeRunning: true, pending: 3 });
  });

  it('moves a long edge queue to a full cloud queue at once, and loses nothing', () => {
    const models = mediumModels.map((model) => ({ ...model, deadlineMs: 1e6 }));
    const bench = benchOf({
      policy: 'gems',
      models,
      queueLimit: 20_000,
      edge: () => never,
      cloud: () => never,
    });
    for (let i = 0; i < 40_000; i++)
      bench.scheduler.submit({ source: 'd', model: 'HV', createdMs: 0 }, 'image');
    const { created, pending, displaced, fates } = bench.scheduler.stats();
    expect(displaced).toBeGreaterThan(10_000);
    expect(created).toBe(40_000);
    expect(pending + fates['dropped-full']).toBe(40_000);
  });

  it('keeps the cloud within its number in flight', () => {
    const bench = benchOf({ policy: 'cloud-only', cloudMaxInFlight: 2 });
    for (let i = 0; i < 3; i++) bench.scheduler.submit({ source: 'd', model: 'HV', createdMs: 0 }, 'image');
    expect(bench.scheduler.stats()).toMatchObject({ cloudInFlight: 2, cloudQueue: 1 });
    bench.timeline.runUntil(2000);
    expect(countFates(bench.records)).toEqual({ 'on-time-cloud': 2, 'expired-cloud': 1 });
  });

  it('counts a late answer as late, and one after the time of grace as failed', () => {
    const times = [700, 3000];
    const bench = benchOf({
      policy: 'cloud-only',
      cloudGraceMs: 1000,
      cloud: () => resultIn(times.shift() ?? 0),
    });
    for (let i = 0; i < 2; i++) bench.scheduler.submit({ source: 'd', model: 'HV', createdMs: 0 }, 'image');
    bench.timeline.runUntil(5000);
    expect(bench.records.map(({ fate, atMs }) => [fate, atMs])).toEqual([
      ['late-cloud', 700],
      ['failed-cloud', 1650],
    ]);
    expect(bench.scheduler.stats().strayAnswers).toBe(1);
  });

  it('asks for the same wake-up again when it was woken too early', () => {
    const bench = benchOf({ policy: 'cloud-only', cloud: () => never });
    bench.scheduler.submit({ source: 'd', model: 'HV', createdMs: 0 }, 'image');
    bench.timeline.at(1649, () => bench.scheduler.advance());
    bench.timeline.runUntil(5000);
    expect(bench.records.map(({ fate, atMs }) => [fate, atMs])).toEqual([['failed-cloud', 1650]]);
  });

  it('gives the executor’s word as the fate: failed, expired, or thrown', () => {
    const outcomes = [
      { kind: 'failed' as const, reason: 'no broker' },
      { kind: 'expired' as const, reason: 'too late at the worker' },
    ];
    const bench = benchOf({
      policy: 'cloud-only',
      cloud: () => {
        const outcome = outcomes.shift();
        if (outcome === undefined) throw new Error('broken pipe');
        return { afterMs: 10, outcome };
      },
    });
    for (let i = 0; i < 3; i++) bench.scheduler.submit({ source: 'd', model: 'HV', createdMs: 0 }, 'image');
    bench.timeline.runUntil(100);
    expect(bench.records.map(({ task, fate, reason }) => [task.id, fate, reason])).toEqual([
      [2, 'failed-cloud', 'broken pipe'],
      [0, 'failed-cloud', 'no broker'],
      [1, 'expired-cloud', 'too late at the worker'],
    ]);
  });

  it('changes the policy in the middle without losing a task', () => {
    const bench = benchOf({ policy: 'fifo-edge' });
    for (const model of ['MD', 'BP', 'HV'])
      bench.scheduler.submit({ source: 'd', model, createdMs: 0 }, 'image');
    bench.scheduler.setPolicy('edf-edge');
    bench.timeline.runUntil(2000);
    expect(bench.records.map(({ task }) => task.model)).toEqual(['MD', 'HV', 'BP']);
    expect(bench.scheduler.stats()).toMatchObject({ policy: 'edf-edge', created: 3, pending: 0 });
  });

  it('takes no probe of one policy over into the next', () => {
    const { timeline, scheduler, decisions } = benchOf({
      policy: 'dems-a',
      times: 'profile',
      models: [{ ...(mediumModels[0] as ModelProfile), edgeMs: 600 }],
      cloud: () => resultIn(900),
    });
    for (let createdMs = 0; createdMs < 20_000; createdMs += 250)
      timeline.at(createdMs, () => scheduler.submit({ source: 'd', model: 'HV', createdMs }, ''));
    // When the cooling is over, DEMS-A parks one task as a probe.
    timeline.runUntil(10_000);
    while (scheduler.load().parked === 0) timeline.runUntil(timeline.nowMs() + 10);
    const parked = decisions.at(-1)?.taskId;
    scheduler.setPolicy('dems');
    timeline.runUntil(timeline.nowMs() + 400);
    expect(decisions.filter(({ taskId }) => taskId === parked).at(-1)).toMatchObject({
      action: 'cloud',
      probe: false,
      policy: 'dems',
    });
  });

  it('abandons what is pending when it stops, ignores later answers and takes nothing more', () => {
    const bench = benchOf({ policy: 'e-c-edf' });
    for (let i = 0; i < 5; i++) bench.scheduler.submit({ source: 'd', model: 'HV', createdMs: 0 }, 'image');
    bench.timeline.runUntil(100);
    bench.scheduler.stop();
    bench.timeline.runUntil(5000);
    expect(countFates(bench.records)).toEqual({ abandoned: 5 });
    expect(bench.scheduler.stats()).toMatchObject({
      pending: 0,
      edgeQueue: 0,
      cloudInFlight: 0,
      edgeRunning: false,
    });
    const refused = bench.scheduler.submit({ source: 'd', model: 'HV', createdMs: 6000 }, 'image');
    expect(refused.ok ? [] : refused.refusals.map(({ code }) => code)).toEqual(['TT_STATE']);
  });

  it.each([
    [{ model: 'XX', createdMs: 0 }, 'TT_TASK_MODEL'],
    [{ model: 'HV', createdMs: -1 }, 'TT_TASK_TIME'],
    [{ model: 'HV', createdMs: 1001 }, 'TT_TASK_TIME'],
    [{ model: 'HV', createdMs: Number.NaN }, 'TT_TASK_TIME'],
    [{ model: 'HV', createdMs: 5, deadlineMs: 5 }, 'TT_TASK_TIME'],
    [{ model: 'HV', createdMs: 0, deadlineMs: Number.POSITIVE_INFINITY }, 'TT_TASK_TIME'],
  ])('refuses %j and does not count it', (request, code) => {
    const bench = benchOf({ policy: 'e-c-edf' });
    const result = bench.scheduler.submit({ source: 'd', ...request }, 'image');
    expect(result.ok ? [] : result.refusals.map((refusal) => refusal.code)).toEqual([code]);
    expect(bench.scheduler.stats().created).toBe(0);
  });

  it('counts a task whose deadline has passed before it came', () => {
    const bench = benchOf({ policy: 'e-c-edf' });
    bench.timeline.runUntil(10_000);
    bench.scheduler.submit({ source: 'd', model: 'HV', createdMs: 0 }, 'image');
    expect(countFates(bench.records)).toEqual({ 'dropped-deadline': 1 });
  });

  it('explains a task for as long as it remembers it', () => {
    const bench = benchOf({ policy: 'e-c-edf', explainLimit: 2 });
    const ids = [0, 1, 2].map((createdMs) => {
      const result = bench.scheduler.submit({ source: 'd', model: 'HV', createdMs }, 'image');
      return (result as { value: Task }).value.id;
    });
    bench.timeline.runUntil(1000);
    const [first, , last] = ids.map((id) => bench.scheduler.explain(id));
    expect(first).toBeUndefined();
    expect(last).toMatchObject({ decisions: [{ action: 'edge' }], fate: { fate: 'on-time-edge' } });
  });
});
