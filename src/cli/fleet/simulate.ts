import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fleetFigures } from '../../../sim/fleet/figures.ts';
import { runAll } from '../../../sim/fleet/run-all.ts';
import type { Scenario } from '../../../sim/fleet/scenario.ts';
import { readScenario } from '../../../sim/fleet/scenario-files.ts';
import type { FleetRun } from '../../../sim/fleet/simulate.ts';
import type { Refusal } from '../../core/refusal.ts';
import { ProgressLine, wantsColour } from '../terminal/index.ts';
import {
  attemptWrite,
  complain,
  readNumber,
  readPolicies,
  readReading,
  scenarioFolder,
  writeOutput,
} from './options.ts';
import { calibrationAsTable, runsAsCsv, runsAsJson, runsAsTable } from './tables.ts';

const text = { type: 'string' } as const;
const options = {
  policy: text,
  reading: text,
  seeds: text,
  workers: text,
  json: text,
  csv: text,
  figures: text,
};

/** `trimtab fleet SCENARIO ...`: every policy with every seed on every scenario, in parallel. */
export async function runSimulation(args: string[]): Promise<number> {
  let parsed: ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>;
  try {
    parsed = parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    return complain([{ code: 'TT_USAGE', reason: (error as Error).message }], 2);
  }
  const { values, positionals } = parsed;
  const policies = readPolicies(values.policy ?? 'all');
  const reading = readReading(values.reading ?? 'corrected');
  const workers = readNumber('workers', values.workers, 1);
  const seeds = readSeeds(values.seeds ?? '1');
  if (!policies.ok || !reading.ok || !workers.ok || !Array.isArray(seeds)) {
    const refused = [policies, reading, workers].flatMap((option) => (option.ok ? [] : option.refusals));
    return complain(Array.isArray(seeds) ? refused : [...refused, seeds], 2);
  }
  const read = positionals.map((name) => readScenario(name, scenarioFolder()));
  const refused = read.flatMap((scenario) => (scenario.ok ? [] : scenario.refusals));
  if (refused.length > 0) return complain(refused, 1);
  const scenarios = read.flatMap((scenario) => (scenario.ok ? [scenario.value] : []));
  const jobs = scenarios.flatMap((_, scenario) =>
    policies.value.flatMap((policy) =>
      seeds.map((seed) => ({ scenario, policy, reading: reading.value, seed })),
    ),
  );
  const runs = await runShown({ scenarios, jobs, workers: workers.value ?? availableParallelism() });
  return complain(writeAll({ runs, scenarios, values }), 1);
}

async function runShown(work: Parameters<typeof runAll>[0]): Promise<FleetRun[]> {
  const progress = new ProgressLine({
    output: process.stderr,
    clock: { nowMs: () => performance.now() },
    colour: wantsColour(process.stderr, process.env),
  });
  const all = work.jobs.length;
  progress.begin(`${all} runs`);
  try {
    return await runAll({
      ...work,
      onDone: (ended) => progress.update({ fraction: ended / all, note: `${ended} of ${all}` }),
    });
  } finally {
    progress.stop();
  }
}

function writeAll(options: {
  runs: FleetRun[];
  scenarios: Scenario[];
  values: { json?: string; csv?: string; figures?: string };
}): Refusal[] {
  const { runs, scenarios, values } = options;
  const refusals: Refusal[] = [];
  if (values.json !== undefined) refusals.push(...writeOutput(values.json, runsAsJson(runs)));
  if (values.csv !== undefined) refusals.push(...writeOutput(values.csv, runsAsCsv(runs)));
  if (values.figures !== undefined) refusals.push(...writeFigures(runs, scenarios, values.figures));
  if (values.json === '-' || values.csv === '-') return refusals;
  const width = process.stdout.columns ?? 120;
  console.log(runsAsTable(runs, width));
  const calibration = calibrationAsTable(runs, width);
  if (calibration !== undefined) console.log(`\nPredicted quantiles of execution times:\n${calibration}`);
  return refusals;
}

function writeFigures(runs: FleetRun[], scenarios: Scenario[], folder: string): Refusal[] {
  const unmade = attemptWrite(folder, () => mkdirSync(folder, { recursive: true }));
  if (unmade.length > 0) return unmade;
  return scenarios.flatMap(({ name, qoe }) => {
    const figures = fleetFigures(
      runs.filter(({ scenario }) => scenario === name),
      qoe.windowMs / 1000,
    );
    return figures.flatMap((figure) => writeOutput(join(folder, `${figure.name}.svg`), figure.svg));
  });
}

/** `3` or `1..5`. */
function readSeeds(given: string): number[] | Refusal {
  const match = /^(\d+)(?:\.\.(\d+))?$/.exec(given);
  const first = Number(match?.[1]);
  const last = Number(match?.[2] ?? first);
  if (match !== null && last >= first && last - first < 10_000)
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  return { code: 'TT_USAGE', reason: 'The seeds cannot be read.', found: given, accepted: '1 or 1..5' };
}
