import type { Configuration } from '../../knobs/knob.ts';
import { type Random, seededRandom } from '../../random.ts';
import type { Observation, Problem, SearchDimension } from '../designer.ts';
import { UnitSpace } from '../space.ts';

/** A problem of any kind, and what is measured in it; the worst of what may be measured is among that. */
export type RandomProblem = {
  /** For messages. */
  name: string;
  problem: Problem;
  measure: (configuration: Configuration) => Omit<Observation, 'configuration'>;
};

/** The measured number at a load from 0 to 1 of the knobs' mean place; undefined: not measured. */
type Curve = (load: number, random: Random) => number | undefined;

const curves: Record<string, Curve> = {
  ordinary: (load, random) => 0.5 - load + 0.03 * random.next(),
  'all alike': () => 0.2,
  'all zero': () => 0,
  'never met': (load) => -0.1 - 5 * load,
  'far from met': (load) => -1e12 * load,
  'never measured': () => undefined,
  'not a number': () => Number.NaN,
  'often missing': (load, random) => (random.next() < 0.4 ? undefined : 0.3 - load),
  'of any size': (_, random) =>
    pick([Number.MAX_VALUE, -Number.MAX_VALUE, Number.POSITIVE_INFINITY, Number.NaN, 1e-300, 0], random),
};

/** One to `mostKnobs` knobs of every kind, none to five constraints, one to three objectives; the same for the same seed. */
export function randomProblem(seed: number, mostKnobs: number): RandomProblem {
  const random = seededRandom(seed);
  const count = 1 + Math.floor(random.next() * mostKnobs);
  const space = Array.from({ length: count }, (_, i) => ({ ...randomDimension(random), name: `knob ${i}` }));
  const constraints = upTo(5, random).map((i) => `constraint ${i}`);
  const objectives = upTo(3, random).map((i) => `objective ${i}`);
  const infos = constraints.flatMap((name) => {
    if (random.next() < 0.5) return [];
    const side = pick(['at-least', 'at-most'] as const, random);
    return [[name, { side, relativeNoise: pick([0, 0.03, 1], random) }] as const];
  });
  const problem: Problem = {
    space,
    constraints,
    constraintInfo: Object.fromEntries(infos),
    ...(objectives.length > 1 && { objectives }),
    ...(random.next() < 0.5 && { objectiveRelativeNoise: pick([0, 0.03], random) }),
  };
  const [margins, gain] = [pick(Object.keys(curves), random), pick(Object.keys(curves), random)];
  const cutShare = pick([0, 0, 0.5], random);
  const places = new UnitSpace(space);
  return {
    name: `problem ${seed}: ${count} knobs, ${constraints.length} constraints ${margins}, ${objectives.length} objectives ${gain}`,
    problem,
    measure: (configuration) => {
      const point = places.encode(configuration) ?? [0.5];
      const load = point.reduce((sum, place) => sum + place, 0) / point.length;
      const isCut = random.next() < cutShare;
      return {
        ...given('objective', curves[gain]!(load, random)),
        ...(problem.objectives && { objectives: measured(objectives, () => curves[gain]!(load, random)) }),
        margins: measured(constraints, () => curves[margins]!(load, random)),
        ...(isCut && { censored: true, share: 0.1 + 0.8 * random.next() }),
      };
    },
  };
}

function randomDimension(random: Random): Omit<SearchDimension, 'name'> {
  const low = pick([-50, 0, 1e-3, 1, 1e6], random);
  const width = pick([0, 1e-6, 0.1, 3, 1e3, 1e9], random);
  const scale = low > 0 && random.next() < 0.5 ? 'log' : 'linear';
  const values = Array.from({ length: 1 + Math.floor(random.next() * 5) }, (_, i) => i * i + low);
  return pick<() => Omit<SearchDimension, 'name'>>(
    [
      () => ({ domain: { type: 'real', low, high: low + width }, scale }),
      () => ({
        domain: { type: 'integer', low: Math.ceil(low), high: Math.ceil(low) + Math.floor(width) },
        scale,
      }),
      () => ({ domain: { type: 'ordinal', values } }),
      () => ({ domain: { type: 'categorical', values: values.map(String) } }),
      () => ({ domain: { type: 'categorical', values: [true, false] } }),
    ],
    random,
  )();
}

function measured(names: string[], read: () => number | undefined): Record<string, number> {
  return Object.assign({}, ...names.map((name) => given(name, read()))) as Record<string, number>;
}

function given(name: string, value: number | undefined): Record<string, number> {
  return value === undefined ? {} : { [name]: value };
}

function upTo(most: number, random: Random): number[] {
  return Array.from({ length: Math.floor(random.next() * (most + 1)) }, (_, i) => i);
}

function pick<T>(items: readonly T[], random: Random): T {
  return items[Math.floor(random.next() * items.length)]!;
}
