import { describe, expect, it } from 'vitest';
import { type Random, seededRandom } from '../random.ts';
import { batchFactor } from './batching.ts';
import { Scheduler } from './engine.ts';
import type { FateRecord } from './ledger.ts';
import type { ExecutionOutcome, ExecutorPort, SchedulerOptions } from './ports.ts';
import type { ModelProfile } from './task.ts';
import { countFates } from './virtual-bench.fixture.ts';
import { VirtualTimeline } from './virtual-time.ts';

const profile = { most: 4, fixedShare: 0.8 };
const model: ModelProfile = {
  id: 'M',
  deadlineMs: 160,
  edgeMs: 100,
  cloudMs: 100,
  benefit: 50,
  edgeCost: 1,
  cloudCost: 10,
};
/** Pays on the edge only. */
const edgeModel = { ...model, cloudCost: 60 };

type Port = ExecutorPort<string, string>;
type Bench = { timeline: VirtualTimeline; scheduler: Scheduler<string, string>; records: FateRecord[] };

function benchOf(options: Partial<SchedulerOptions<string, string>> & { models: ModelProfile[] }): Bench {
  const timeline = new VirtualTimeline();
  const records: FateRecord[] = [];
  const scheduler: Scheduler<string, string> = new Scheduler({
    clock: timeline,
    policy: 'trim',
    times: 'profile',
    edge: place(timeline),
    cloud: place(timeline),
    wakeAt: timeline.wakeUp(() => scheduler.advance()),
    onFate: (record) => records.push(record),
    ...options,
  });
  return { timeline, scheduler, records };
}

/** Takes what the profile says; a random one is late at times, and now and then never answers. */
function place(timeline: VirtualTimeline, random?: Random): Port {
  const run = (size: number, done: () => void) => {
    const luck = random?.next() ?? 0;
    if (luck > 0.97) return;
    timeline.at(timeline.nowMs() + 100 * batchFactor(size, profile) + 40 * luck, done);
  };
  const result = { kind: 'result', value: 'done' } satisfies ExecutionOutcome<string>;
  return {
    execute: (_task, _payload, done) => run(1, () => done(result)),
    executeBatch: (batch, done) => run(batch.length, () => done(batch.map(() => result))),
  };
}

/** Each comes from a source of its own, so no more are expected. */
function submitAt(bench: Bench, atMs: number, count: number, deadlineMs = atMs + 160): void {
  bench.timeline.at(atMs, () => {
    for (let i = 0; i < count; i++) {
      const source = `${atMs}/${i}`;
      bench.scheduler.submit({ source, model: 'M', createdMs: atMs, deadlineMs }, 'image');
    }
  });
}

/** Of two that come while the edge is busy, each has time for a batch of both, but not to wait for the other. */
function submitTwoBehindOne(bench: Bench): void {
  submitAt(bench, 0, 1);
  submitAt(bench, 50, 2, 250);
  bench.timeline.runUntil(1000);
}

