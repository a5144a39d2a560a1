import { setTimeout as sleep } from 'node:timers/promises';
import type { Configuration, KnobDeclaration } from '../../src/core/knobs/knob.ts';
import type { Message } from '../../src/ros/index.ts';
import { BayesOpt } from './bayes-opt.ts';
import type { Robot } from './robot.ts';

/** What a search says of itself; how good its configuration is, is measured afterwards. */
export type Search = {
  trials: number;
  /** By the search's own measurement, from 1; undefined when none was. */
  firstFeasibleTrial: number | undefined;
  firstFeasibleS: number | undefined;
  /** Why there is no answer; empty when there is one. */
  failure: string;
};

/** How a search is bounded and watched. */
export type SearchOptions = {
  seed: number;
  seconds: number;
  /** Of Trimtab's search at most, the configuration in force and verifications included. */
  trials: number;
  log: (line: string) => void;
};

const settleS = 5;
const windowS = 5;

/**
 * ConfigBot's search: samples of 10 s (5 s to settle, 5 s measured), no cuts, no way back. The feasible sample with the greatest
 * objective is deployed; where none is feasible, its program fails, and the sample with the best score is
 * deployed here instead.
 */
export async function searchAsConfigBot(
  robot: Robot,
  { seed, seconds, log, python, root }: SearchOptions & { python: string; root: string },
): Promise<Search> {
  const startMs = performance.now();
  const elapsedS = () => (performance.now() - startMs) / 1000;
  const requirements = robot.spec.requirements.length;
  const knobs = robot.knobs.map(({ name }) => name);
  const optimiser = new BayesOpt({ python, root, knobs, constraints: requirements, seed });
  const search: Search = {
    trials: 0,
    firstFeasibleTrial: undefined,
    firstFeasibleS: undefined,
    failure: 'no sample was feasible',
  };
  let best: { configuration: Configuration; score: number } | undefined;
  try {
    while (elapsedS() + settleS + windowS <= seconds) {
      const { point, note } = await optimiser.ask();
      const configuration = fromUnitCube(robot.knobs, point);
      await robot.apply(configuration);
      await sleep(1000 * settleS);
      await sleep(1000 * windowS);
      const { objective, met, score, requirements: judged } = await robot.measure(windowS);
      // A service that says nothing has the rate 0, whose margin is -1.
      optimiser.tell(
        objective,
        judged.map(({ margin }) => margin ?? -1),
      );
      search.trials++;
      if (met && search.firstFeasibleTrial === undefined) {
        search.firstFeasibleTrial = search.trials;
        search.firstFeasibleS = elapsedS();
        search.failure = '';
      }
      if (best === undefined || score > best.score) best = { configuration, score };
      const rates = judged.map(({ measured }) => measured ?? Number.NaN);
      log(
        `sample ${search.trials}: ${describe(configuration)}: ${judgement(met, objective, rates)} (${note})`,
      );
    }
  } finally {
    optimiser.close();
  }
  if (best !== undefined) await robot.apply(best.configuration);
  return search;
}

/** Up to three verifications of 1 s to settle and 4 s measured come after the search. */
const verificationS = 16;

/** Trimtab's search, as a user asks for it: one goal of the action ~/tune, in which the tuner also deploys. */
export async function searchAsTrimtab(
  robot: Robot,
  { seed, seconds, trials, log }: SearchOptions,
): Promise<Search> {
  const startMs = performance.now();
  const search: Search = {
    trials: 0,
    firstFeasibleTrial: undefined,
    firstFeasibleS: undefined,
    failure: '',
  };
  const goal = { trials, seconds: Math.max(1, seconds - verificationS), seed };
  const result = await robot.tune(goal, ({ configuration, margins, feasible, cut_short, score, reason }) => {
    search.trials++;
    if (feasible && search.firstFeasibleTrial === undefined) {
      search.firstFeasibleTrial = search.trials;
      search.firstFeasibleS = (performance.now() - startMs) / 1000;
    }
    const values = Object.fromEntries(configuration.map(({ name, value }: Message) => [name, Number(value)]));
    const required = margins.filter(({ kind }: Message) => kind === 'requirement');
    const rates = required.map(({ measured }: Message) => measured as number);
    const how = `${cut_short ? 'cut short, ' : ''}${judgement(feasible, 2 * score - 1, rates)}`;
    log(`trial ${search.trials}: ${describe(values)}: ${how} (${reason})`);
  });
  if (!result.success) search.failure = result.message;
  return search;
}

/** A point of the unit cube as a configuration. Knobs must be numeric, as this workload's are. */
export function fromUnitCube(
  knobs: readonly KnobDeclaration[],
  point: Record<string, number>,
): Configuration {
  return Object.fromEntries(
    knobs.map(({ name, domain }) => {
      if (domain.type !== 'real') throw new Error(`${name} is not a real number`);
      const value = domain.low + (point[name] as number) * (domain.high - domain.low);
      return [name, Math.round(value * 1000) / 1000];
    }),
  );
}

function describe(configuration: Configuration): string {
  return Object.values(configuration).join(' ');
}

/** `required`: what the requirements were measured at. */
function judgement(met: boolean, objective: number, required: readonly number[]): string {
  const values = required.map((value) => value.toFixed(1)).join(', ');
  return met ? `met at ${values}, objective ${objective.toFixed(3)}` : `broken at ${values}`;
}
