import { describe, expect, it } from 'vitest';
import { TimeEstimator } from './estimator.ts';
import { mediumModels } from './virtual-bench.fixture.ts';

function cloudTimes(estimator: TimeEstimator, times: number[], startMs = 0): void {
  times.forEach((elapsedMs, i) => {
    estimator.observe({ place: 'cloud', model: 'HV', atMs: startMs + i, elapsedMs, probe: false });
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
    estimator.observe({ place: 'cloud', model: 'HV', atMs: 10_002, elapsedMs: 420, probe: true });
    expect(estimator.predictMs('cloud', 'HV')).toBe(420);
  });
});
