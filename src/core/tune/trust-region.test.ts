import { describe, expect, it } from 'vitest';
import type { Configuration } from '../knobs/knob.ts';
import { seededRandom } from '../random.ts';
import { ConstrainedGpDesigner } from './constrained-gp.ts';
import type { Observation, Problem } from './designer.ts';
import { RandomDesigner } from './random.ts';
import { isFeasible } from './surrogate.ts';
import { contentionProblem, contentionTradeOff } from './testing/contention.ts';
import { TrustRegionDesigner } from './trust-region.ts';

const seeds = [1, 2];

/** The best truly feasible objective after 16 trials, the overloaded configuration in force first; 0 without one. */
function best(
  seed: number,
  make: (problem: Problem) => { suggest(): { configuration: Configuration }; update(o: Observation): void },
) {
  const { problem, inForce, measure, truth } = contentionProblem(seed);
  const designer = make(problem);
  const noise = seededRandom(seed + 100);
  const outcomes = Array.from({ length: 16 }, (_, trial) => {
    const configuration = trial === 0 ? inForce : designer.suggest().configuration;
    designer.update(measure(configuration, noise));
    const outcome = truth(configuration);
    return isFeasible(problem.constraints, outcome) ? outcome.objective! : 0;
  });
  return Math.max(...outcomes);
}

describe('the trust-region designer', () => {
  it('finds something feasible from an overloaded start, and better than random search does', () => {
    for (const seed of seeds) {
      const ours = best(seed, (problem) => new TrustRegionDesigner({ problem, random: seededRandom(seed) }));
      const random = best(seed, (problem) => new RandomDesigner({ problem, random: seededRandom(seed) }));
      expect(ours, `seed ${seed}`).toBeGreaterThan(random);
    }
  }, 60_000);

  it('seeks a front in the whole space, as there is no one best to look closer at', () => {
    const { problem, inForce, measure } = contentionTradeOff(1);
    const noise = seededRandom(2);
    const ours = new TrustRegionDesigner({ problem, random: seededRandom(1) });
    const whole = new ConstrainedGpDesigner({ problem, random: seededRandom(1) });
    let configuration = inForce;
    for (let trial = 0; trial < 40; trial++) {
      const observation = measure(configuration, noise);
      for (const designer of [ours, whole]) designer.update(observation);
      const suggestion = ours.suggest();
      expect(suggestion).toEqual(whole.suggest());
      configuration = suggestion.configuration;
    }
  }, 30_000);

  const line: Problem = {
    space: [
      { name: 'rate', domain: { type: 'real', low: 0, high: 10 } },
      { name: 'share', domain: { type: 'real', low: 0, high: 10 } },
    ],
    constraints: ['load'],
  };
  const peak = ({ rate, share }: Configuration): Observation => ({
    configuration: { rate: rate!, share: share! },
    objective: 10 - (Number(rate) - 4) ** 2 - (Number(share) - 6) ** 2,
    margins: { load: 1 - Number(rate) / 20 },
  });

  function search(designer: TrustRegionDesigner, trials: number, world: (one: Configuration) => Observation) {
    return Array.from({ length: trials }, () => {
      const { configuration, reason } = designer.suggest();
      designer.update(world(configuration));
      return { configuration, reason };
    });
  }
  const makeOnLine = () =>
    new TrustRegionDesigner({ problem: line, random: seededRandom(1), initialTrials: 2 });
  const sideIn = (reason: string) => / within (\S+) of the best, /.exec(reason)?.[1];

  it('searches as constrained-gp does while nothing is feasible', () => {
    const broken = (one: Configuration) => ({ ...peak(one), margins: { load: -0.5 } });
    const seen = search(makeOnLine(), 16, broken);
    expect(seen.slice(0, 2).map(({ reason }) => reason)).toEqual([
      'space-filling start 1 of 2',
      'space-filling start 2 of 2',
    ]);
    for (const { reason } of seen.slice(2)) expect(reason).toMatch(/^search for a feasible configuration, /);
  });

  it('looks closer and closer around the best when it gains nothing more, then at the whole space again', () => {
    const seen = search(makeOnLine(), 40, peak);
    const sides = seen.map(({ reason }) => sideIn(reason));
    const order = ['0.8', '0.4', '0.2', '0.1'].map((side) => sides.indexOf(side));
    expect(
      order.every((place, i) => place > (order[i - 1] ?? 2)),
      sides.join(' '),
    ).toBe(true);
    expect(sides.indexOf(undefined, order[3]), sides.join(' ')).toBeGreaterThan(order[3]!);
    const distance = ({ rate, share }: Configuration) => Math.hypot(Number(rate) - 4, Number(share) - 6);
    expect(Math.min(...seen.map(({ configuration }) => distance(configuration)))).toBeLessThan(0.2);
    const close = seen.filter((_, trial) => sides[trial] === '0.1');
    for (const { configuration } of close) expect(distance(configuration)).toBeLessThan(2.5);
  });
});
