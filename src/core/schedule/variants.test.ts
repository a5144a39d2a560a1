import { describe, expect, it } from 'vitest';
import { utilityOf } from './ledger.ts';
import { type PolicyId, policyIds } from './policies/index.ts';
import { Summary } from './summary.ts';
import { type ModelProfile, type Variant, variantsOf } from './task.ts';
import { benchOf, mediumModels, resultIn } from './virtual-bench.fixture.ts';

const variants: readonly [Variant, ...Variant[]] = [
  { id: 'm', edgeMs: 300, cloudMs: 700, quality: 1 },
  { id: 's', edgeMs: 150, cloudMs: 500, quality: 0.9 },
  { id: 'n', edgeMs: 60, cloudMs: 300, quality: 0.7 },
];

function modelOf(rest: Partial<ModelProfile> = {}): ModelProfile {
  const [{ edgeMs, cloudMs }] = variants;
  return {
    id: 'M',
    deadlineMs: 400,
    edgeMs,
    cloudMs,
    benefit: 100,
    edgeCost: 1,
    cloudCost: 20,
    variants,
    ...rest,
  };
}

/** The variants that ran, in order. */
function ranOf(bench: ReturnType<typeof benchOf>): (string | undefined)[] {
  return bench.records.map(({ variant }) => variant?.id);
}

