import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../random.ts';
import type { ModelProfile } from '../task.ts';
import { benchOf, countFates, mediumModels, resultIn, submitSegments } from '../virtual-bench.fixture.ts';

const hazardVest = mediumModels[0] as ModelProfile;

describe('trim', () => {
  it('runs all on the edge while there is time for all', () => {
    const bench = benchOf({ policy: 'trim', times: 'profile' });
    for (const model of ['HV', 'MD', 'DEV']) bench.scheduler.submit({ source: 'd', model, createdMs: 0 }, '');
    bench.timeline.runUntil(2000);
    expect(countFates(bench.records)).toEqual({ 'on-time-edge': 3 });
  });

  it('keeps the edge for what earns most there, and sends the rest to the cloud at once', () => {
    const large = {
      id: 'L',
      deadlineMs: 950,
      edgeMs: 740,
      cloudMs: 830,
      benefit: 250,
      edgeCost: 6,
      cloudCost: 210,
    };
    const bench = benchOf({ policy: 'trim', times: 'profile', models: [hazardVest, large] });
    for (let createdMs = 0; createdMs < 10_000; createdMs += 1000) {
      bench.timeline.at(createdMs, () => {
        for (const model of ['HV', 'L', 'L']) bench.scheduler.submit({ source: 'd', model, createdMs }, '');
      });
    }
    bench.timeline.runUntil(20_000);
    const ends = bench.records.filter(({ task }) => task.createdMs >= 2000);
    const count = (model: string, fate: string) =>
      ends.filter((record) => record.task.model === model && record.fate === fate).length;
    expect(count('L', 'on-time-edge')).toBe(8);
    expect(count('L', 'on-time-cloud')).toBe(8);
    expect(count('HV', 'on-time-cloud') + count('HV', 'on-time-edge')).toBe(8);
  });

  it('is back in the cloud within three seconds of its recovery, without a fixed time to wait', () => {
    const bench = benchOf({
      policy: 'trim',
      times: 'profile',
      models: [{ ...hazardVest, edgeMs: 640 }],
      cloud: (_model, nowMs) => resultIn(nowMs >= 10_000 && nowMs < 20_000 ? 3000 : 398),
    });
    submitOften(bench);
    const sentMs = bench.records
      .filter(({ fate }) => fate.endsWith('-cloud'))
      .map(({ task }) => task.createdMs);
    const during = sentMs.filter((atMs) => atMs >= 11_000 && atMs < 20_000).length;
    expect(during).toBeLessThan(0.5 * 36);
    expect(sentMs.filter((atMs) => atMs >= 20_000 && atMs < 23_000).length).toBeGreaterThan(0);
    const after = bench.records.filter(({ task }) => task.createdMs >= 24_000);
    expect(countFates(after)['late-cloud'] ?? 0).toBe(0);
    expect((countFates(after)['on-time-cloud'] ?? 0) / after.length).toBeGreaterThan(0.4);
  });

  it('tries the edge again, one task at a time, when a model was too slow there', () => {
    const model: ModelProfile = { ...hazardVest, deadlineMs: 400, edgeMs: 300, cloudCost: 200 };
    const probeEveryMs = 2000;
    const bench = benchOf({
      policy: 'trim',
      models: [model],
      estimator: { probeEveryMs },
      edge: (_model, nowMs) => resultIn(nowMs < 20_000 ? 1000 : 300),
    });
    for (let createdMs = 0; createdMs < 40_000; createdMs += 500)
      bench.timeline.at(createdMs, () => bench.scheduler.submit({ source: 'd', model: 'HV', createdMs }, ''));
    bench.timeline.runUntil(45_000);
    const late = bench.records.filter(({ fate }) => fate === 'late-edge').map(({ task }) => task.createdMs);
    for (const [i, createdMs] of late.slice(1).entries())
      expect(createdMs - (late[i] as number)).toBeGreaterThanOrEqual(probeEveryMs);
    expect(late.length).toBeGreaterThan(3);
    const recovered = bench.records.filter(({ task }) => task.createdMs >= 20_000 + probeEveryMs + 1000);
    expect(countFates(recovered)).toEqual({ 'on-time-edge': recovered.length });
  });

  it('keeps on running a model on the edge when another takes far longer there than its profile says', () => {
    const model = (id: string) => ({ ...hazardVest, id, deadlineMs: 150, edgeMs: 40, cloudMs: 500 });
    const bench = benchOf({
      policy: 'trim',
      times: 'profile',
      models: [model('slow'), model('fast')],
      edge: (id) => resultIn(id === 'slow' ? 300 : 40),
    });
    for (let createdMs = 0; createdMs < 60_000; createdMs += 500)
      bench.timeline.at(createdMs, () => {
        for (const id of ['slow', 'fast']) bench.scheduler.submit({ source: 'd', model: id, createdMs }, '');
      });
    bench.timeline.runUntil(70_000);
    const fast = bench.records.filter(({ task }) => task.model === 'fast' && task.createdMs >= 10_000);
    expect((countFates(fast)['on-time-edge'] ?? 0) / fast.length).toBeGreaterThan(0.7);
  });

  it('beats every published policy on a seeded workload', () => {
    const utilityOf = (policy: Parameters<typeof benchOf>[0]['policy']) => {
      const bench = benchOf({ policy, times: 'profile' });
      submitSegments(bench, { drones: 3, seconds: 60, random: seededRandom(3) });
      bench.timeline.runUntil(70_000);
      return bench.scheduler.stats().utility;
    };
    const ours = utilityOf('trim');
    for (const policy of ['e-c-edf', 'dem', 'dems', 'gems', 'sota1-d3-kalmia'] as const)
      expect(ours).toBeGreaterThan(utilityOf(policy));
  });
});

function submitOften(bench: ReturnType<typeof benchOf>): void {
  for (let createdMs = 0; createdMs < 30_000; createdMs += 250) {
    bench.timeline.at(createdMs, () => bench.scheduler.submit({ source: 'd', model: 'HV', createdMs }, ''));
  }
  bench.timeline.runUntil(40_000);
}
