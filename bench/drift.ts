/**
 * Designers on a robot whose best configuration moves slowly (src/core/tune/testing/drifting.ts): the configuration in
 * force is the best one at the beginning, and everyone goes on from there while it drifts away.
 *
 *   node dist/bench/drift.js [--designers a,b] [--seeds 20] [--from 1] [--trials 300] [--knobs 40] [--active 4]
 */
import { parseArgs } from 'node:util';
import { seededRandom } from '../src/core/random.ts';
import type { Designer, Observation } from '../src/core/tune/designer.ts';
import { type DesignerName, designers } from '../src/core/tune/designers.ts';
import { isFeasible } from '../src/core/tune/surrogate.ts';
import { type DriftingProblem, driftingProblem } from '../src/core/tune/testing/drifting.ts';
import { isBetter, qualityOf } from '../src/core/tune/trial-quality.ts';
import { median } from './tuner-run.ts';

const { values: options } = parseArgs({
  options: {
    designers: { type: 'string', default: 'stay,random,constrained-gp,congo-e' },
    seeds: { type: 'string', default: '20' },
    from: { type: 'string', default: '1' },
    trials: { type: 'string', default: '300' },
    knobs: { type: 'string', default: '40' },
    active: { type: 'string', default: '4' },
  },
});
const seeds = Number(options.seeds);
const firstSeed = Number(options.from);
const trials = Number(options.trials);
const knobs = Number(options.knobs);
const active = Number(options.active);
/** What would be deployed is the best of the last so many measurements, about a round of congo-e. */
const remembered = 20;

/** Shares over the second half of the trials. */
type Figures = {
  regret: number;
  violations: number;
  deployedRegret: number;
  deployedInfeasible: number;
  meanMs: number;
};

console.log(
  `Medians over ${seeds} seeds from ${firstSeed}, second half of ${trials} trials, ${knobs} knobs of which ${active} matter; regret in % of the best there is.`,
);
console.log(
  '| designer | regret of all trials | trials that break the load | regret of what would be deployed | deployed infeasible | ms per suggestion |\n|---|---|---|---|---|---|',
);
for (const name of options.designers.split(',')) {
  const runs = Array.from({ length: seeds }, (_, i) => follow(name, firstSeed + i));
  const percent = (pick: (run: Figures) => number) => `${(100 * median(runs.map(pick))).toFixed(1)} %`;
  const columns = [
    percent(({ regret }) => regret),
    percent(({ violations }) => violations),
    percent(({ deployedRegret }) => deployedRegret),
    percent(({ deployedInfeasible }) => deployedInfeasible),
    median(runs.map(({ meanMs }) => meanMs)).toFixed(1),
  ];
  console.log(`| ${[name, ...columns].join(' | ')} |`);
}

function follow(name: string, seed: number): Figures {
  const world = driftingProblem(seed, { knobs, active, trials });
  const designer = open(name, world, seed);
  const noise = seededRandom(1000 + seed);
  const seen: Observation[] = [];
  const shown: { regret: number; feasible: boolean; deployedRegret: number; deployedFeasible: boolean }[] =
    [];
  const startMs = performance.now();
  for (let trial = 0; trial < trials; trial++) {
    const configuration = trial === 0 ? world.start : designer.suggest().configuration;
    const observation = world.measure(configuration, trial, noise);
    designer.update(observation);
    seen.push(observation);
    const deployed = seen
      .slice(-remembered)
      .reduce((a, b) => (isBetter(qualityOf(world.problem, b), qualityOf(world.problem, a)) ? b : a));
    const [now, then] = [configuration, deployed.configuration].map((one) => world.truth(one, trial));
    const best = world.optimum(trial);
    shown.push({
      regret: (best - now!.objective!) / best,
      feasible: isFeasible(world.problem.constraints, now!),
      deployedRegret: (best - then!.objective!) / best,
      deployedFeasible: isFeasible(world.problem.constraints, then!),
    });
  }
  const half = shown.slice(trials / 2);
  const mean = (pick: (one: (typeof half)[number]) => number) =>
    half.reduce((sum, one) => sum + pick(one), 0) / half.length;
  return {
    regret: mean(({ regret }) => regret),
    violations: mean(({ feasible }) => Number(!feasible)),
    deployedRegret: mean(({ deployedRegret }) => deployedRegret),
    deployedInfeasible: mean(({ deployedFeasible }) => Number(!deployedFeasible)),
    meanMs: (performance.now() - startMs) / trials,
  };
}

function open(name: string, { problem, start }: DriftingProblem, seed: number): Designer {
  if (name === 'stay')
    return { suggest: () => ({ configuration: start, reason: 'as it is' }), update: () => {} };
  return designers[name as DesignerName]({ problem, random: seededRandom(seed) });
}
