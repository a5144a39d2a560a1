import type { Configuration, KnobDomain, KnobValue } from '../../knobs/knob.ts';
import { type Random, seededRandom } from '../../random.ts';
import type { Designer, Observation, Problem, SearchSpace } from '../designer.ts';
import type { DesignerOptions } from '../designers.ts';
import { randomProblem } from './random-problem.ts';

/** Makes the designer under test. */
export type MakeDesigner = (options: DesignerOptions) => Designer;

/** One clause of what every designer promises; `check` throws where it does not hold. */
export type ContractClause = { title: string; check: (make: MakeDesigner) => void };

const mixedSpace: SearchSpace = [
  { name: 'rate', domain: { type: 'real', low: 0.5, high: 30 } },
  { name: 'share', domain: { type: 'real', low: 0.2, high: 0.3337 } },
  { name: 'threads', domain: { type: 'integer', low: 1, high: 4 } },
  { name: 'fps', domain: { type: 'ordinal', values: [5, 15, 30] } },
  { name: 'place', domain: { type: 'categorical', values: ['cpu', 'gpu', 'dla0'] } },
  { name: 'compress', domain: { type: 'categorical', values: [true, false] } },
];

const smallSpace: SearchSpace = [
  { name: 'fps', domain: { type: 'ordinal', values: [5, 15, 30] } },
  { name: 'threads', domain: { type: 'integer', low: 1, high: 2 } },
  { name: 'place', domain: { type: 'categorical', values: ['cpu', 'gpu'] } },
];

const fixedSpace: SearchSpace = [
  { name: 'rate', domain: { type: 'real', low: 5, high: 5 } },
  { name: 'threads', domain: { type: 'integer', low: 2, high: 2 } },
  { name: 'fps', domain: { type: 'ordinal', values: [15] } },
  { name: 'place', domain: { type: 'categorical', values: ['cpu'] } },
];

const mixed: Problem = { space: mixedSpace, constraints: ['rate', 'latency'] };

type Answer = Omit<Observation, 'configuration'>;
type World = (configuration: Configuration, trial: number) => Answer;

const ordinary: World = ({ rate, threads }) => ({
  objective: Number(rate) * Number(threads),
  margins: { rate: Number(rate) / 12 - 1, latency: 1 - Number(rate) / 20 },
});

