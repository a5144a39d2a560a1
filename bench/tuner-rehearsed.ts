/**
 * Searches on a robot that follow a rehearsal, side by side with searches that know nothing. The rehearsal is a search of as
 * many trials, harm free, on a model of the robot that is off; what it measured and its best configuration are all that
 * the search on the robot gets.
 */
import type { Designer } from '../src/core/tune/designer.ts';
import { type DesignerOptions, designers } from '../src/core/tune/designers.ts';
import { warmDesigner } from '../src/core/tune/library/warm-start.ts';
import { rankTried } from '../src/core/tune/recommend.ts';
import { type BenchProblem, robot, robotLikeness } from './tuner-problems.ts';
import { type Figures, measure, medianCells, play } from './tuner-run.ts';

const headers = [
  'problem',
  'search',
  'first feasible',
  'regret after 5',
  'after 20',
  'at the end',
  'deployed infeasible',
  'hurt',
  'after first feasible',
  'ms per suggestion',
];

/** A rehearsal has luck of its own. */
const rehearsalSeeds = 500;

/** Prints two lines per robot: medians over the seeds; each seed has a model that is off in its own way. */
export async function compareRehearsed(options: {
  specs: string;
  problems: readonly string[];
  deviation: number;
  seeds: number;
  trials: number;
}): Promise<void> {
  const { specs, deviation, seeds, trials } = options;
  console.log(
    `Medians over ${seeds} seeds, ${trials} trials on the robot, as many rehearsed on a model with costs off by ` +
      `${deviation} (log-normal); regret in % of the best known.`,
  );
  console.log(`| ${headers.join(' | ')} |\n|${'---|'.repeat(headers.length)}`);
  for (const name of options.problems) {
    const problem = await robot(specs, name);
    const runs: Record<'cold' | 'rehearsed', Figures[]> = { cold: [], rehearsed: [] };
    for (let seed = 1; seed <= seeds; seed++) {
      const likeness = await robotLikeness(specs, name, { seed, deviation });
      runs.cold.push(play(problem, designers['constrained-gp'], seed, trials));
      runs.rehearsed.push(play(problem, rehearsedOn(likeness, seed, trials), seed, trials));
    }
    for (const [search, figures] of Object.entries(runs))
      console.log(`| ${[name, search, ...columns(figures)].join(' | ')} |`);
  }
}

function rehearsedOn(likeness: BenchProblem, seed: number, trials: number) {
  const free = (given: DesignerOptions) => designers['constrained-gp']({ ...given, harm: 'free' });
  const prior = measure(likeness, free, rehearsalSeeds + seed, trials);
  return (given: DesignerOptions): Designer => {
    const best = rankTried(given.problem, prior)[0];
    const reason = 'best of the rehearsal';
    return warmDesigner({
      warmStart: {
        from: 'the rehearsal',
        ...(best && { first: { configuration: best.configuration, reason } }),
        prior,
      },
      queue: [],
      designer: designers['constrained-gp']({ ...given, earlier: prior }),
    });
  };
}

function columns(runs: Figures[]): string[] {
  const cells = medianCells(runs);
  const { percent, count, ms } = cells;
  return [
    count((run) => run.firstFeasible),
    percent((run) => run.regret5),
    percent((run) => run.regret20),
    percent((run) => run.regret),
    cells.runs((run) => run.deployedInfeasible),
    count((run) => run.hurt),
    count((run) => run.hurtAfterFirst),
    ms((run) => run.meanMs),
  ];
}
