import type { Configuration } from '../../knobs/knob.ts';
import { normal, type Random, seededRandom, shuffled } from '../../random.ts';
import type { Observation, Problem } from '../designer.ts';

/**
 * A made-up robot with many knobs of which few matter, and whose best configuration moves slowly: the objective is a
 * quadratic around a place that drifts, and one load must stay below a capacity that shrinks. Numbers are chosen, not measured.
 */
export type DriftingProblem = {
  problem: Problem;
  /** The best configuration at trial 0. */
  start: Configuration;
  /** The true outcome at a trial. */
  truth(configuration: Configuration, trial: number): Observation;
  /** A measurement: objective and load times 1 + noise of 2 percent. */
  measure(configuration: Configuration, trial: number, random: Random): Observation;
  /** The best feasible objective at a trial. */
  optimum(trial: number): number;
};

const noise = 0.02;
const steepness = 2;
const idleLoad = 0.2;
/** Share of the capacity that is gone at the end. */
const capacityLoss = 0.1;

/** One knob that matters: its best value at the start and at the end, and what it adds to the load. */
type Active = { name: string; first: number; last: number; load: number };

/** `knobs` real knobs from 0 to 1, of which `active` matter, drifting for `trials` trials. */
export function driftingProblem(
  seed: number,
  { knobs = 40, active = 4, trials = 300 }: { knobs?: number; active?: number; trials?: number } = {},
): DriftingProblem {
  const random = seededRandom(seed);
  const names = Array.from({ length: knobs }, (_, i) => `knob ${i + 1}`);
  const actives = shuffled(names, random)
    .slice(0, active)
    .map((name): Active => {
      const first = 0.15 + 0.7 * random.next();
      const shift = 0.3 + 0.2 * random.next();
      return { name, first, last: first > 0.5 ? first - shift : first + shift, load: 0.5 + random.next() };
    });
  const wanted = ({ first, last }: Active, trial: number) =>
    first + (last - first) * Math.min(trial / trials, 1);
  const loadAt = (places: readonly number[]) =>
    idleLoad + actives.reduce((sum, { load }, i) => sum + load * places[i]!, 0);
  const firstLoad = loadAt(actives.map(({ first }) => first));
  const capacity = (trial: number) => firstLoad * (1.05 - capacityLoss * Math.min(trial / trials, 1));
  const objectiveAt = (places: readonly number[], trial: number) =>
    1 - actives.reduce((sum, one, i) => sum + steepness * (places[i]! - wanted(one, trial)) ** 2, 0);

  /** The best places for a price of load: each gives up load / (2 steepness) per unit of it. */
  const placesAt = (price: number, trial: number) =>
    actives.map((one) => Math.min(Math.max(wanted(one, trial) - (price * one.load) / (2 * steepness), 0), 1));
  const bestPlaces = (trial: number): number[] => {
    if (loadAt(placesAt(0, trial)) <= capacity(trial)) return placesAt(0, trial);
    let [low, high] = [0, 100];
    for (let i = 0; i < 60; i++) {
      const price = (low + high) / 2;
      if (loadAt(placesAt(price, trial)) > capacity(trial)) low = price;
      else high = price;
    }
    return placesAt(high, trial);
  };

  const observe = (configuration: Configuration, trial: number, factor: () => number): Observation => {
    const places = actives.map(({ name }) => configuration[name] as number);
    return {
      configuration,
      objective: objectiveAt(places, trial) * factor(),
      margins: { load: 1 - (loadAt(places) * factor()) / capacity(trial) },
    };
  };
  const middle = names.map((name): [string, number] => [name, 0.5]);
  const best = bestPlaces(0);
  return {
    problem: {
      space: names.map((name) => ({ name, domain: { type: 'real', low: 0, high: 1 } })),
      constraints: ['load'],
      constraintInfo: { load: { side: 'at-most', relativeNoise: noise } },
      objectiveRelativeNoise: noise,
    },
    start: {
      ...Object.fromEntries(middle),
      ...Object.fromEntries(actives.map(({ name }, i) => [name, best[i]!])),
    },
    truth: (configuration, trial) => observe(configuration, trial, () => 1),
    measure: (configuration, trial, chance) =>
      observe(configuration, trial, () => 1 + noise * normal(chance)),
    optimum: (trial) => objectiveAt(bestPlaces(trial), trial),
  };
}
