import { describe, expect, it } from 'vitest';
import type { Observation } from './designer.ts';
import { line, problem, trial } from './one-knob.fixture.ts';
import { chooseTried, rankTried } from './recommend.ts';

describe('rankTried', () => {
  it('does not choose a lucky measurement at the bound', () => {
    const ranked = rankTried(problem, [...line, trial(6.3, 0.08)]);
    expect(ranked[0]?.configuration).toMatchObject({ rate: 5 });
    const lucky = ranked.find(({ configuration }) => configuration.rate === 6.3);
    expect(lucky?.probability).toBeLessThan(0.8);
  });

  it('names the least unlikely one when nothing is feasible', () => {
    const [top] = rankTried(problem, [trial(9), trial(8), trial(7.2), trial(10)]);
    expect(top?.configuration).toMatchObject({ rate: 7.2 });
    expect(top?.probability).toBeLessThan(0.5);
  });

  it('names it also among the hopeless', () => {
    const hopeless = [9.4, 9.1, 9.7].map((rate) => ({ ...trial(rate), margins: { load: -rate } }));
    const [top] = rankTried(problem, hopeless);
    expect(top).toMatchObject({ configuration: { rate: 9.1 }, probability: 0 });
  });

  it('counts a margin that could not be measured as broken', () => {
    const silent = { configuration: { rate: 3, idle: 9 }, objective: 100, margins: {} };
    const ranked = rankTried(problem, [...line, silent]);
    expect(ranked[0]?.configuration).not.toEqual(silent.configuration);
  });

  it('never recommends a configuration whose only trial was cut short', () => {
    const cut: Observation = { ...trial(5.5), margins: { load: 0.5 }, censored: true };
    const ranked = rankTried(problem, [...line, cut]);
    expect(ranked.map(({ configuration }) => configuration)).not.toContainEqual(cut.configuration);
  });

  it('returns configurations exactly as they were told', () => {
    const told = { rate: 4.00001, idle: 5.12345 };
    const ranked = rankTried(problem, [{ configuration: told, objective: 1, margins: { load: 0.3 } }]);
    expect(ranked[0]?.configuration).toEqual(told);
  });

  it('is empty when nothing was tried', () => {
    expect(rankTried(problem, [])).toEqual([]);
  });
});

describe('chooseTried', () => {
  it('chooses the first in rank of what never failed, and the first of all', () => {
    const failed = { ...trial(5.1), margins: { load: -0.01 } };
    const cut = { ...trial(4), censored: true };
    const observations = [...line, failed, cut];
    const { unfailing, leastBad } = chooseTried(problem, observations);
    const ranked = rankTried(problem, observations);
    const broken = [5.1, 4, 7, 8, 9, 10];
    expect(leastBad).toEqual(ranked[0]);
    expect(unfailing).toEqual(
      ranked.find(({ configuration }) => !broken.includes(configuration.rate as number)),
    );
    expect(unfailing).not.toEqual(leastBad);
  });

  it('has nothing unfailing where everything failed, and nothing where nothing was tried', () => {
    const { unfailing, leastBad } = chooseTried(problem, [trial(9), trial(7.2)]);
    expect(unfailing).toBeUndefined();
    expect(leastBad?.configuration).toMatchObject({ rate: 7.2 });
    expect(chooseTried(problem, [])).toEqual({});
  });
});
