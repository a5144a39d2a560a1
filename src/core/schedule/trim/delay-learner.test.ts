import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../random.ts';
import { DelayLearner } from './delay-learner.ts';

const baseMs = [400, 800];
/** Their places in the list. */
const hazardVest = 0;
const distance = 1;

describe('DelayLearner', () => {
  it('believes the profile until something was seen', () => {
    const learner = new DelayLearner(baseMs, 0.02);
    expect(learner.delayQuantileMs(0.98, 0)).toBe(0);
    expect(learner.probabilityWithin(hazardVest, 400, 0)).toBe(1);
    expect(learner.probabilityWithin(hazardVest, 399, 0)).toBe(0);
  });

  it('carries a delay that one model met over to the others, within three answers', () => {
    const learner = new DelayLearner(baseMs, 0.02);
    for (let i = 0; i < 3; i++) learner.observe(hazardVest, 500, 100 * i);
    expect(learner.probabilityWithin(distance, 850, 200)).toBeLessThan(0.2);
    expect(learner.probabilityWithin(distance, 950, 200)).toBe(1);
    expect(learner.delayQuantileMs(0.98, 200)).toBeGreaterThan(90);
  });

  it('becomes hopeful again after a silence', () => {
    const learner = new DelayLearner(baseMs, 0.02);
    for (let i = 0; i < 20; i++) learner.observe(hazardVest, Number.POSITIVE_INFINITY, i);
    const hope = [20, 4000, 8000, 12_000].map((nowMs) => learner.probabilityWithin(hazardVest, 600, nowMs));
    expect(hope).toEqual([...hope].sort((a, b) => a - b));
    expect(hope[0]).toBeLessThan(0.05);
    expect(hope.at(-1)).toBeGreaterThan(0.9);
  });

  it('knows how often a result comes at all, and forgets failures as it forgets delays', () => {
    const learner = new DelayLearner(baseMs, 0.02);
    expect(learner.probabilityOfResult(0)).toBe(1);
    for (let i = 0; i < 10; i++) learner.observe(hazardVest, 450, 10 * i);
    expect(learner.probabilityOfResult(100)).toBe(1);
    for (let i = 0; i < 10; i++) learner.observe(hazardVest, Number.POSITIVE_INFINITY, 100 + 10 * i);
    expect(learner.probabilityOfResult(200)).toBeCloseTo(0.5, 1);
    expect(learner.probabilityOfResult(15_000)).toBeGreaterThan(0.98);
  });

  it('puts down to the model what it is told to, and spares the others', () => {
    const delayOfOthers = (profileRate: number) => {
      const learner = new DelayLearner(baseMs, profileRate);
      for (let i = 0; i < 20; i++) learner.observe(hazardVest, 500, 100 * i);
      expect(learner.baseMs(hazardVest) + learner.delayQuantileMs(0.5, 1900)).toBeGreaterThan(480);
      return learner.delayQuantileMs(0.5, 1900);
    };
    expect(delayOfOthers(0.2)).toBeLessThan(20);
    expect(delayOfOthers(0.02)).toBeGreaterThan(50);
  });

  it('takes executions that are overdue for late ones', () => {
    const learner = new DelayLearner(baseMs, 0.02);
    expect(learner.probabilityWithin(hazardVest, 500, 0, [50])).toBe(1);
    expect(learner.probabilityWithin(hazardVest, 500, 0, [150, 150])).toBeLessThan(0.25);
  });

  it('gives quantiles that hold for the share that they promise', () => {
    const random = seededRandom(5);
    const learner = new DelayLearner(baseMs, 0.02);
    let held = 0;
    const trials = 2000;
    for (let i = 0; i < trials; i++) {
      const nowMs = 100 * i;
      const delayMs = -50 * Math.log(1 - random.next());
      if (delayMs <= learner.delayQuantileMs(0.9, nowMs)) held++;
      learner.observe(hazardVest, learner.baseMs(hazardVest) + delayMs, nowMs);
    }
    // About 20 answers count at a time, so the tail is known only roughly.
    expect(held / trials).toBeGreaterThan(0.82);
    expect(held / trials).toBeLessThan(0.96);
  });

  it('takes the time of a batch for so many times the model’s own', () => {
    const learner = new DelayLearner(baseMs, 0.5);
    learner.observe(hazardVest, 900, 0, 2);
    expect(learner.delayQuantileMs(0.9, 0)).toBe(100);
    expect(learner.baseMs(hazardVest)).toBe(425);
  });
});
