/**
 * What a trial that was cut short may teach: searches on the made-up robots of src/core/tune/testing/contention.ts, whose
 * trials are cut as on a real one, and told to the designer in several ways.
 *
 *   node dist/bench/tuner-cuts.js [--robots 10] [--seeds 2] [--trials 30] [--noise 1] [--ways full,measured]
 *
 * `full` cuts nothing. `share` tells what was measured, with the share of the window that it was measured for; `measured`
 * the same as if it had been the whole; `dropped` only that the configuration was tried; `bounded` takes the broken
 * requirement's margin for an upper bound (Tobit: twice replaced by what the model expects below it).
 */
import { parseArgs } from 'node:util';
import { normal, type Random, seededRandom } from '../src/core/random.ts';
import { parseSpec } from '../src/core/spec/parse-spec.ts';
import { profileOf } from '../src/core/spec/profile-fixture.ts';
import type { Spec } from '../src/core/spec/spec.ts';
import { ConstrainedGpDesigner } from '../src/core/tune/constrained-gp.ts';
import { lookEveryMs, surelyBroken } from '../src/core/tune/cut/surely-broken.ts';
import type { Observation, Problem } from '../src/core/tune/designer.ts';
import { normalCdf } from '../src/core/tune/gaussian.ts';
import { rankTried } from '../src/core/tune/recommend.ts';
import { isFeasible, Surrogate } from '../src/core/tune/surrogate.ts';
import { contentionProblem } from '../src/core/tune/testing/contention.ts';

const { values: options } = parseArgs({
  options: {
    robots: { type: 'string', default: '10' },
    seeds: { type: 'string', default: '2' },
    trials: { type: 'string', default: '30' },
    noise: { type: 'string', default: '1' },
    ways: { type: 'string', default: 'full,share,measured,dropped,bounded' },
  },
});
type Way = 'full' | 'share' | 'measured' | 'dropped' | 'bounded';

const settleMs = 1000;
const windowMs = 2500;
const looks = windowMs / lookEveryMs;
const risk = 0.01;
const sides = {
  'command rate': 'at-least',
  'command latency': 'at-most',
  'detection range': 'at-least',
  'cpu headroom': 'at-most',
} as const;
const noise: Record<string, number> = { 'command rate': 0.03, 'command latency': 0.05, 'cpu headroom': 0.03 };
const objectiveNoise = 0.03;
const names = Object.keys(sides) as (keyof typeof sides)[];
const spec = specOfShares();

/** A trial as it was told, what was cut of it, and the truth. */
type Trial = { told: Observation; truth: Observation; broken: string | undefined; share: number };

console.log(
  `Means over ${options.robots} robots and ${options.seeds} seeds, ${options.trials} trials; ± standard error.`,
);
console.log(
  '| way | best truly feasible | recommended, 0 if infeasible | trials that hurt | violation-seconds | cut | falsely |',
);
console.log('|---|---|---|---|---|---|---|');
for (const way of options.ways.split(',') as Way[]) {
  const runs = Array.from({ length: Number(options.robots) }, (_, robot) =>
    Array.from({ length: Number(options.seeds) }, (_, seed) => play(way, robot + 1, seed + 1)),
  ).flat();
  const cell = (pick: (run: ReturnType<typeof play>) => number) => {
    const values = runs.map(pick);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return `${mean.toFixed(3)} ± ${Math.sqrt(squares / (values.length - 1) / values.length).toFixed(3)}`;
  };
  const cells = [
    cell((run) => run.best),
    cell((run) => run.recommended),
    cell((run) => run.hurt),
    cell((run) => run.violationS),
    cell((run) => run.cut),
    cell((run) => run.falselyCut),
  ];
  console.log(`| ${[way, ...cells].join(' | ')} |`);
}

function play(way: Way, robot: number, seed: number) {
  const { problem: bare, inForce, truth } = contentionProblem(robot);
  const problem: Problem = {
    ...bare,
    constraintInfo: Object.fromEntries(names.map((name) => [name, { side: sides[name] }])),
  };
  const chance = seededRandom(1000 * robot + seed);
  const trials: Trial[] = [];
  for (let i = 0; i < Number(options.trials); i++) {
    const configuration = i === 0 ? inForce : suggestion(problem, seed, trials, way);
    trials.push(measure(truth(configuration), chance, way));
  }
  const objectives = trials
    .filter((trial) => isFeasible(problem.constraints, trial.truth))
    .map((trial) => trial.truth.objective!);
  const hurt = trials.filter((trial) => !isFeasible(problem.constraints, trial.truth));
  const top = rankTried(
    problem,
    trials.map(({ told }) => told),
  )[0];
  const deployed = top && truth(top.configuration);
  return {
    best: Math.max(0, ...objectives),
    recommended: deployed && isFeasible(problem.constraints, deployed) ? deployed.objective! : 0,
    hurt: hurt.length,
    violationS: hurt.reduce((sum, { share }) => sum + (settleMs + share * windowMs) / 1000, 0),
    cut: trials.filter(({ broken }) => broken !== undefined).length,
    falselyCut: trials.filter((one) => one.broken !== undefined && isFeasible(problem.constraints, one.truth))
      .length,
  };
}

