import { describe, expect, it } from 'vitest';
import { seededRandom, shuffled } from '../random.ts';
import { Scheduler } from './engine.ts';
import type { FateRecord } from './ledger.ts';
import { type PolicyId, policyIds } from './policies/index.ts';
import type { ExecutionOutcome } from './ports.ts';
import { JumpyTime, mediumModels } from './virtual-bench.fixture.ts';

const startMs = 1.8e12;

/** Three drones for 60 s; at 30 s the clock jumps, while the cloud, if it is `down`, has failed for 5 s and works again from then on. */
function run(policy: PolicyId, jumpMs: number, down: boolean) {
  const time = new JumpyTime(startMs);
  const random = seededRandom(3);
  const records: FateRecord[] = [];
  /** The second of the run in which each ended. */
  const endedIn: number[] = [];
  let second = 0;
  let isDown = false;
  const answerIn = (afterMs: number, done: (outcome: ExecutionOutcome<string>) => void) => {
    time.after(afterMs, () => done({ kind: 'result', value: 'done' }));
  };
  const scheduler: Scheduler<string, string> = new Scheduler({
    clock: time,
    models: mediumModels,
    policy,
    queueLimit: 8,
    edge: { execute: (_task, _image, done, { edgeMs }) => answerIn(edgeMs, done) },
    cloud: {
      execute: (_task, _image, done, { cloudMs }) => {
        if (isDown) done({ kind: 'failed', reason: 'no broker' });
        else answerIn(cloudMs, done);
      },
    },
    estimator: { probeEveryMs: 2000 },
    wakeAt: time.wakeUp(() => scheduler.advance()),
    onFate: (record) => {
      records.push(record);
      endedIn.push(second);
    },
  });
  for (; second < 60; second++) {
    if (second === 25) isDown = down;
    if (second === 30) {
      time.jump(jumpMs);
      isDown = false;
    }
    for (const source of ['a', 'b', 'c']) {
      for (const { id } of shuffled(mediumModels, random))
        scheduler.submit({ source, model: id, createdMs: time.nowMs() }, 'image');
      time.run(1000 / 3);
    }
  }
  const onTimeShare = (from: number, to: number) => {
    const ended = records.filter((_, i) => (endedIn[i] as number) >= from && (endedIn[i] as number) < to);
    return ended.filter(({ fate }) => fate.startsWith('on-time')).length / ended.length;
  };
  return { before: onTimeShare(0, 25), after: onTimeShare(40, 60) };
}

describe('a clock that jumps', () => {
  const cases = policyIds.flatMap((policy) =>
    [-1e6, -startMs + 1e6, 1e6].flatMap((jumpMs) =>
      [false, true].map((down) => [policy, jumpMs, down] as const),
    ),
  );
  it.each(cases)('is got over under %s (by %d ms, cloud down before: %s)', (policy, jumpMs, down) => {
    const { before, after } = run(policy, jumpMs, down);
    expect(after).toBeGreaterThan(0.85 * before);
  });

  it('back ends what waits, and what the cloud was asked for, with a reason; the edge still answers', () => {
    const time = new JumpyTime(startMs);
    const records: FateRecord[] = [];
    const scheduler: Scheduler<string, string> = new Scheduler({
      clock: time,
      models: mediumModels,
      policy: 'e-c-edf',
      edge: { execute: (_t, _p, done) => time.after(100, () => done({ kind: 'result', value: 'done' })) },
      cloud: { execute: () => {} },
      wakeAt: () => {},
      onFate: (record) => records.push(record),
    });
    for (let i = 0; i < 4; i++) scheduler.submit({ source: 'd', model: 'HV', createdMs: startMs }, 'image');
    expect(scheduler.load()).toMatchObject({ edgeRunning: true, edgeQueue: 2, cloudInFlight: 1 });
    time.jump(-5000);
    scheduler.advance();
    expect(records.map(({ task, fate, reason }) => [task.id, fate, reason])).toEqual(
      [1, 2, 3].map((id) => [id, 'abandoned', 'the clock went back by 5000 ms']),
    );
    time.run(100);
    expect(records.at(-1)).toMatchObject({
      fate: 'on-time-edge',
      reason: 'edge answered; the clock went back meanwhile',
    });
    expect(scheduler.stats()).toMatchObject({ created: 4, pending: 0 });
    expect(scheduler.stats().estimates[0]).toMatchObject({ edgeMs: 174 });
  });
});