/** The contract of `Designer`: run every clause against each implementation. */
export const designerContract: ContractClause[] = [
  {
    title: 'suggests legal values with a reason',
    check: (make) => void play(make, mixed, ordinary, { trials: 16 }),
  },
  {
    title: 'suggests the same for the same seed and observations, however often it is asked',
    check: (make) => {
      const once = play(make, mixed, ordinary, { trials: 9 });
      const twice = play(make, mixed, ordinary, { trials: 9, asks: 2 });
      demand(same(once, twice), 'two runs with one seed differ');
    },
  },
  {
    title: 'suggests something else for another seed',
    check: (make) => {
      const one = play(make, mixed, ordinary, { trials: 4, seed: 1 });
      const other = play(make, mixed, ordinary, { trials: 4, seed: 2 });
      demand(!same(one, other), 'two seeds give the same suggestions');
    },
  },
  {
    title: 'goes on from observations it did not suggest',
    check: (make) => {
      const suggested = play(make, mixed, ordinary, { trials: 8 });
      const designer = make({ problem: mixed, random: seededRandom(1) });
      for (const [trial, configuration] of suggested.entries())
        designer.update({ configuration, ...ordinary(configuration, trial) });
      const next = designer.suggest().configuration;
      const ninth = play(make, mixed, ordinary, { trials: 9 })[8];
      demand(same(next, ninth), 'a designer told the history suggests otherwise than the one that made it');
    },
  },
  {
    title:
      'begins with what an earlier search measured, whatever of it is missing, and suggests the same each time',
    check: (make) => {
      const suggested = play(make, mixed, ordinary, { trials: 6, seed: 5 });
      const [first, ...others] = suggested.map((configuration, trial) => ({
        configuration,
        ...ordinary(configuration, trial),
      }));
      const earlier = [{ ...first!, margins: {} }, ...others, { configuration: { rate: 5 }, margins: {} }];
      const warm: MakeDesigner = (options) => make({ ...options, earlier });
      const once = play(warm, mixed, ordinary, { trials: 9 });
      const twice = play(warm, mixed, ordinary, { trials: 9, asks: 2 });
      demand(same(once, twice), 'two runs with the same earlier measurements differ');
    },
  },
  {
    title: 'survives when nothing is feasible',
    check: (make) =>
      void play(make, mixed, () => ({ objective: 1, margins: { rate: -0.5, latency: -40 } }), { trials: 12 }),
  },
  {
    title: 'survives when no margin can be measured',
    check: (make) => void play(make, mixed, () => ({ margins: {} }), { trials: 12 }),
  },
  {
    title: 'survives constant outputs',
    check: (make) =>
      void play(make, mixed, () => ({ objective: 0, margins: { rate: 0, latency: 0 } }), { trials: 12 }),
  },
  {
    title: 'survives NaN and infinite outputs',
    check: (make) => {
      const broken: World = (_, trial) => ({
        objective: trial % 2 ? Number.NaN : Number.POSITIVE_INFINITY,
        margins: {
          rate: Number.NaN,
          latency: trial % 3 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY,
        },
      });
      play(make, mixed, broken, { trials: 12 });
    },
  },
  {
    title: 'survives objectives as large as numbers can be',
    check: (make) => {
      const penalty: World = (configuration, trial) => {
        const { objective, margins } = ordinary(configuration, trial);
        const sign = trial % 2 === 0 ? -1 : 1;
        return { objective: trial % 3 === 0 ? sign * Number.MAX_VALUE : objective!, margins };
      };
      play(make, mixed, penalty, { trials: 12 });
      play(make, mixed, () => ({ objective: -Number.MAX_VALUE, margins: {} }), { trials: 8 });
    },
  },
  {
    title: 'survives trials that were cut short',
    check: (make) =>
      void play(make, mixed, () => ({ margins: { latency: -2 }, censored: true }), { trials: 10 }),
  },
  {
    title: 'survives observations outside its space',
    check: (make) => {
      const designer = make({ problem: mixed, random: seededRandom(1) });
      designer.update({ configuration: { rate: -1 }, objective: 1, margins: {} });
      demandLegal(mixedSpace, designer.suggest().configuration);
    },
  },
  {
    title: 'works without constraints',
    check: (make) => {
      const problem = { space: mixedSpace, constraints: [] };
      play(make, problem, ({ rate }) => ({ objective: Number(rate), margins: {} }), { trials: 10 });
    },
  },
  {
    title: 'keeps the only value of knobs that have one',
    check: (make) => {
      const problem = { space: fixedSpace, constraints: ['rate'] };
      play(make, problem, () => ({ objective: 1, margins: { rate: 1 } }), { trials: 6 });
    },
  },
  {
    title: 'tries all configurations of a small space before it repeats one',
    check: (make) => {
      const problem = { space: smallSpace, constraints: ['rate'] };
      const world: World = ({ fps }) => ({ objective: Number(fps), margins: { rate: 20 - Number(fps) } });
      const suggested = play(make, problem, world, { trials: 14 }).map((one) => JSON.stringify(one));
      demand(new Set(suggested.slice(0, 12)).size === 12, 'repeats a configuration while others are untried');
    },
  },
  {
    title: 'repeats nothing in a large space',
    check: (make) => {
      const suggested = play(make, mixed, ordinary, { trials: 20 }).map((one) => JSON.stringify(one));
      demand(new Set(suggested).size === suggested.length, 'repeats a configuration');
    },
  },
  {
    title: 'keeps to all this whatever the knobs, constraints, objectives and measurements',
    check: (make) => {
      for (let seed = 1; seed <= 8; seed++) {
        const [once, twice] = [1, 2].map((asks) => {
          const { name, problem, measure } = randomProblem(seed, 8);
          try {
            return play(make, problem, measure, { trials: 12, seed, asks });
          } catch (error) {
            throw new Error(`${name}: ${error instanceof Error ? error.message : error}`);
          }
        });
        demand(same(once, twice), `problem ${seed}: two runs with one seed differ`);
      }
    },
  },
  {
    title: 'suggests for 60 knobs',
    check: (make) => {
      const space = Array.from({ length: 10 }, (_, i) =>
        mixedSpace.map((dimension) => ({ ...dimension, name: `${dimension.name} ${i}` })),
      ).flat();
      const world: World = (configuration) => {
        const rate = Number(configuration['rate 0']);
        return { objective: rate, margins: { rate: 1 - rate / 20 } };
      };
      play(make, { space, constraints: ['rate'] }, world, { trials: 8 });
    },
  },
  {
    title: 'goes on after 200 observations',
    check: (make) => {
      const designer = make({ problem: mixed, random: seededRandom(1) });
      const told = make({ problem: mixed, random: seededRandom(1) });
      const random = seededRandom(5);
      for (let trial = 0; trial < 200; trial++) {
        const configuration = { ...randomConfiguration(mixedSpace, random) };
        designer.update({ configuration, ...ordinary(configuration, trial) });
        told.update({ configuration, ...ordinary(configuration, trial) });
      }
      const { configuration } = designer.suggest();
      demandLegal(mixedSpace, configuration);
      demand(same(configuration, told.suggest().configuration), 'not reproducible');
    },
  },
];

