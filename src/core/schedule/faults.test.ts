import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { benchOf, countFates, mediumModels, resultIn, submitSegments } from './virtual-bench.fixture.ts';

describe('an edge that fails until 10 s', () => {
  it.each(['e-c-edf', 'dem', 'dems', 'dems-a', 'trim'] as const)(
    'holds nothing else up under %s, and is used again after a probe',
    (policy) => {
      const bench = benchOf({
        policy,
        estimator: { probeEveryMs: 2000 },
        edge: (_model, nowMs) =>
          nowMs < 10_000 ? { afterMs: 20, outcome: { kind: 'failed', reason: 'no memory' } } : resultIn(150),
      });
      submitSegments(bench, { drones: 1, seconds: 30, random: seededRandom(2) });
      bench.timeline.runUntil(40_000);
      const from = (startMs: number, endMs: number) =>
        countFates(bench.records.filter(({ task }) => task.createdMs >= startMs && task.createdMs < endMs));
      // Only body pose, which never pays in the cloud, has nowhere to go meanwhile.
      expect(from(4000, 10_000)['on-time-cloud']).toBeGreaterThan(10);
      expect(from(4000, 10_000)['on-time-edge']).toBeUndefined();
      expect(from(15_000, 30_000)).toEqual({ 'on-time-edge': 60 });
    },
  );
});

describe('a cloud that fails every task', () => {
  it.each(['dem', 'dems', 'dems-a', 'gems'] as const)(
    'takes no place on the edge from a task under %s',
    (policy) => {
      const bench = benchOf({
        policy,
        estimator: { probeEveryMs: 2000 },
        cloud: () => ({ afterMs: 20, outcome: { kind: 'failed', reason: 'no broker' } }),
      });
      submitSegments(bench, { drones: 2, seconds: 60, random: seededRandom(2) });
      bench.timeline.runUntil(70_000);
      const counts = countFates(bench.records);
      // The edge has time for about 340 of the 480; a task that is moved to such a cloud is one less.
      expect(counts['on-time-edge']).toBeGreaterThan(335);
      expect(counts['expired-cloud'] ?? 0).toBe(0);
    },
  );
});

describe('a link that goes bad from 20 s to 40 s', () => {
  const bad = (nowMs: number) => nowMs >= 20_000 && nowMs < 40_000;

  function run() {
    const bench = benchOf({
      policy: 'e-c-edf',
      estimator: { probeEveryMs: 3000 },
      cloud: (model, nowMs) => {
        const cloudMs = mediumModels.find(({ id }) => id === model)?.cloudMs ?? 0;
        return resultIn(bad(nowMs) ? cloudMs + 1500 : cloudMs);
      },
    });
    submitSegments(bench, { drones: 3, seconds: 60, random: seededRandom(11) });
    bench.timeline.runUntil(70_000);
    const between = (fromMs: number, toMs: number) => {
      const records = bench.records.filter(({ task }) => task.createdMs >= fromMs && task.createdMs < toMs);
      const counts = countFates(records);
      const wasted = (counts['late-cloud'] ?? 0) + (counts['failed-cloud'] ?? 0);
      return {
        created: records.length,
        cloudOnTime: counts['on-time-cloud'] ?? 0,
        edgeOnTime: counts['on-time-edge'] ?? 0,
        wasted,
      };
    };
    return { before: between(2000, 20_000), during: between(23_000, 40_000), after: between(43_000, 60_000) };
  }

  it('keeps off the cloud but for probes, keeps the edge busy, and comes back', () => {
    const { before, during, after } = run();
    expect(before.wasted).toBe(0);
    expect(before.cloudOnTime).toBeGreaterThan(0.2 * before.created);
    // One probe per model that pays in the cloud (3) every 3 s of 17 s, and none in between.
    expect(during.wasted).toBeLessThanOrEqual(3 * 6);
    expect(during.cloudOnTime).toBe(0);
    expect(during.edgeOnTime / during.created).toBeGreaterThan(0.9 * (before.edgeOnTime / before.created));
    expect(after.wasted).toBe(0);
    expect(after.cloudOnTime / after.created).toBeGreaterThan(0.8 * (before.cloudOnTime / before.created));
  });
});
