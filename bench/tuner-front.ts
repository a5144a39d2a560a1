/**
 * Searches for a front, side by side with searches that know nothing of one: the hypervolume of what is truly feasible among
 * the trials, as a share of that of the best front known, and of the front that is reported, by what its configurations truly are.
 */
import { performance } from 'node:perf_hooks';
import { seededRandom } from '../src/core/random.ts';
import type { Problem } from '../src/core/tune/designer.ts';
import { type DesignerName, defaultDesigner, designers } from '../src/core/tune/designers.ts';
import { frontOf } from '../src/core/tune/front.ts';
import { hypervolume } from '../src/core/tune/pareto.ts';
import type { TrialRecord } from '../src/core/tune/study-state.ts';
import { isFeasible } from '../src/core/tune/surrogate.ts';
import { type ContentionProblem, contentionTradeOff } from '../src/core/tune/testing/contention.ts';
import { bestFront } from './front-reference.ts';
import { median } from './tuner-run.ts';

/** What one search came to. */
type FrontFigures = {
  /** Share of the best known hypervolume, after 20 trials and at the end. */
  after20: number;
  atEnd: number;
  /** The same of the reported front; what truly breaks a requirement counts nothing. */
  reported: number;
  reportedInfeasible: number;
  reportedSize: number;
  hurtAfterFirst: number;
  meanMs: number;
};

const headers = [
  'problem',
  'designer',
  'hypervolume after 20',
  'at the end',
  'of the reported front',
  'its points',
  'of which infeasible',
  'hurt after first feasible',
  'ms per suggestion',
];

/**
 * Prints one line per problem and designer, and one of a search for the best weighted sum of the same objectives: medians
 * [quartiles] over the seeds.
 */
export function compareFronts(options: {
  problems: readonly string[];
  designers: readonly DesignerName[];
  seeds: number;
  trials: number;
}): void {
  const { seeds, trials } = options;
  console.log(
    `Medians [quartiles] over ${seeds} seeds, ${trials} trials; hypervolumes in % of the best known.`,
  );
  console.log(`| ${headers.join(' | ')} |\n|${'---|'.repeat(headers.length)}`);
  for (const name of options.problems) {
    const made = /^contention-(\d+)$/.exec(name);
    if (!made) throw new Error(`${name} has no front; there are contention-1 and so on`);
    const problem = contentionTradeOff(Number(made[1]));
    const best = bestFront(problem);
    const compare = (designer: DesignerName, label: string, sought: Problem) => {
      const runs = Array.from({ length: seeds }, (_, i) =>
        search({ ...problem, sought }, { designer, seed: i + 1, trials, best }),
      );
      console.log(`| ${[name, label, ...columns(runs)].join(' | ')} |`);
    };
    for (const designer of options.designers) compare(designer, designer, problem.problem);
    const { objectives: _, ...weighted } = problem.problem;
    compare(defaultDesigner, `${defaultDesigner}, weighted sum`, weighted);
  }
}

function search(
  { problem, sought, truth, measure }: ContentionProblem & { sought: Problem },
  {
    designer: name,
    seed,
    trials,
    best,
  }: { designer: DesignerName; seed: number; trials: number; best: number },
): FrontFigures {
  const designer = designers[name]({ problem: sought, random: seededRandom(seed) });
  const noise = seededRandom(1000 + seed);
  let ms = 0;
  const records = Array.from({ length: trials }, (_, i): TrialRecord => {
    const startMs = performance.now();
    const { configuration, reason } = designer.suggest();
    ms += performance.now() - startMs;
    const observation = measure(configuration, noise);
    designer.update(observation);
    const feasible = isFeasible(problem.constraints, observation);
    return { trial: i + 1, kind: 'search', configuration, reason, observation, feasible };
  });
  const truths = records.map(({ configuration }) => truth(configuration));
  const share = (observations: typeof truths) => {
    const good = observations.filter((one) => isFeasible(problem.constraints, one));
    return hypervolume(good.map(({ objectives = {} }) => Object.values(objectives))) / best;
  };
  const reported = frontOf({ problem, trials: records }).map(({ configuration }) => truth(configuration));
  const feasible = truths.map((one) => isFeasible(problem.constraints, one));
  const first = feasible.indexOf(true);
  return {
    after20: share(truths.slice(0, 20)),
    atEnd: share(truths),
    reported: share(reported),
    reportedInfeasible: reported.filter((one) => !isFeasible(problem.constraints, one)).length,
    reportedSize: reported.length,
    hurtAfterFirst: first < 0 ? 0 : feasible.slice(first).filter((ok) => !ok).length,
    meanMs: ms / trials,
  };
}

function columns(runs: FrontFigures[]): string[] {
  const of = (pick: (run: FrontFigures) => number) => runs.map(pick);
  const percent = (values: number[]) => spread(values.map((value) => 100 * value));
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  return [
    percent(of((run) => run.after20)),
    percent(of((run) => run.atEnd)),
    percent(of((run) => run.reported)),
    median(of((run) => run.reportedSize)).toFixed(0),
    `${sum(of((run) => run.reportedInfeasible))}/${sum(of((run) => run.reportedSize))}`,
    spread(of((run) => run.hurtAfterFirst)),
    median(of((run) => run.meanMs)).toFixed(0),
  ];
}

function spread(values: number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  return `${at(0.5).toFixed(0)} [${at(0.25).toFixed(0)}, ${at(0.75).toFixed(0)}]`;
}
