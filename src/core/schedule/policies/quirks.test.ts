import { describe, expect, it } from 'vitest';
import { TimeEstimator } from '../estimator.ts';
import type { FateRecord } from '../ledger.ts';
import { ParkedTasks } from '../parked-tasks.ts';
import type { SchedulerView } from '../policy.ts';
import type { Fate, ModelProfile, Task } from '../task.ts';
import { TaskQueue, type Waiting } from '../task-queue.ts';
import { type Reading, rankParked, readings } from '../tentative-queue.ts';
import { benchOf, countFates, mediumModels, resultIn } from '../virtual-bench.fixture.ts';
import { createPolicy, type PolicyId } from './index.ts';

/** Each deviation of the published program from its idea, in both readings; numbers as in docs/policies.md. */

const estimator = new TimeEstimator(mediumModels);
const [hazardVest, mask, bodyPose] = mediumModels as [ModelProfile, ModelProfile, ModelProfile];

/** What becomes of tasks that are submitted at given times, by policy and reading. */
function fatesOf(options: {
  policy: PolicyId;
  reading: Reading;
  models?: readonly ModelProfile[];
  tasks: [atMs: number, model: string][];
  cloudMaxInFlight?: number;
}) {
  const { policy, reading, models = mediumModels, tasks, cloudMaxInFlight = 32 } = options;
  const bench = benchOf({ policy, reading, times: 'profile', models: [...models], cloudMaxInFlight });
  for (const [atMs, model] of tasks) {
    bench.timeline.at(atMs, () => bench.scheduler.submit({ source: 'd', model, createdMs: atMs }, 'image'));
  }
  bench.timeline.runUntil(20_000);
  return bench.records.map(({ task, fate }) => `${task.id} ${fate}`);
}

/** One task of HV in the cloud. */
const inCloud = { place: 'cloud', model: 'HV', variant: 0, size: 1 } as const;

/** A view with nothing but queues, for plugins that are asked directly. */
function viewOf(nowMs: number, queued: Waiting[] = [], parked: Waiting[] = []): SchedulerView {
  const edgeQueue = new TaskQueue<Waiting>();
  for (const waiting of queued) edgeQueue.insert(waiting, 0);
  const parkedTasks = new ParkedTasks();
  for (const waiting of parked) parkedTasks.park(waiting, waiting.task.id);
  const profiles = new Map(mediumModels.map((profile) => [profile.id, profile]));
  return {
    nowMs,
    models: mediumModels,
    edgeQueue,
    parked: parkedTasks,
    profile: (model) => profiles.get(model) as ModelProfile,
    edgeRestMs: () => 0,
    edgeWaitMs: () => 0,
    predictMs: (place, model) => {
      const { edgeMs, cloudMs } = profiles.get(model) as ModelProfile;
      return place === 'edge' ? edgeMs : cloudMs;
    },
    probeDue: () => false,
    cloudRuns: () => [],
    cloudQueue: new TaskQueue<Waiting>(),
    batching: () => undefined,
  };
}

function waiting(id: number, { id: model, deadlineMs, edgeMs, cloudMs }: ModelProfile): Waiting {
  const task: Task = { id, source: 'd', model, createdMs: 0, deadlineMs };
  return { task, deadlineMs, edgeMs, cloudMs, probe: false, displaced: false, node: 0, place: 0 };
}

function record(id: number, model: string, fate: Fate, atMs: number): FateRecord {
  const task: Task = { id, source: 'd', model, createdMs: 0, deadlineMs: 1000 };
  return { task, fate, atMs, reason: 'test', utility: 0 };
}

function idsOf(tasks: Iterable<Waiting> | undefined): number[] {
  return [...(tasks ?? [])].map(({ task }) => task.id);
}

