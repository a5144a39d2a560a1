import type { FleetRun } from '../../../sim/fleet/simulate.ts';
import { type QuantileScore, sumScores } from '../../core/schedule/calibration.ts';
import { renderTable } from '../terminal/table.ts';

/** Runs side by side, seeds averaged, the best policy of each scenario first. */
export function runsAsTable(runs: readonly FleetRun[], width: number): string {
  const columns = [
    { header: 'scenario' },
    { header: 'policy' },
    ...[
      'tasks',
      'on time %',
      'utility',
      '% of bound',
      'QoE met %',
      'QoE utility',
      'fairness',
      'late',
      'stolen',
      'price',
      'quality',
      'batched',
    ].map((header) => ({ header, align: 'right' as const })),
  ];
  const groups = new Map<string, FleetRun[]>();
  for (const run of runs) {
    const key = `${run.scenario} ${run.policy}`;
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  const rows = [...groups.values()]
    .map((group) => ({ group, utility: mean(group, ({ summary }) => summary.utility) }))
    .sort((a, b) => compareScenarios(runs, a.group, b.group) || b.utility - a.utility)
    .map(({ group }) => rowOf(group));
  return renderTable({ columns, rows, width });
}

function compareScenarios(runs: readonly FleetRun[], a: FleetRun[], b: FleetRun[]): number {
  const place = (group: FleetRun[]) => runs.findIndex(({ scenario }) => scenario === group[0]?.scenario);
  return place(a) - place(b);
}

function rowOf(group: FleetRun[]): string[] {
  const [first] = group as [FleetRun];
  const of = (value: (run: FleetRun) => number, digits = 0) => mean(group, value).toFixed(digits);
  return [
    first.scenario,
    first.policy,
    of(({ summary }) => summary.ended),
    of(({ summary }) => summary.onTimePercent, 1),
    of(({ summary }) => summary.utility),
    // Where nothing can be earned there is no share of it.
    first.bound > 0 ? of(({ summary, bound }) => (100 * summary.utility) / bound, 1) : '',
    of(({ summary }) => summary.qoeMetPercent, 1),
    of(({ summary }) => summary.utility + summary.qoeBonus),
    of(({ summary }) => summary.fairness, 3),
    of(({ summary: { fates } }) => (fates['late-edge'] ?? 0) + (fates['late-cloud'] ?? 0)),
    of(({ stolen }) => stolen),
    of(({ price }) => price, 2),
    of(({ summary }) => summary.meanQuality, 3),
    of(({ batched }) => batched),
  ];
}

/** How predicted quantiles held, all seeds together; undefined if no policy of the runs predicts any. */
export function calibrationAsTable(runs: readonly FleetRun[], width: number): string | undefined {
  const groups = new Map<string, FleetRun[]>();
  for (const run of runs.filter(({ calibration }) => calibration.length > 0)) {
    const key = `${run.scenario} ${run.policy}`;
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  if (groups.size === 0) return undefined;
  const rows = [...groups.values()].flatMap((group) => {
    const [{ scenario, policy }] = group as [FleetRun];
    return sumScores(group.map(({ calibration }) => calibration)).map((score) => [
      scenario,
      policy,
      ...scoreCells(score),
    ]);
  });
  return renderTable({
    columns: [{ header: 'scenario' }, { header: 'policy' }, ...scoreColumns],
    rows,
    width,
  });
}

/** The columns of a quantile's score, and its cells. */
export const scoreColumns = [
  { header: 'times at' },
  { header: 'quantile %', align: 'right' as const },
  { header: 'held %', align: 'right' as const },
  { header: 'executions', align: 'right' as const },
];

export function scoreCells({ place, share, held, of }: QuantileScore): string[] {
  return [place, String(Math.round(100 * share)), ((100 * held) / of).toFixed(1), String(of)];
}

/** One line a run, with a head. */
export function runsAsCsv(runs: readonly FleetRun[]): string {
  const head =
    'scenario,policy,reading,seed,ended,on_time_percent,utility,bound,qoe_met_percent,qoe_bonus,fairness,stolen,displaced,cloud_calls,cold_starts,price,mean_quality,batched';
  const lines = runs.map(({ summary, ...run }) =>
    [
      run.scenario,
      run.policy,
      run.reading,
      run.seed,
      summary.ended,
      summary.onTimePercent,
      summary.utility,
      run.bound,
      summary.qoeMetPercent,
      summary.qoeBonus,
      summary.fairness,
      run.stolen,
      run.displaced,
      run.cloudCalls,
      run.coldStarts,
      run.price,
      summary.meanQuality,
      run.batched,
    ]
      .map((cell) => (typeof cell === 'string' ? `"${cell.replaceAll('"', '""')}"` : cell))
      .join(','),
  );
  return [head, ...lines, ''].join('\n');
}

/** Everything that is kept of the runs. */
export function runsAsJson(runs: readonly FleetRun[]): string {
  const list = runs.map(({ summary, seconds, ...run }) => ({
    scenario: run.scenario,
    policy: run.policy,
    reading: run.reading,
    seed: run.seed,
    created: summary.ended,
    fates: summary.fates,
    on_time_percent: summary.onTimePercent,
    utility: summary.utility,
    mean_quality: summary.meanQuality,
    bound: run.bound,
    qoe: { windows: summary.qoeWindows, met_percent: summary.qoeMetPercent, bonus: summary.qoeBonus },
    fairness: summary.fairness,
    by_model: tallies(summary.byModel),
    by_drone: tallies(summary.byDrone),
    stolen: run.stolen,
    displaced: run.displaced,
    batched: run.batched,
    calibration: run.calibration,
    cloud: { calls: run.cloudCalls, cold_starts: run.coldStarts, price: run.price },
    seconds: seconds.map(({ inCloud, ...second }) => ({ ...second, in_cloud: inCloud })),
  }));
  return `${JSON.stringify(list, undefined, 2)}\n`;
}

function tallies(by: FleetRun['summary']['byModel']) {
  return Object.fromEntries(
    Object.entries(by).map(([name, { ended, onTime, utility }]) => [
      name,
      { created: ended, on_time: onTime, utility },
    ]),
  );
}

function mean(runs: readonly FleetRun[], value: (run: FleetRun) => number): number {
  return runs.reduce((sum, run) => sum + value(run), 0) / runs.length;
}