/** A suggestion depends on problem, seed and observations only, so a fresh designer may be told them all. */
function suggestion(problem: Problem, seed: number, trials: Trial[], way: Way) {
  const designer = new ConstrainedGpDesigner({ problem, random: seededRandom(seed), initialTrials: 2 });
  const told = way === 'bounded' ? bounded(problem, trials) : trials.map((trial) => trial.told);
  for (const observation of told) designer.update(observation);
  return designer.suggest().configuration;
}

/** The quantities of a trial scatter independently between looks, so that a whole window has the noise of the robot. */
function measure(truth: Observation, chance: Random, way: Way): Trial {
  const scatter = Number(options.noise) * Math.sqrt(looks);
  const sums = Object.fromEntries(names.map((name) => [name, 0]));
  let objectiveSum = 0;
  const profiles = [];
  for (let look = 1; look <= looks; look++) {
    for (const name of names)
      sums[name]! += ratioOf(truth, name) * (1 + scatter * (noise[name] ?? 0) * normal(chance));
    objectiveSum += truth.objective! * (1 + scatter * objectiveNoise * normal(chance));
    const cpu = Object.fromEntries(names.map((name) => [name.replace(' ', '_'), sums[name]! / look]));
    profiles.push(profileOf({ windowMs: look * lookEveryMs, cpu }));
    const cut =
      way === 'full' || look === looks
        ? undefined
        : surelyBroken({ spec, references: {}, looks: profiles, windowMs, risk });
    if (!cut && look < looks) continue;
    const { configuration } = truth;
    const margins = Object.fromEntries(
      names.map((name) => [
        name,
        sides[name] === 'at-least' ? sums[name]! / look - 1 : 1 - sums[name]! / look,
      ]),
    );
    const share = look / looks;
    const whole: Observation = { configuration, objective: objectiveSum / look, margins };
    const told: Observation = !cut
      ? whole
      : way === 'dropped'
        ? { configuration, margins: {}, censored: true }
        : { ...whole, censored: true, ...(way === 'measured' ? {} : { share }) };
    const broken = cut && names.find((name) => cut.requirement.startsWith(name.replace(' ', '_')));
    return { told, truth, broken, share };
  }
  throw new Error('a window has looks');
}

/** The broken margin of each cut trial, twice replaced by what the model expects of it below what was measured. */
function bounded(problem: Problem, trials: Trial[]): Observation[] {
  let observations = trials.map(({ told }) => told);
  for (let pass = 0; pass < 2; pass++) {
    const surrogate = Surrogate.fit(problem, observations);
    if (!surrogate) return observations;
    observations = trials.map(({ told, broken }) => {
      const point = surrogate.space.encode(told.configuration);
      if (broken === undefined || !point) return told;
      const j = problem.constraints.indexOf(broken);
      const { mean, variance } = surrogate.predict(point).margins[j]!;
      const deviation = Math.sqrt(variance);
      const z = (surrogate.scales[j]!.warp(told.margins[broken]!) - mean) / deviation;
      const ratio = Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI) / Math.max(normalCdf(z), 1e-12);
      const expected = surrogate.scales[j]!.unwarp(mean - deviation * ratio);
      return { ...told, margins: { ...told.margins, [broken]: expected } };
    });
  }
  return observations;
}

/** Measured quantity over its bound. */
function ratioOf({ margins }: Observation, name: keyof typeof sides): number {
  return sides[name] === 'at-least' ? 1 + margins[name]! : 1 - margins[name]!;
}

/** Each quantity as a share of its bound, told as a process's CPU: a mean over time. */
function specOfShares(): Spec {
  const entries = names.map((name) => {
    const comparison = sides[name] === 'at-least' ? '>=' : '<=';
    return `{process: ${name.replace(' ', '_')}, cpu: "${comparison} 1 cores"}`;
  });
  const read = parseSpec(
    `require: [${entries.join(', ')}]\nknobs: [{parameter: /robot x, range: [0, 1], takes_effect: immediate}]\n`,
    'shares.yaml',
  );
  if (!read.ok) throw new Error(JSON.stringify(read.refusals));
  return read.value;
}
