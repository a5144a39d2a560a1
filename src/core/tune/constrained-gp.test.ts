import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import type { Harm } from './acquisition.ts';
import { ConstrainedGpDesigner } from './constrained-gp.ts';
import type { Designer, Observation } from './designer.ts';
import { RandomDesigner } from './random.ts';
import { rankTried } from './recommend.ts';
import { isFeasible } from './surrogate.ts';
import { type ContentionProblem, contentionProblem } from './testing/contention.ts';
import type { MakeDesigner } from './testing/designer-contract.ts';

const trials = 10;
const seeds = Array.from({ length: 20 }, (_, i) => i + 1);

type Outcome = { seed: number; feasible: boolean; objective: number; probability: number };

const makeGp: MakeDesigner = (options) => new ConstrainedGpDesigner(options);
const makeRandom: MakeDesigner = (options) => new RandomDesigner(options);

/** Ten trials, the overloaded configuration in force first; the true value of what is then recommended. */
function tune(make: MakeDesigner, seed: number): Outcome {
  const world = contentionProblem(seed);
  const designer: Designer = make({ problem: world.problem, random: seededRandom(100 + seed) });
  const observations = observeTrials(world, designer, seed);
  const [top] = rankTried(world.problem, observations);
  const truth = world.truth(top!.configuration);
  const feasible = isFeasible(world.problem.constraints, truth);
  return { seed, feasible, objective: feasible ? truth.objective! : 0, probability: top!.probability };
}

function observeTrials(
  world: ContentionProblem,
  designer: Designer,
  seed: number,
  count = trials,
): Observation[] {
  const noise = seededRandom(200 + seed);
  return Array.from({ length: count }, (_, trial) => {
    const configuration = trial === 0 ? world.inForce : designer.suggest().configuration;
    const observation = world.measure(configuration, noise);
    designer.update(observation);
    return observation;
  });
}

const mean = (outcomes: Outcome[]) =>
  outcomes.reduce((sum, { objective }) => sum + objective, 0) / outcomes.length;
const table = (outcomes: Outcome[]) =>
  outcomes.map(({ seed, feasible, objective, probability }) =>
    [
      `seed ${seed}`,
      feasible ? 'feasible' : 'INFEASIBLE',
      objective.toFixed(3),
      `P ${probability.toFixed(2)}`,
    ].join(' '),
  );

describe('the contention problem', () => {
  it.each(seeds)('of seed %i starts infeasible and is feasible in a few percent of its space', (seed) => {
    const world = contentionProblem(seed);
    const random = new RandomDesigner({ problem: world.problem, random: seededRandom(1) });
    const draws = Array.from({ length: 400 }, () => {
      const { configuration } = random.suggest();
      random.update({ configuration, margins: {} });
      return isFeasible(world.problem.constraints, world.truth(configuration));
    });
    const share = draws.filter(Boolean).length / draws.length;
    expect(isFeasible(world.problem.constraints, world.truth(world.inForce))).toBe(false);
    expect(share).toBeGreaterThan(0.01);
    expect(share).toBeLessThan(0.25);
  });
});

describe('the constrained-gp designer', () => {
  it('recommends a truly feasible configuration after ten trials in 19 of 20 seeds, better than random search', () => {
    const ours = seeds.map((seed) => tune(makeGp, seed));
    const random = seeds.map((seed) => tune(makeRandom, seed));
    const shown = `constrained-gp:\n${table(ours).join('\n')}\nrandom:\n${table(random).join('\n')}`;
    expect(ours.filter(({ feasible }) => feasible).length, shown).toBeGreaterThanOrEqual(19);
    expect(mean(ours), shown).toBeGreaterThan(mean(random));
  }, 30_000);

  it('finds more where harm is free, and breaks more for it', () => {
    const searched = (seed: number, harm: Harm) => {
      const world = contentionProblem(seed);
      const { problem } = world;
      const designer = new ConstrainedGpDesigner({ problem, random: seededRandom(seed), harm });
      const truths = observeTrials(world, designer, seed, 30).map(({ configuration }) =>
        world.truth(configuration),
      );
      const feasible = truths.filter((truth) => isFeasible(problem.constraints, truth));
      return {
        found: Math.max(0, ...feasible.map(({ objective }) => objective!)),
        broken: truths.length - feasible.length,
      };
    };
    const runs = [1, 2, 3, 4, 5].map((seed) => ({
      priced: searched(seed, 'priced'),
      free: searched(seed, 'free'),
    }));
    const shown = runs.map((run) => JSON.stringify(run)).join('\n');
    const sum = (pick: (run: (typeof runs)[number]) => number) =>
      runs.reduce((total, run) => total + pick(run), 0);
    expect(
      sum(({ free }) => free.found),
      shown,
    ).toBeGreaterThan(sum(({ priced }) => priced.found));
    expect(
      sum(({ free }) => free.broken),
      shown,
    ).toBeGreaterThan(sum(({ priced }) => priced.broken));
  }, 60_000);

  it('says why it suggests what it suggests', () => {
    const { problem, inForce, measure } = contentionProblem(1);
    const designer = new ConstrainedGpDesigner({ problem, random: seededRandom(1), initialTrials: 2 });
    const noise = seededRandom(2);
    designer.update(measure(inForce, noise));
    const reasons = Array.from({ length: 10 }, () => {
      const { configuration, reason } = designer.suggest();
      designer.update(measure(configuration, noise));
      return reason;
    });
    expect(reasons.slice(0, 2)).toEqual(['space-filling start 1 of 2', 'space-filling start 2 of 2']);
    for (const reason of reasons.slice(2))
      expect(reason).toMatch(/probability of meeting all requirements [01]\.\d\d; least sure: /);
  });

  it.each([0, 1, -1e-200])(
    'learns from its violations where the objective is %f in every trial, and names no gain that is no number',
    (objective) => {
      const { problem, inForce, truth } = contentionProblem(1);
      const designer = new ConstrainedGpDesigner({ problem, random: seededRandom(1) });
      designer.update({ ...truth(inForce), objective });
      const trials = Array.from({ length: 24 }, () => {
        const { configuration, reason } = designer.suggest();
        const observation = { ...truth(configuration), objective };
        designer.update(observation);
        return { feasible: isFeasible(problem.constraints, observation), reason };
      });
      expect(trials.filter(({ reason }) => reason.includes('NaN'))).toEqual([]);
      expect(trials.slice(12).filter(({ feasible }) => feasible).length).toBeGreaterThanOrEqual(10);
    },
  );

  it('starts where other trials left off instead of filling space again', () => {
    const { problem, inForce, measure } = contentionProblem(1);
    const designer = new ConstrainedGpDesigner({ problem, random: seededRandom(1), initialTrials: 2 });
    const noise = seededRandom(2);
    for (const fps of [5, 10, 15, 20]) designer.update(measure({ ...inForce, 'camera fps': fps }, noise));
    expect(designer.suggest().reason).not.toContain('space-filling');
  });
});