describe('the published program’s deviations', () => {
  it('1: the scan for victims passes over the first task behind the new one', () => {
    const models = [
      { id: 'X', deadlineMs: 1000, edgeMs: 400, cloudMs: 300, benefit: 100, edgeCost: 1, cloudCost: 20 },
      { id: 'Y', deadlineMs: 500, edgeMs: 250, cloudMs: 450, benefit: 200, edgeCost: 1, cloudCost: 150 },
    ];
    const tasks: [number, string][] = [
      [0, 'X'],
      [0, 'X'],
      [200, 'Y'],
    ];
    const run = (reading: Reading) => fatesOf({ policy: 'dem', reading, models, tasks });
    expect(run('as-published')).toEqual(['0 on-time-edge', '2 on-time-edge', '1 expired-edge']);
    expect(run('corrected')).toEqual(['0 on-time-edge', '1 on-time-cloud', '2 on-time-edge']);
  });

  it('2: EDF goes by the model’s relative deadline, so that a fresh task passes an older one', () => {
    // Body pose runs till 244; of the two that wait, MD is due at 850 and HV at 860.
    const tasks: [number, string][] = [
      [0, 'BP'],
      [0, 'MD'],
      [210, 'HV'],
    ];
    const run = (reading: Reading) => fatesOf({ policy: 'edf-edge', reading, tasks });
    expect(run('as-published')).toEqual(['0 on-time-edge', '2 on-time-edge', '1 on-time-edge']);
    expect(run('corrected')).toEqual(['0 on-time-edge', '1 on-time-edge', '2 on-time-edge']);
  });

  it('3: a task too long for the slack inherits the rank of the one before it', () => {
    const view = viewOf(0, [], [waiting(0, hazardVest), waiting(1, bodyPose), waiting(2, mask)]);
    const run = (reading: Reading) => rankParked(view, 200, reading).map(({ task }) => task.id);
    expect(run('as-published')).toEqual([0, 1, 2]);
    expect(run('corrected')).toEqual([0, 2]);
  });

  it('4: a task that leaves the cloud queue too late has an end here, of which only corrected GEMS hears', () => {
    const tasks: [number, string][] = [
      [0, 'HV'],
      [0, 'HV'],
    ];
    for (const reading of readings) {
      const fates = fatesOf({ policy: 'cloud-only', reading, tasks, cloudMaxInFlight: 1 });
      expect(fates).toEqual(['0 on-time-cloud', '1 expired-cloud']);
    }
    const moved = (reading: Reading) => {
      const policy = createPolicy('gems', mediumModels, reading);
      const view = viewOf(100, [waiting(7, hazardVest)]);
      return idsOf(policy.ended?.(record(1, 'HV', 'expired-cloud', 100), view));
    };
    expect(moved('as-published')).toEqual([]);
    expect(moved('corrected')).toEqual([7]);
  });

  it('5: a probe’s time fills the ring, but the count of what it holds stays', () => {
    const run = (reading: Reading) => {
      const { observe, cloudMs } = createPolicy('dems-a', mediumModels, reading);
      const see = (elapsedMs: number, probe = false) =>
        observe({ ...inCloud, atMs: 0, elapsedMs, onTime: true, probe }, estimator, viewOf(0));
      for (let i = 0; i < 3; i++) see(400);
      see(500, true);
      for (let i = 0; i < 6; i++) see(500);
      return cloudMs?.('HV');
    };
    // Ten times 500 from the probe and seven more, over a count of ten.
    expect(run('as-published')).toBe(850);
    expect(run('corrected')).toBe(500);
  });

  it('6: DEMS-A learns nothing before a model’s tenth time', () => {
    const run = (reading: Reading, times: number) => {
      const { observe, cloudMs } = createPolicy('dems-a', mediumModels, reading);
      for (let i = 0; i < times; i++) {
        observe({ ...inCloud, atMs: i, elapsedMs: 598, onTime: true, probe: false }, estimator, viewOf(i));
      }
      return cloudMs?.('HV');
    };
    expect([9, 10].map((times) => run('as-published', times))).toEqual([398, 598]);
    expect([1, 10].map((times) => run('corrected', times))).toEqual([418, 598]);
  });

  it('7: GEMS drops on arrival what does not pay in the cloud, though it parks the same when displaced', () => {
    const place = (reading: Reading, displaced: boolean) => {
      const policy = createPolicy('gems', mediumModels, reading);
      return policy.place({ ...waiting(0, bodyPose), displaced }, viewOf(0)).action;
    };
    expect([false, true].map((displaced) => place('as-published', displaced))).toEqual(['drop', 'park']);
    expect([false, true].map((displaced) => place('corrected', displaced))).toEqual(['park', 'park']);
  });

  it('7: what GEMS displaces goes straight to the cloud, though DEMS parks it', () => {
    const place = (policy: PolicyId, reading: Reading) =>
      createPolicy(policy, mediumModels, reading).place(
        { ...waiting(0, hazardVest), displaced: true },
        viewOf(0),
      ).action;
    expect([place('gems', 'as-published'), place('gems', 'corrected')]).toEqual(['cloud', 'park']);
    expect(readings.map((reading) => place('dems', reading))).toEqual(['park', 'park']);
  });

  it('8: 0 of 0 tasks is no reason to move anything, as NaN or as 1; the task that ends a window counts only when corrected', () => {
    const run = (reading: Reading) => {
      const policy = createPolicy('gems', mediumModels, reading);
      const moved = (atMs: number, model: string) =>
        idsOf(
          policy.ended?.(
            record(1, model, 'late-edge', atMs),
            viewOf(atMs, [waiting(7, { ...hazardVest, deadlineMs: 1e6 })]),
          ),
        );
      return [moved(100, 'MD'), moved(25_000, 'HV')];
    };
    expect(run('as-published')).toEqual([[], []]);
    expect(run('corrected')).toEqual([[], [7]]);
  });

  it.each(readings)(
    'GEMS, %s: an edge that ends late takes its next task before the rest is moved',
    (reading) => {
      const bench = benchOf({
        policy: 'gems',
        reading,
        times: 'profile',
        edge: (_model, nowMs) => resultIn(nowMs === 0 ? 300 : 174),
      });
      for (const deadlineMs of [200, 1400, 1401])
        bench.scheduler.submit({ source: 'd', model: 'HV', createdMs: 0, deadlineMs }, 'image');
      bench.timeline.runUntil(5000);
      const ends = new Map(bench.records.map(({ task, fate, atMs }) => [task.id, `${fate} ${atMs}`]));
      expect([0, 1, 2].map((id) => ends.get(id))).toEqual([
        'late-edge 300',
        'on-time-edge 474',
        'on-time-cloud 698',
      ]);
    },
  );

  it('9: once every task of a model is dropped, DEMS-A looks at the cloud again only after 10 s, and as published learns little from it', () => {
    const attempts = (reading: Reading) => {
      const bench = benchOf({
        policy: 'dems-a',
        reading,
        times: 'profile',
        models: [{ ...hazardVest, edgeMs: 600 }],
        cloud: (_model, nowMs) => resultIn(nowMs < 10_000 ? 900 : 398),
      });
      for (let createdMs = 0; createdMs < 30_000; createdMs += 250)
        bench.timeline.at(createdMs, () =>
          bench.scheduler.submit({ source: 'd', model: 'HV', createdMs }, ''),
        );
      bench.timeline.runUntil(35_000);
      const inCloud = bench.records.filter(({ fate }) => fate.endsWith('-cloud'));
      const created = inCloud.map(({ task }) => task.createdMs);
      const longestMs = Math.max(...created.map((createdMs, i) => createdMs - (created[i - 1] ?? 0)));
      return { longestMs, onTime: countFates(bench.records)['on-time-cloud'] ?? 0 };
    };
    const [published, corrected] = readings.map(attempts);
    // The tasks dropped while the probe is under way begin a new cooling, and its success only ends that.
    expect(published?.longestMs).toBeGreaterThanOrEqual(10_000);
    expect(published?.onTime).toBeLessThan(5);
    expect(corrected?.longestMs).toBeGreaterThanOrEqual(10_000);
    expect(corrected?.onTime).toBeGreaterThan(20);
  });

  it('10: an idle edge runs all parked tasks before it looks at its queue again', () => {
    const run = (reading: Reading) => {
      const { steal } = createPolicy('dems', mediumModels, reading);
      const parked = [waiting(0, mask), waiting(1, bodyPose)];
      const first = steal?.(viewOf(0, [], parked));
      // The stolen one ran; meanwhile a task has come that would be late behind another.
      const urgent = waiting(5, { ...hazardVest, deadlineMs: 430 });
      const second = steal?.(
        viewOf(
          244,
          [urgent],
          [waiting(0, mask)].map((each) => parked[0] ?? each),
        ),
      );
      return [first?.waiting.task.id, second?.waiting.task.id];
    };
    expect(run('as-published')).toEqual([1, 0]);
    expect(run('corrected')).toEqual([1, undefined]);
  });

  it('11: the baselines send to the cloud what does not pay there, or cannot be in time', () => {
    const place = (policy: PolicyId, reading: Reading, nowMs: number) =>
      createPolicy(policy, mediumModels, reading).place(waiting(0, bodyPose), viewOf(nowMs)).action;
    for (const policy of ['sota1-d3-kalmia', 'sota2-dedas'] as const) {
      expect(place(policy, 'as-published', 0)).toBe('cloud');
      expect(place(policy, 'corrected', 0)).toBe('drop');
    }
    const cloudOnly = (reading: Reading) =>
      createPolicy('cloud-only', mediumModels, reading).place(waiting(0, hazardVest), viewOf(600)).action;
    expect(readings.map(cloudOnly)).toEqual(['cloud', 'drop']);
  });

  it('12: SOTA 1 gives patient models more time, which counts as on time only as published', () => {
    const patient = { ...mask, patient: true, edgeMs: 800, cloudMs: 900 };
    const run = (reading: Reading) =>
      fatesOf({
        policy: 'sota1-d3-kalmia',
        reading,
        models: [patient],
        tasks: [
          [0, 'MD'],
          [0, 'MD'],
        ],
      });
    expect(run('as-published')).toEqual(['0 on-time-edge', '1 on-time-cloud']);
    expect(run('corrected')).toEqual(['1 dropped-deadline', '0 on-time-edge']);
  });

  it('13: SOTA 2 refuses a place before others to a task longer than the mean, though nobody would be late', () => {
    const models = [
      { id: 'A', deadlineMs: 5000, edgeMs: 100, cloudMs: 300, benefit: 100, edgeCost: 1, cloudCost: 20 },
      { id: 'B', deadlineMs: 5000, edgeMs: 200, cloudMs: 300, benefit: 100, edgeCost: 1, cloudCost: 20 },
      { id: 'C', deadlineMs: 5000, edgeMs: 400, cloudMs: 300, benefit: 100, edgeCost: 1, cloudCost: 20 },
    ];
    const tasks: [number, string][] = [
      [0, 'A'],
      [200, 'C'],
      [210, 'C'],
      [220, 'B'],
    ];
    const placeOfB = (reading: Reading) =>
      fatesOf({ policy: 'sota2-dedas', reading, models, tasks }).find((fate) => fate.startsWith('3 '));
    expect(placeOfB('as-published')).toBe('3 on-time-cloud');
    expect(placeOfB('corrected')).toBe('3 on-time-edge');
  });
});
