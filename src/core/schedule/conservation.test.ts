import { describe, expect, it } from 'vitest';
import { type Random, seededRandom } from '../random.ts';
import { Scheduler } from './engine.ts';
import type { FateRecord } from './ledger.ts';
import { policyIds } from './policies/index.ts';
import type { ExecutionOutcome, ExecutorPort } from './ports.ts';
import type { ModelProfile } from './task.ts';
import { readings } from './tentative-queue.ts';
import { JumpyTime, mediumModels } from './virtual-bench.fixture.ts';

const [hazard, mask, pose] = mediumModels as [ModelProfile, ModelProfile, ModelProfile, ModelProfile];
const models: ModelProfile[] = [
  { ...hazard, patient: true },
  pose,
  {
    ...mask,
    variants: [
      { id: 'large', edgeMs: 142, cloudMs: 589, quality: 1 },
      { id: 'small', edgeMs: 30, cloudMs: 90, quality: 0.7 },
    ],
  },
];
const seeds = Array.from({ length: 60 }, (_, i) => i + 1);

/** Throws before or after it has answered, answers at once, late or twice, leaves members of a batch out; the cloud also never. */
function faulty(random: Random, time: JumpyTime, isCloud: boolean): ExecutorPort<string, string> {
  const outcome = (): ExecutionOutcome<string> => {
    const roll = random.next();
    if (roll < 0.8) return { kind: 'result', value: 'done' };
    return roll < 0.9 ? { kind: 'failed', reason: 'broke' } : { kind: 'expired', reason: 'late on arrival' };
  };
  const run = (size: number, done: (outcomes: ExecutionOutcome<string>[]) => void) => {
    const answer = () => {
      const count = random.next() < 0.1 ? size - 1 : size;
      done(Array.from({ length: count }, outcome));
    };
    const roll = random.next();
    if (roll < 0.1) throw new Error('executor threw');
    if (roll < 0.2) {
      answer();
      if (random.next() < 0.5) answer();
      if (random.next() < 0.5) throw new Error('executor threw after its answer');
      return;
    }
    if (isCloud && roll < 0.3) return;
    const afterMs = random.next() * (roll < 0.4 ? 4000 : 600);
    time.after(afterMs, answer);
    if (roll < 0.5) time.after(afterMs + random.next() * 2000, answer);
  };
  return {
    execute: (_task, _payload, done) => run(1, (outcomes) => done(outcomes[0] ?? outcome())),
    executeBatch: (batch, done) => run(batch.length, done),
  };
}

describe('every task ends exactly once, in queues that stay within their limit', () => {
  it.each(seeds)('whatever executors, clock and operator do (seed %i)', (seed) => {
    const random = seededRandom(seed);
    const pick = <T>(items: readonly T[]): T => items[Math.floor(random.next() * items.length)] as T;
    const time = new JumpyTime();
    const records: FateRecord[] = [];
    const queueLimit = pick([1, 2, 6]);
    const batch = { most: 3, fixedShare: 0.5 };
    const scheduler: Scheduler<string, string> = new Scheduler({
      clock: time,
      models,
      policy: pick(policyIds),
      reading: pick(readings),
      times: pick(['measured', 'profile']),
      edge: faulty(random, time, false),
      cloud: faulty(random, time, true),
      batching: pick([{}, { edge: batch, cloud: batch }]),
      edgeMaxInFlight: pick([1, 2]),
      cloudMaxInFlight: pick([1, 3]),
      edgePollMs: pick([0, 5]),
      queueLimit,
      estimator: { probeEveryMs: 500 },
      wakeAt: time.wakeUp(() => scheduler.advance()),
      onFate: (record) => records.push(record),
    });
    let taken = 0;
    const submit = () => {
      const nowMs = time.nowMs();
      const createdMs = Math.max(0, nowMs + pick([0, 0, 0, 0, -5000, 3000]));
      const deadlineMs = random.next() < 0.1 ? { deadlineMs: createdMs + 1 } : {};
      const model = pick(models).id;
      if (scheduler.submit({ source: pick(['a', 'b']), model, createdMs, ...deadlineMs }, 'image').ok)
        taken++;
    };
    for (let i = 0; i < 400; i++) {
      time.run(random.next() * 60);
      submit();
      if (random.next() < 0.05) scheduler.setPolicy(pick(policyIds));
      if (random.next() < 0.01) time.jump(pick([-1e6, -3000, -200, 5000, 1e6]));
      const { created, pending, fates, ...load } = scheduler.stats();
      const ended = Object.values(fates).reduce((sum, count) => sum + count, 0);
      expect([created, pending + ended, records.length]).toEqual([taken, taken, ended]);
      expect(Math.max(load.edgeQueue, load.cloudQueue, load.parked)).toBeLessThanOrEqual(queueLimit);
    }
    time.run(60_000);

    expect(scheduler.stats().pending).toBe(0);
    expect(new Set(records.map(({ task }) => task.id)).size).toBe(taken);
    const utility = records.reduce((sum, record) => sum + record.utility, 0);
    expect(utility).toBeCloseTo(scheduler.stats().utility);
    submit();
    scheduler.stop();
    expect(records).toHaveLength(taken);
  });
});