describe('variants', () => {
  it('scale the benefit of a result on time, and nothing else', () => {
    const model = modelOf();
    expect(utilityOf('on-time-edge', model, 0.7)).toBeCloseTo(69);
    expect(utilityOf('on-time-cloud', model, 0.7)).toBeCloseTo(50);
    expect(utilityOf('late-edge', model, 0.7)).toBe(-1);
    expect(utilityOf('failed-cloud', model, 0.7)).toBe(-20);
    expect(utilityOf('dropped-cost', model, 0.7)).toBe(0);
  });

  it('of a model that names none are one, of quality 1', () => {
    const model = mediumModels[0] as ModelProfile;
    expect(variantsOf(model)).toEqual([{ id: 'HV', edgeMs: 174, cloudMs: 398, quality: 1 }]);
  });

  it('other than the first are run by no published policy', () => {
    for (const policy of policyIds.filter((id) => id !== 'trim')) {
      const bench = benchOf({ policy, models: [modelOf({ deadlineMs: 900 })] });
      for (let i = 0; i < 4; i++) bench.scheduler.submit({ source: 'd', model: 'M', createdMs: 0 }, '');
      bench.timeline.runUntil(3000);
      const ran = bench.records.filter(({ variant }) => variant !== undefined);
      expect(ran.length).toBeGreaterThan(0);
      expect(new Set(ran.map(({ variant }) => variant?.id))).toEqual(new Set(['m']));
    }
  });

  it('run by trim on the edge are the largest that there is time for', () => {
    const left = (deadlineMs: number) => {
      const bench = benchOf({
        policy: 'trim',
        times: 'profile',
        models: [modelOf({ deadlineMs, cloudCost: 200 })],
      });
      bench.scheduler.submit({ source: 'd', model: 'M', createdMs: 0 }, '');
      bench.timeline.runUntil(3000);
      return ranOf(bench);
    };
    expect(left(400)).toEqual(['m']);
    expect(left(200)).toEqual(['s']);
    expect(left(100)).toEqual(['n']);
  });

  it('run by trim in the cloud are those of most expected utility', () => {
    const left = (deadlineMs: number) => {
      const models = [modelOf({ deadlineMs, edgeCost: 200 })];
      const bench = benchOf({ policy: 'trim', times: 'profile', models });
      bench.scheduler.submit({ source: 'd', model: 'M', createdMs: 0 }, '');
      bench.timeline.runUntil(3000);
      return bench.records.map(({ variant, utility }) => [variant?.id, utility]);
    };
    expect(left(900)).toEqual([['m', 80]]);
    expect(left(600)).toEqual([['s', 70]]);
    expect(left(400)).toEqual([['n', 50]]);
  });

  it('become smaller under trim as the edge has more to do, and the mean quality says so', () => {
    const outcome = (tasksAtOnce: number) => {
      const summary = new Summary({
        qoe: { windowMs: 1000, required: 0.9 },
        bonus: () => 0,
        longestLifeMs: 2000,
      });
      const bench = benchOf({ policy: 'trim', times: 'profile', models: [modelOf({ cloudCost: 200 })] });
      for (let createdMs = 0; createdMs < 30_000; createdMs += 500)
        bench.timeline.at(createdMs, () => {
          for (let i = 0; i < tasksAtOnce; i++)
            bench.scheduler.submit({ source: `d${i}`, model: 'M', createdMs }, '');
        });
      bench.timeline.runUntil(40_000);
      for (const record of bench.records) summary.add(record, 'edge0');
      return summary.finish();
    };
    const [light, heavy] = [outcome(1), outcome(4)];
    expect(light).toMatchObject({ onTimePercent: 100, meanQuality: 1 });
    expect(heavy.onTimePercent).toBeGreaterThan(90);
    expect(heavy.meanQuality).toBeLessThan(0.9);
    expect(heavy.meanQuality).toBeGreaterThan(0.7);
  });

  it('are named by the decision that chooses them, and by no other', () => {
    const chosen = (models: ModelProfile[], policy: PolicyId = 'trim') => {
      const bench = benchOf({ policy, times: 'profile', models });
      bench.scheduler.submit({ source: 'd', model: 'M', createdMs: 0 }, '');
      bench.timeline.runUntil(3000);
      expect(bench.records.map(({ place }) => place)).toHaveLength(1);
      return bench.decisions.map(({ action, variant }) => (variant ? `${action} as ${variant}` : action));
    };
    expect(chosen([modelOf({ deadlineMs: 200, cloudCost: 200 })])).toEqual(['park', 'edge as s']);
    expect(chosen([modelOf({ deadlineMs: 600, edgeCost: 200 })])).toEqual(['park', 'cloud', 'cloud as s']);
    expect(chosen([modelOf({ deadlineMs: 900 })], 'e-c-edf')).toEqual(['edge']);
    const only: ModelProfile['variants'] = [variants[0]];
    expect(chosen([modelOf({ deadlineMs: 900, edgeCost: 200, variants: only })])).toEqual(['park', 'cloud']);
  });

  it('have times of their own, by which the edge is expected to be free again', () => {
    // A small one that takes longer than profiled holds the edge for as long as it was measured to.
    const measuredMs = 90;
    const bench = benchOf({
      policy: 'trim',
      models: [modelOf({ deadlineMs: 100, cloudCost: 200 })],
      edge: () => resultIn(measuredMs),
    });
    const estimateOf = (id: string) =>
      bench.scheduler.stats().estimates.find(({ variant }) => variant === id)?.edgeMs;
    expect([estimateOf('m'), estimateOf('n')]).toEqual([300, 60]);
    for (let createdMs = 0; createdMs < 5000; createdMs += 500)
      bench.timeline.at(createdMs, () => bench.scheduler.submit({ source: 'd', model: 'M', createdMs }, ''));
    bench.timeline.runUntil(6000);
    expect(new Set(ranOf(bench).filter((id) => id !== undefined))).toEqual(new Set(['n']));
    expect([estimateOf('m'), estimateOf('n')]).toEqual([300, measuredMs]);
    const submitAt = (createdMs: number) =>
      bench.timeline.at(createdMs, () => bench.scheduler.submit({ source: 'd', model: 'M', createdMs }, ''));
    submitAt(6000);
    bench.timeline.at(6005, () => bench.scheduler.setPolicy('e-c-edf'));
    submitAt(6010);
    bench.timeline.runUntil(6010);
    expect(bench.decisions.at(-1)?.reason).toContain(`edge too late: ${measuredMs - 10} ms wait`);
  });

  it('that became too slow are tried again by trim, and run again once they are fast', () => {
    const bench = benchOf({
      policy: 'trim',
      models: [modelOf({ cloudCost: 200 })],
      estimator: { probeEveryMs: 2000 },
      edge: (_model, nowMs, { id, edgeMs }) => resultIn(id === 'm' && nowMs < 20_000 ? 600 : edgeMs),
    });
    for (let createdMs = 0; createdMs < 40_000; createdMs += 1000)
      bench.timeline.at(createdMs, () => bench.scheduler.submit({ source: 'd', model: 'M', createdMs }, ''));
    bench.timeline.runUntil(45_000);
    const ran = (fromMs: number, toMs: number) =>
      bench.records
        .filter(({ task }) => task.createdMs >= fromMs && task.createdMs < toMs)
        .flatMap(({ variant }) => variant?.id ?? []);
    const slow = ran(2000, 20_000);
    const probes = slow.filter((id) => id === 'm').length;
    expect(probes).toBeGreaterThan(2);
    expect(probes).toBeLessThanOrEqual(0.5 * slow.length);
    const probe = bench.decisions.find(
      ({ action, variant, atMs }) => action === 'edge' && variant === 'm' && atMs > 2000,
    );
    expect(probe).toMatchObject({ probe: true, reason: expect.stringContaining('probe') });
    expect(new Set(ran(24_000, 40_000))).toEqual(new Set(['m']));
  });

  it('have times of their own, which trim learns', () => {
    // The largest takes far longer than profiled, and is no longer chosen where there is no time for it.
    const model = modelOf({ cloudCost: 200 });
    const bench = benchOf({
      policy: 'trim',
      times: 'profile',
      models: [model],
      edge: (_model, _nowMs, variant) => resultIn(variant.id === 'm' ? 600 : variant.edgeMs),
    });
    for (let createdMs = 0; createdMs < 20_000; createdMs += 1000)
      bench.timeline.at(createdMs, () => bench.scheduler.submit({ source: 'd', model: 'M', createdMs }, ''));
    bench.timeline.runUntil(30_000);
    const late = ranOf(bench).slice(10);
    expect(late.filter((id) => id === 's').length).toBeGreaterThan(0.8 * late.length);
  });
});