describe('batches', () => {
  it('take exactly as long as one task for one, and the variable share more for each more', () => {
    expect(batchFactor(1, { most: 8, fixedShare: 0.557 })).toBe(1);
    expect(batchFactor(4, profile)).toBeCloseTo(1.6);
  });

  it('run tasks of one model together on the edge, which all end in time then', () => {
    const bench = benchOf({ models: [edgeModel], batching: { edge: profile } });
    submitTwoBehindOne(bench);
    expect(bench.records.map(({ fate, atMs }) => [fate, atMs])).toEqual([
      ['on-time-edge', 100],
      ['on-time-edge', 220],
      ['on-time-edge', 220],
    ]);
    expect(bench.scheduler.stats()).toMatchObject({ created: 3, pending: 0, batched: 2, utility: 3 * 49 });
  });

  it('are not made where no profile is given, or the executor takes one task at a time', () => {
    const timeline = new VirtualTimeline();
    const { execute } = place(timeline);
    const single = benchOf({ models: [edgeModel] });
    submitTwoBehindOne(single);
    expect(single.scheduler.stats()).toMatchObject({ batched: 0, utility: 2 * 49 });
    const bench = benchOf({
      models: [edgeModel],
      batching: { edge: profile },
      clock: timeline,
      edge: { execute },
    });
    expect(bench.scheduler.stats().batched).toBe(0);
    bench.scheduler.submit({ source: 'd', model: 'M', createdMs: 0 }, '');
    bench.scheduler.submit({ source: 'd', model: 'M', createdMs: 0 }, '');
    expect(bench.scheduler.stats()).toMatchObject({ batched: 0, edgeRunning: true });
  });

  it('take in nobody who would make another late', () => {
    const bench = benchOf({ models: [edgeModel], batching: { edge: profile } });
    submitAt(bench, 0, 1);
    submitAt(bench, 50, 1, 215);
    submitAt(bench, 60, 1, 500);
    bench.timeline.runUntil(1000);
    expect(bench.records.map(({ fate, atMs }) => [fate, atMs])).toEqual([
      ['on-time-edge', 100],
      ['on-time-edge', 200],
      ['on-time-edge', 300],
    ]);
  });

  it('take along to the cloud what waits for it, as far as all are in time', () => {
    const patient = { ...model, deadlineMs: 1000, edgeMs: 2000 };
    const run = (batching: SchedulerOptions<string, string>['batching'] = {}) => {
      const bench = benchOf({ models: [patient], cloudMaxInFlight: 1, batching });
      submitAt(bench, 0, 6, 400);
      bench.timeline.runUntil(3000);
      return bench;
    };
    // 0 to 100 the first, then four of those that wait, in 160 ms, and the last.
    const bench = run({ cloud: profile });
    expect(bench.records.map(({ fate, atMs }) => [fate, atMs])).toEqual([
      ['on-time-cloud', 100],
      ...Array.from({ length: 4 }, () => ['on-time-cloud', 260]),
      ['on-time-cloud', 360],
    ]);
    expect(countFates(run().records)['on-time-cloud']).toBeLessThan(6);
  });

  it('give each member its own end when the executor breaks or leaves one out', () => {
    const throws: Port = {
      execute: (_task, _payload, done) => done({ kind: 'failed', reason: 'busy' }),
      executeBatch: () => {
        throw new Error('out of memory');
      },
    };
    const timeline = new VirtualTimeline();
    const forgets: Port = {
      ...place(timeline),
      executeBatch: (_batch, done) => done([{ kind: 'result', value: 'one' }]),
    };
    const endsWith = (port: Port) => {
      const cloud: Port = { execute: place(timeline).execute, executeBatch: port.executeBatch as never };
      const bench = benchOf({
        models: [{ ...model, deadlineMs: 1000, edgeMs: 2000 }],
        cloudMaxInFlight: 1,
        batching: { cloud: profile },
        clock: timeline,
        wakeAt: () => {},
        cloud,
      });
      const createdMs = timeline.nowMs();
      for (let i = 0; i < 3; i++) bench.scheduler.submit({ source: 'd', model: 'M', createdMs }, '');
      timeline.runUntil(createdMs + 3000);
      return bench.records.map(({ fate, reason }) => `${fate}: ${reason}`);
    };
    expect(endsWith(throws)).toEqual([
      'on-time-cloud: cloud answered in 100 ms',
      'failed-cloud: out of memory',
      'failed-cloud: out of memory',
    ]);
    expect(endsWith(forgets)).toEqual([
      'on-time-cloud: cloud answered in 100 ms',
      'on-time-cloud: cloud answered in 0 ms',
      'failed-cloud: cloud left it out of its answer',
    ]);
  });

  it('lose no task and end none twice, whatever comes late or not at all (seeds 1 to 20)', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = seededRandom(seed);
      const timeline = new VirtualTimeline();
      const records: FateRecord[] = [];
      const scheduler: Scheduler<string, string> = new Scheduler({
        clock: timeline,
        models: [
          { ...model, deadlineMs: 400 },
          { ...edgeModel, id: 'N', deadlineMs: 300 },
        ],
        policy: 'trim',
        // A place that never answers keeps the edge busy for good, so only the cloud has bad luck.
        edge: place(timeline),
        cloud: place(timeline, random),
        batching: { edge: profile, cloud: profile },
        cloudMaxInFlight: 2,
        wakeAt: timeline.wakeUp(() => scheduler.advance()),
        onFate: (record) => records.push(record),
      });
      let made = 0;
      for (let atMs = 0; atMs < 4000; atMs += 10 + 60 * random.next())
        timeline.at(atMs, () => {
          const id = random.next() < 0.5 ? 'M' : 'N';
          scheduler.submit({ source: `d${made % 3}`, model: id, createdMs: timeline.nowMs() }, '');
          made++;
        });
      timeline.runUntil(10_000);
      const { created, pending, batched } = scheduler.stats();
      expect([created, pending]).toEqual([made, 0]);
      expect(batched).toBeGreaterThan(0);
      expect(new Set(records.map(({ task }) => task.id)).size).toBe(made);
      expect(records).toHaveLength(made);
    }
  });
});
