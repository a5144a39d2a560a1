/**
 * Designers side by side on the contention problem (src/core/tune/testing/contention.ts): medians over seeds after
 * a fixed number of trials, the overloaded configuration in force being the first. Regret and feasibility are
 * judged by the true outcome of what would be deployed, which no designer sees.
 *
 *   node dist/bench/tuner.js [seeds = 20] [trials = 10]
 */
import { performance } from 'node:perf_hooks';
import { seededRandom } from '../src/core/random.ts';
import { ConstrainedGpDesigner } from '../src/core/tune/constrained-gp.ts';
import type { Observation } from '../src/core/tune/designer.ts';
import { RandomDesigner } from '../src/core/tune/random.ts';
import { rankTried } from '../src/core/tune/recommend.ts';
import { SobolDesigner } from '../src/core/tune/sobol.ts';
import { UnitSpace } from '../src/core/tune/space.ts';
import { isFeasible } from '../src/core/tune/surrogate.ts';
import { type ContentionProblem, contentionProblem } from '../src/core/tune/testing/contention.ts';
import type { MakeDesigner } from '../src/core/tune/testing/designer-contract.ts';

const designers: Record<string, MakeDesigner> = {
  random: (options) => new RandomDesigner(options),
  sobol: (options) => new SobolDesigner(options),
  'constrained-gp': (options) => new ConstrainedGpDesigner(options),
};

type Run = { firstFeasible: number; hurt: number; regret: number; msPerSuggestion: number };

const seeds = Number(process.argv[2] ?? 20);
const trials = Number(process.argv[3] ?? 10);
const bestKnown = Array.from({ length: seeds }, (_, i) => searchTruth(contentionProblem(i + 1)));

console.log(`contention problem, ${seeds} seeds, ${trials} trials; medians`);
for (const [name, make] of Object.entries(designers)) {
  const runs = bestKnown.map((best, i) => run(make, i + 1, best));
  const infeasible = runs.filter(({ regret }) => regret === Number.POSITIVE_INFINITY).length;
  const columns = [
    name.padEnd(15),
    `first feasible trial ${median(runs.map(({ firstFeasible }) => firstFeasible))}`,
    `trials that break a requirement ${median(runs.map(({ hurt }) => hurt))}`,
    `regret of the recommended ${(100 * median(runs.map(({ regret }) => regret))).toFixed(1)} %`,
    `recommended truly infeasible ${infeasible}/${seeds}`,
    `${median(runs.map(({ msPerSuggestion }) => msPerSuggestion)).toFixed(2)} ms per suggestion`,
  ];
  console.log(columns.join(' | '));
}

function run(make: MakeDesigner, seed: number, best: number): Run {
  const world = contentionProblem(seed);
  const { problem, inForce } = world;
  const designer = make({ problem, random: seededRandom(1000 + seed) });
  const noise = seededRandom(2000 + seed);
  const observations: Observation[] = [];
  const feasible: boolean[] = [];
  let spentMs = 0;
  for (let trial = 0; trial < trials; trial++) {
    const startMs = performance.now();
    const configuration = trial === 0 ? inForce : designer.suggest().configuration;
    spentMs += performance.now() - startMs;
    feasible.push(isFeasible(problem.constraints, world.truth(configuration)));
    const observation = world.measure(configuration, noise);
    observations.push(observation);
    designer.update(observation);
  }
  const [top] = rankTried(problem, observations);
  const truth = world.truth(top!.configuration);
  const deployed = isFeasible(problem.constraints, truth) ? truth.objective! : Number.NEGATIVE_INFINITY;
  const first = feasible.indexOf(true);
  return {
    firstFeasible: first < 0 ? Number.POSITIVE_INFINITY : first + 1,
    hurt: feasible.filter((ok) => !ok).length,
    regret: (best - deployed) / best,
    msPerSuggestion: spentMs / (trials - 1),
  };
}

/** The best true objective that random search and hill climbing find: the yardstick of regret. */
function searchTruth(world: ContentionProblem): number {
  const space = new UnitSpace(world.problem.space);
  const random = seededRandom(7);
  let best = 0;
  let at = world.problem.space.map(() => 0.5);
  for (let i = 0; i < 10_000; i++) {
    const near = i > 3000;
    const point = at.map((u) => {
      if (!near) return random.next();
      return random.next() < 0.3 ? Math.min(Math.max(u + 0.2 * (random.next() - 0.5), 0), 1) : u;
    });
    const truth = world.truth(space.decode(point));
    if (!isFeasible(world.problem.constraints, truth) || truth.objective! <= best) continue;
    best = truth.objective!;
    at = point;
  }
  return best;
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
