import { describe, expect, it } from 'vitest';
import { describeRun, type Searcher, type SearchRun, summarize, summarizeReturns } from './report.ts';

function run(searcher: Searcher, figures: Partial<SearchRun> & { firstFeasibleTrial?: number }): SearchRun {
  const { firstFeasibleTrial, ...rest } = figures;
  return {
    searcher,
    seed: 1,
    wallS: 60,
    search: { trials: 6, firstFeasibleTrial, firstFeasibleS: undefined, failure: '' },
    harm: { watchedS: 60, brokenS: 30 },
    objective: 0.4,
    met: true,
    measured: { 'a rate': 51.23 },
    configuration: {},
    ...rest,
  };
}

const row = (table: string, name: string) =>
  table
    .split('\n')
    .find((line) => line.startsWith(name))
    ?.slice(name.length)
    .trim()
    .split(/\s{2,}/);

describe('summarize', () => {
  const table = summarize([
    run('configbot', { objective: 0.2, firstFeasibleTrial: 3 }),
    run('configbot', { objective: 0.9, met: false }),
    run('configbot', { objective: 0.4 }),
    run('trimtab', { objective: 0.6, harm: { watchedS: 60, brokenS: 6 }, firstFeasibleTrial: 2 }),
  ]);

  it('sets medians and their ratio side by side', () => {
    expect(row(table, 'objective of what was deployed')).toEqual(['0.400', '0.600', '1.50']);
    expect(row(table, 'violation-seconds while searching')).toEqual(['30.0', '6.0', '0.20']);
  });

  it('counts what breaks a requirement as nothing', () => {
    expect(row(table, 'the same, 0 where it breaks a requirement')).toEqual(['0.200', '0.600', '3.00']);
    expect(row(table, 'deployed and met over the long window')).toEqual(['2 of 3', '1 of 1']);
  });

  it('has no median where most searches found nothing feasible', () => {
    expect(row(table, 'trials to the first feasible')?.slice(0, 2)).toEqual(['-', '2']);
  });
});

describe('describeRun', () => {
  it('says that what was deployed breaks a requirement', () => {
    expect(describeRun(run('trimtab', { met: false }))).toBe(
      'Trimtab: objective 0.400, BROKEN (a rate 51.2); broken for 30.0 of 60.0 s',
    );
  });
});

describe('summarizeReturns', () => {
  it('counts those that met everything within two trials', () => {
    const returns = [1, 3, undefined].map((trials, i) => ({ seed: i + 1, trials }));
    expect(summarizeReturns(returns)).toBe(
      'back in a known context everything was met within 2 trials in 1 of 3 (trials: 1, 3, -)',
    );
  });
});
