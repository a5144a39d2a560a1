import { describe, expect, it } from 'vitest';
import { TimeEstimator } from './estimator.ts';
import type { ModelProfile } from './task.ts';
import { mediumModels } from './virtual-bench.fixture.ts';

function cloudTimes(estimator: TimeEstimator, times: number[], startMs = 0): void {
  times.forEach((elapsedMs, i) => {
    estimator.observe({
      place: 'cloud',
      model: 'HV',
      variant: 0,
      atMs: startMs + i,
      elapsedMs,
      probe: false,
    });
  });
}

describe('TimeEstimator', () => {
  it("starts at the profile's times", () => {
    const estimator = new TimeEstimator(mediumModels);
    expect(estimator.predictMs('edge', 'HV')).toBe(174);
    expect(estimator.predictMs('cloud', 'HV')).toBe(398);
  });

  it('ignores one outlier in ten and follows two', () => {
    const estimator = new TimeEstimator(mediumModels);
    cloudTimes(estimator, [2000]);
    expect(estimator.predictMs('cloud', 'HV')).toBe(398);
    cloudTimes(estimator, [2000]);
    expect(estimator.predictMs('cloud', 'HV')).toBe(2000);
    expect(estimator.predictMs('cloud', 'MD')).toBe(589);
    expect(estimator.predictMs('edge', 'HV')).toBe(174);
  });

  it('takes the asked quantile of the last times only', () => {
    const estimator = new TimeEstimator(mediumModels, { windowSize: 4, quantile: 0.5 });
    cloudTimes(estimator, [900, 100, 200, 300, 400]);
    expect(estimator.predictMs('cloud', 'HV')).toBe(200);
  });

  it('lets a probe through only after silence, and only where the best known time would do', () => {
    const estimator = new TimeEstimator(mediumModels, { probeEveryMs: 5000 });
    cloudTimes(estimator, [2000, 2000], 1000);
    expect(estimator.probeDue('cloud', 'HV', 6000, 650)).toBe(false);
    expect(estimator.probeDue('cloud', 'HV', 6001, 650)).toBe(true);
    expect(estimator.probeDue('cloud', 'HV', 6001, 300)).toBe(false);
    estimator.probeStarted('cloud', 'HV', 6001);
    expect(estimator.probeDue('cloud', 'HV', 7000, 650)).toBe(false);
  });

  it("believes a probe's time at once, good or bad", () => {
    const estimator = new TimeEstimator(mediumModels);
    cloudTimes(estimator, [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
    expect(estimator.predictMs('cloud', 'HV')).toBe(Number.POSITIVE_INFINITY);
    estimator.observe({
      place: 'cloud',
      model: 'HV',
      variant: 0,
      atMs: 10_002,
      elapsedMs: 420,
      probe: true,
    });
    expect(estimator.predictMs('cloud', 'HV')).toBe(420);
  });

  it('keeps the times of a model’s variants apart, and takes news of the first only for news of the first', () => {
    const [model] = mediumModels as [ModelProfile];
    const variants: ModelProfile['variants'] = [
      { id: 'm', edgeMs: 174, cloudMs: 398, quality: 1 },
      { id: 'n', edgeMs: 60, cloudMs: 200, quality: 0.7 },
    ];
    const estimator = new TimeEstimator([{ ...model, variants }], { probeEveryMs: 5000 });
    const small = { place: 'edge', model: 'HV', variant: 1, elapsedMs: 90, probe: false } as const;
    for (const atMs of [7000, 7001]) estimator.observe({ ...small, atMs });
    expect(estimator.predictMs('edge', 'HV', 1)).toBe(90);
    expect(estimator.predictMs('edge', 'HV')).toBe(174);
    expect(estimator.predictMs('cloud', 'HV', 1)).toBe(200);
    expect(estimator.probeDue('edge', 'HV', 7002, 200)).toBe(true);
    estimator.observe({ ...small, variant: 0, atMs: 7002 });
    expect(estimator.probeDue('edge', 'HV', 7003, 200)).toBe(false);
  });
});
