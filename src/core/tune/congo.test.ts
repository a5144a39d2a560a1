import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { CongoDesigner } from './congo.ts';
import type { Designer, Observation, Problem } from './designer.ts';
import { RandomDesigner } from './random.ts';
import { isFeasible } from './surrogate.ts';
import { type DriftingProblem, driftingProblem } from './testing/drifting.ts';

const problem: Problem = {
  space: [
    ...['a', 'b', 'c', 'd', 'e', 'f'].map((name) => ({
      name,
      domain: { type: 'real', low: 0, high: 10 } as const,
    })),
    { name: 'place', domain: { type: 'categorical', values: ['cpu', 'gpu', 'dla0'] } },
  ],
  constraints: ['load'],
};
const inForce = { a: 2, b: 2, c: 5, d: 5, e: 5, f: 5, place: 'gpu' };

/** a is to be raised; b loads nothing and gains nothing; the load allows a up to 6. */
const world = (configuration: Observation['configuration']): Observation => ({
  configuration,
  objective: 1 + Number(configuration.a) / 10,
  margins: { load: 1 - Number(configuration.a) / 6 },
});

function search(designer: Designer, trials: number): Observation[] {
  return Array.from({ length: trials }, (_, trial) => {
    const observation = world(trial === 0 ? inForce : designer.suggest().configuration);
    designer.update(observation);
    return observation;
  });
}

/** Mean regret and share of violations over the second half of a run that begins at the best configuration. */
function follow(
  { problem: drifting, start, truth, measure, optimum }: DriftingProblem,
  designer: Designer | undefined,
) {
  const trials = 300;
  const noise = seededRandom(9);
  const half = Array.from({ length: trials }, (_, trial) => {
    const configuration = trial === 0 || !designer ? start : designer.suggest().configuration;
    designer?.update(measure(configuration, trial, noise));
    const outcome = truth(configuration, trial);
    return {
      regret: (optimum(trial) - outcome.objective!) / optimum(trial),
      violated: !isFeasible(drifting.constraints, outcome),
    };
  }).slice(trials / 2);
  return {
    regret: half.reduce((sum, { regret }) => sum + regret, 0) / half.length,
    violations: half.filter(({ violated }) => violated).length / half.length,
  };
}

describe('the congo-e designer', () => {
  it('goes on from the configuration in force, with probes around it that turn every number and no category', () => {
    const designer = new CongoDesigner({ problem, random: seededRandom(1) });
    designer.update(world(inForce));
    const { configuration, reason } = designer.suggest();
    expect(reason).toMatch(/^gradient round 1: probe 1 of \d+ around it$/);
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f'] as const) {
      expect(configuration[name]).not.toBe(inForce[name]);
      expect(Math.abs(Number(configuration[name]) - inForce[name])).toBeLessThan(5);
    }
    expect(configuration.place).toBe('gpu');
  });

  it('raises what improves the objective up to where a constraint holds it back, and never leaves the category', () => {
    const seen = search(new CongoDesigner({ problem, random: seededRandom(1) }), 60);
    const late = seen.slice(-20).map(({ configuration }) => Number(configuration.a));
    const mean = late.reduce((sum, a) => sum + a, 0) / late.length;
    expect(mean).toBeGreaterThan(3);
    expect(mean).toBeLessThan(6);
    expect(new Set(seen.map(({ configuration }) => configuration.place))).toEqual(new Set(['gpu']));
  });

  it('goes where it is told that it is better, and not where it is told that it is worse', () => {
    const designer = new CongoDesigner({ problem, random: seededRandom(1) });
    designer.update(world(inForce));
    designer.update(world({ ...inForce, a: 1, place: 'cpu' }));
    expect(designer.suggest().configuration.place).toBe('gpu');
    designer.update(world({ ...inForce, a: 4, place: 'dla0' }));
    expect(designer.suggest().configuration.place).toBe('dla0');
  });

  it('goes back to where it stood when a step leads to where nothing can be measured', () => {
    const designer = new CongoDesigner({ problem, random: seededRandom(1) });
    designer.update(world(inForce));
    let { configuration, reason } = designer.suggest();
    while (!reason.endsWith('where it stands')) {
      designer.update(world(configuration));
      ({ configuration, reason } = designer.suggest());
    }
    expect(configuration.a).not.toBeCloseTo(2, 1);
    designer.update({ configuration, margins: {}, censored: true });
    expect(Number(designer.suggest().configuration.a)).toBeCloseTo(2, 1);
  });

  it('turns knobs of few values, too', () => {
    const coarse: Problem = {
      space: [
        { name: 'threads', domain: { type: 'integer', low: 1, high: 4 } },
        { name: 'fps', domain: { type: 'ordinal', values: [5, 15, 30] } },
        { name: 'rate', domain: { type: 'real', low: 0, high: 1 } },
      ],
      constraints: [],
    };
    const designer = new CongoDesigner({ problem: coarse, random: seededRandom(1) });
    const seen = Array.from({ length: 60 }, () => {
      const { configuration, reason } = designer.suggest();
      const objective = Number(configuration.threads) + Number(configuration.fps) / 10;
      designer.update({ configuration, objective, margins: {} });
      return { configuration, reason };
    });
    const stands = seen.slice(-20).filter(({ reason }) => reason.endsWith('where it stands'));
    expect(stands.length).toBeGreaterThan(2);
    for (const { configuration } of stands) expect(configuration).toMatchObject({ threads: 4, fps: 30 });
  });

  it.each([1, 2, 3])(
    'follows an optimum that drifts through 40 knobs (seed %i)',
    (seed) => {
      const drifting = driftingProblem(seed);
      const options = { problem: drifting.problem, random: seededRandom(seed) };
      const ours = follow(drifting, new CongoDesigner(options));
      const stay = follow(drifting, undefined);
      const random = follow(drifting, new RandomDesigner(options));
      const shown = JSON.stringify({ ours, stay, random });
      expect(ours.regret, shown).toBeLessThan(0.5 * Math.min(stay.regret, random.regret));
      expect(ours.violations, shown).toBeLessThan(0.5 * Math.min(stay.violations, random.violations));
    },
    60_000,
  );
});

describe('the drifting problem', () => {
  it('has no better feasible configuration than the one it names', () => {
    const { problem: drifting, start, truth, optimum } = driftingProblem(4);
    const random = new RandomDesigner({ problem: drifting, random: seededRandom(1) });
    expect(isFeasible(drifting.constraints, truth(start, 0))).toBe(true);
    expect(truth(start, 0).objective).toBeCloseTo(optimum(0), 9);
    for (let i = 0; i < 2000; i++) {
      const outcome = truth(random.suggest().configuration, 250);
      random.update(outcome);
      if (isFeasible(drifting.constraints, outcome))
        expect(outcome.objective).toBeLessThanOrEqual(optimum(250));
    }
  });
});
