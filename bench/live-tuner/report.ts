import { renderTable } from '../../src/cli/terminal/index.ts';
import { median } from '../tuner-run.ts';
import type { Search } from './searches.ts';
import type { Harm } from './violation-meter.ts';

/** Who searched. */
export type Searcher = 'configbot' | 'trimtab';

/** One search on the running stack, and what its configuration came to afterwards. */
export type SearchRun = {
  searcher: Searcher;
  seed: number;
  /** Of the search, in seconds. */
  wallS: number;
  search: Search;
  /** While it searched. */
  harm: Harm;
  /** Of the configuration that stayed, over the long window. */
  objective: number;
  met: boolean;
  /** By name, in the spec's units. */
  measured: Record<string, number | undefined>;
  configuration: Record<string, unknown>;
};

/** A search that began where one in the same context had ended well: its own trials until everything was met; undefined for never. */
export type Return = { seed: number; trials: number | undefined };

/** How many returns met everything within two trials. */
export function summarizeReturns(returns: readonly Return[]): string {
  const soon = returns.filter(({ trials = Number.POSITIVE_INFINITY }) => trials <= 2);
  const all = returns.map(({ trials }) => trials ?? '-').join(', ');
  return `back in a known context everything was met within 2 trials in ${soon.length} of ${returns.length} (trials: ${all})`;
}

const names: Record<Searcher, string> = { configbot: 'ConfigBot’s settings', trimtab: 'Trimtab' };

/** What one run came to, in one line. */
export function describeRun({ searcher, objective, met, harm, measured, search }: SearchRun): string {
  const values = Object.entries(measured).map(([name, value]) => `${name} ${value?.toFixed(1) ?? '-'}`);
  const failure = search.failure === '' ? '' : `; ${search.failure}`;
  return `${names[searcher]}: objective ${objective.toFixed(3)}, ${met ? 'met' : 'BROKEN'} (${values.join(', ')}); broken for ${harm.brokenS.toFixed(1)} of ${harm.watchedS.toFixed(1)} s${failure}`;
}

/** Medians over the seeds, and Trimtab's against ConfigBot's. */
export function summarize(runs: readonly SearchRun[]): string {
  const rows = figures.map(({ name, of, digits }) => {
    const [theirs, ours] = (['configbot', 'trimtab'] as const).map((searcher) =>
      median(runs.filter((run) => run.searcher === searcher).map(of)),
    ) as [number, number];
    return [name, show(theirs, digits), show(ours, digits), show(ours / theirs, 2)];
  });
  return renderTable({
    columns: [
      { header: 'median', flexible: true },
      { header: names.configbot, align: 'right' },
      { header: names.trimtab, align: 'right' },
      { header: 'ratio', align: 'right' },
    ],
    rows: [...rows, metRow(runs)],
    width: 100,
  });
}

/** A search that found nothing feasible has its first feasible trial after all others. */
const figures: { name: string; of: (run: SearchRun) => number; digits: number }[] = [
  { name: 'objective of what was deployed', of: ({ objective }) => objective, digits: 3 },
  {
    name: 'the same, 0 where it breaks a requirement',
    of: ({ objective, met }) => (met ? objective : 0),
    digits: 3,
  },
  { name: 'violation-seconds while searching', of: ({ harm }) => harm.brokenS, digits: 1 },
  { name: 'seconds watched', of: ({ harm }) => harm.watchedS, digits: 1 },
  { name: 'wall time of the search, s', of: ({ wallS }) => wallS, digits: 1 },
  { name: 'trials', of: ({ search }) => search.trials, digits: 0 },
  {
    name: 'trials to the first feasible',
    of: ({ search }) => search.firstFeasibleTrial ?? Number.POSITIVE_INFINITY,
    digits: 0,
  },
  {
    name: 'seconds to the first feasible',
    of: ({ search }) => search.firstFeasibleS ?? Number.POSITIVE_INFINITY,
    digits: 1,
  },
];

function metRow(runs: readonly SearchRun[]): string[] {
  const met = (searcher: Searcher) => {
    const own = runs.filter((run) => run.searcher === searcher);
    return `${own.filter((run) => run.met).length} of ${own.length}`;
  };
  return ['deployed and met over the long window', met('configbot'), met('trimtab'), ''];
}

function show(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(digits) : '-';
}
