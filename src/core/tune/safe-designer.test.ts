import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { ConstrainedGpDesigner } from './constrained-gp.ts';
import type { Designer, Observation, Problem } from './designer.ts';
import { SafeDesigner } from './safe-designer.ts';
import { SobolDesigner } from './sobol.ts';
import { isFeasible } from './surrogate.ts';
import { contentionProblem } from './testing/contention.ts';
import { designerContract } from './testing/designer-contract.ts';

const seeds = [1, 2, 3];
const trials = 14;

/** Violations after the first feasible trial, and the best feasible objective, each truly. */
function search(seed: number, make: () => Designer) {
  const { measure, truth, problem, inForce } = contentionProblem(seed);
  const designer = make();
  const noise = seededRandom(seed + 100);
  const observations: Observation[] = [];
  for (let trial = 0; trial < trials; trial++) {
    const configuration = trial === 0 ? inForce : designer.suggest().configuration;
    const observation = measure(configuration, noise);
    designer.update(observation);
    observations.push(observation);
  }
  const feasible = observations.map((one) => isFeasible(problem.constraints, one));
  const since = feasible.slice(feasible.indexOf(true));
  const good = observations.filter((_, i) => feasible[i]).map((one) => truth(one.configuration).objective!);
  return { violations: since.filter((ok) => !ok).length, best: Math.max(0, ...good), found: good.length > 0 };
}

describe('the safe mode', () => {
  it('lets a search hurt the robot less, and still improve', () => {
    let [free, safe, improved] = [0, 0, 0];
    for (const seed of seeds) {
      const { problem } = contentionProblem(seed);
      const inner = () => new ConstrainedGpDesigner({ problem, random: seededRandom(seed) });
      const asIs = search(seed, inner);
      const kept = search(
        seed,
        () => new SafeDesigner({ problem, designer: inner(), random: seededRandom(seed) }),
      );
      free += asIs.violations;
      safe += kept.violations;
      if (kept.found) improved++;
    }
    expect(safe).toBeLessThan(free);
    expect(improved).toBe(seeds.length);
  }, 60_000);

  const problem = {
    space: [{ name: 'rate', domain: { type: 'real', low: 0, high: 10 } as const }],
    constraints: ['load'],
  };
  const world = (rate: number): Observation => ({
    configuration: { rate },
    objective: rate,
    margins: { load: 1 - rate / 6 },
  });
  const rateOf = (designer: Designer) => designer.suggest().configuration.rate as number;

  it('lets everything through while nothing feasible is known', () => {
    const inner = new SobolDesigner({ problem, random: seededRandom(1) });
    const designer = new SafeDesigner({ problem, designer: inner, random: seededRandom(1) });
    designer.update(world(10));
    expect(designer.suggest()).toEqual(inner.suggest());
  });

  it('does not leave for the far end after one good trial, though all that is known is good', () => {
    const reckless: Designer = {
      suggest: () => ({ configuration: { rate: 10 }, reason: 'all' }),
      update: () => {},
    };
    const designer = new SafeDesigner({ problem, designer: reckless, random: seededRandom(1) });
    designer.update(world(1));
    expect(rateOf(designer)).toBeLessThan(6);
  });

  it('goes on to what is good step by step, and never beyond the bound of 6', () => {
    const reckless: Designer = {
      suggest: () => ({ configuration: { rate: 10 }, reason: 'all' }),
      update: () => {},
    };
    const designer = new SafeDesigner({ problem, designer: reckless, random: seededRandom(1) });
    designer.update(world(1));
    const tried = Array.from({ length: 10 }, () => {
      const rate = rateOf(designer);
      designer.update(world(rate));
      return rate;
    });
    expect(Math.max(...tried)).toBeLessThanOrEqual(6);
    expect(Math.max(...tried)).toBeGreaterThan(4);
  });

  it('repeats the best known one with no expectation where nothing else is surely feasible', () => {
    const small: Problem = {
      space: [{ name: 'place', domain: { type: 'categorical', values: ['edge', 'cloud'] } }],
      constraints: ['load'],
    };
    const other: Designer = {
      suggest: () => ({ configuration: { place: 'cloud' }, reason: 'new' }),
      update: () => {},
    };
    const designer = new SafeDesigner({ problem: small, designer: other, random: seededRandom(1) });
    designer.update({ configuration: { place: 'edge' }, objective: 1, margins: { load: 0.05 } });
    expect(designer.suggest()).toMatchObject({ configuration: { place: 'edge' }, expectedImprovement: 0 });
  });

  // It may repeat what is known rather than try what may hurt; the clause of 200 observations takes long and is of the inner one.
  const clauses = designerContract.filter(({ title }) => !/repeats|200/.test(title));
  it.each(clauses)(
    '$title',
    ({ check }) => {
      const make = (options: ConstructorParameters<typeof ConstrainedGpDesigner>[0]) =>
        new SafeDesigner({ ...options, designer: new ConstrainedGpDesigner(options) });
      expect(() => check(make)).not.toThrow();
    },
    60_000,
  );
});