/** Runs a designer against a world and checks each suggestion; returns the suggested configurations. */
function play(
  make: MakeDesigner,
  problem: Problem,
  world: World,
  { trials, seed = 1, asks = 1 }: { trials: number; seed?: number; asks?: number },
): Configuration[] {
  const designer = make({ problem, random: seededRandom(seed) });
  return Array.from({ length: trials }, (_, trial) => {
    for (let ask = 1; ask < asks; ask++) designer.suggest();
    const { configuration, reason } = designer.suggest();
    demand(reason.length > 0 && !reason.includes('NaN'), `a suggestion without a reason: ${reason}`);
    demandLegal(problem.space, configuration);
    designer.update({ configuration, ...world(configuration, trial) });
    return configuration;
  });
}

function demandLegal(space: SearchSpace, configuration: Configuration): void {
  const expected = space.map(({ name }) => name).sort();
  demand(
    same(Object.keys(configuration).sort(), expected),
    `not every knob once: ${JSON.stringify(configuration)}`,
  );
  for (const { name, domain } of space)
    demand(isLegal(domain, configuration[name]!), `${name} = ${configuration[name]} is not legal`);
}

function isLegal(domain: KnobDomain, value: KnobValue): boolean {
  switch (domain.type) {
    case 'real':
      return typeof value === 'number' && value >= domain.low && value <= domain.high;
    case 'integer':
      return Number.isInteger(value) && Number(value) >= domain.low && Number(value) <= domain.high;
    case 'ordinal':
      return domain.values.includes(value as number);
    case 'categorical':
      return domain.values.includes(value as string | boolean);
  }
}

function randomConfiguration(space: SearchSpace, random: Random): Configuration {
  const pick = <T>(values: T[]) => values[Math.floor(random.next() * values.length)]!;
  const values = space.map(({ name, domain }): [string, KnobValue] => {
    if (domain.type === 'ordinal') return [name, pick(domain.values)];
    if (domain.type === 'categorical') return [name, pick(domain.values)];
    const value = domain.low + random.next() * (domain.high - domain.low);
    return [name, domain.type === 'integer' ? Math.round(value) : value];
  });
  return Object.fromEntries(values);
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function demand(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}
