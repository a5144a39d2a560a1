/**
 * Designers side by side: medians over seeds on one line per problem and designer, judged by the truth that no designer
 * sees. Peers that are no part of Trimtab are compared by tunebench itself, see docs/ask-tell.md.
 *
 *   node dist/bench/tuner.js [--front | --rehearsed DEVIATION | --limits] [--specs FOLDER] [--tables FOLDER] [--problems a,b] [--designers a,b] [--safety priced|safe|free]
 *                            [--seeds 20] [--trials 50] [--noise 1]
 *
 * `--specs` is tunebench's folder `spec`: problems robot8, robot16, robot30, and robot8-v1 and so on, other robots of
 * the same make. `--tables` holds the measured tables: tx2-time, tx2-energy, cure-turtlebot3. Without folders the made-up
 * robots of src/core/tune/testing/contention.ts are used: contention-1 and so on. With `--front` their two objectives have
 * no weights, and hypervolumes are compared. With `--rehearsed` a search on the robot alone is compared with one after a
 * rehearsal on a model of it whose every cost is off by a factor of this log-normal deviation. With `--limits` nothing is searched by a
 * designer: it prints what keeping a distance from the bounds costs whoever knows everything. `--noise` multiplies the noise of every measurement, and
 * what designers are told of it; 0 is none. `--front` and `--rehearsed` have the usual noise.
 */
import { parseArgs } from 'node:util';
import { type DesignerName, designerNames, designers } from '../src/core/tune/designers.ts';
import { trustedProbability } from '../src/core/tune/recommend.ts';
import { safeties, withSafety } from '../src/core/tune/safety.ts';
import { compareFronts } from './tuner-front.ts';
import { printLimits } from './tuner-limits.ts';
import { type BenchProblem, contention, robot, robotVariant, table, withNoise } from './tuner-problems.ts';
import { compareRehearsed } from './tuner-rehearsed.ts';
import { type Figures, medianCells, play } from './tuner-run.ts';

const { values: options } = parseArgs({
  options: {
    front: { type: 'boolean', default: false },
    rehearsed: { type: 'string' },
    limits: { type: 'boolean', default: false },
    specs: { type: 'string' },
    tables: { type: 'string' },
    problems: { type: 'string', default: 'contention-1,contention-2,contention-3' },
    designers: { type: 'string', default: designerNames.join(',') },
    safety: { type: 'string', default: 'priced' },
    seeds: { type: 'string', default: '20' },
    trials: { type: 'string', default: '50' },
    noise: { type: 'string', default: '1' },
  },
});
const seeds = Number(options.seeds);
const trials = Number(options.trials);
const noise = Number(options.noise);
const safety = safeties.find((one) => one === options.safety);
if (safety === undefined) throw new Error(`--safety is one of ${safeties.join(', ')}`);
const make = (name: DesignerName) => withSafety(safety, designers[name]);

const legend =
  'Deployed, as by tunebench: the trial that looked feasible and best. Recommended, by the rule of a study after its last trial ' +
  `(chooseTried): of the configurations that failed in no trial and meet everything again with a probability of ${trustedProbability}, ` +
  'the one believed to be best; where there is none, untrusted, the likeliest of those that failed in no trial. The regret of either ' +
  'is infinite where it truly breaks a constraint.';
const headers = [
  'problem',
  'designer',
  'first feasible',
  '<= 5 %',
  'regret after 20',
  `after ${trials}`,
  'regret deployed',
  'deployed infeasible',
  'regret recommended',
  'recommended infeasible',
  'untrusted',
  'hurt',
  'after first feasible',
  'ms per suggestion',
  'greatest',
];
const problems = options.problems.split(',');
const compared = options.designers.split(',') as DesignerName[];
if (options.front) compareFronts({ problems, designers: compared, seeds, trials });
else if (options.limits) printLimits(await Promise.all(problems.map(openNoisy)));
else if (options.rehearsed !== undefined)
  await compareRehearsed({
    specs: folder('specs'),
    problems,
    deviation: Number(options.rehearsed),
    seeds,
    trials,
  });
else await compareBest();

async function compareBest(): Promise<void> {
  console.log(
    `Medians over ${seeds} seeds, ${trials} trials, safety ${safety}, noise times ${noise}; regret in % of the best known. ${legend}`,
  );
  console.log(`| ${headers.join(' | ')} |\n|${'---|'.repeat(headers.length)}`);
  for (const name of problems) {
    const problem = await openNoisy(name);
    for (const designer of compared) {
      const runs = Array.from({ length: seeds }, (_, i) => play(problem, make(designer), i + 1, trials));
      console.log(`| ${[name, designer, ...columns(runs)].join(' | ')} |`);
    }
  }
}

async function openNoisy(name: string): Promise<BenchProblem> {
  return withNoise(await open(name), noise);
}

async function open(name: string): Promise<BenchProblem> {
  const made = /^contention-(\d+)$/.exec(name);
  if (made) return contention(Number(made[1]));
  if (!name.startsWith('robot')) return table(folder('tables'), name);
  const variant = /^(robot\d+)-v(\d+)$/.exec(name);
  if (variant) return robotVariant(folder('specs'), variant[1]!, Number(variant[2]));
  return robot(folder('specs'), name);
}

function folder(option: 'specs' | 'tables'): string {
  const given = options[option];
  if (given === undefined) throw new Error(`this problem needs --${option} FOLDER`);
  return given;
}

function columns(runs: Figures[]): string[] {
  const cells = medianCells(runs);
  const { percent, count, ms } = cells;
  return [
    count((run) => run.firstFeasible),
    count((run) => run.withinFive),
    percent((run) => run.regret20),
    percent((run) => run.regret),
    percent((run) => run.deployedRegret),
    cells.runs((run) => run.deployedInfeasible),
    percent((run) => run.recommendedRegret),
    cells.runs((run) => run.recommendedInfeasible),
    cells.runs((run) => run.isUntrusted),
    count((run) => run.hurt),
    count((run) => run.hurtAfterFirst),
    ms((run) => run.meanMs),
    Math.max(...runs.map((run) => run.worstMs)).toFixed(0),
  ];
}
