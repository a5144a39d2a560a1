import { accessSync, constants, mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fleetFigures } from '../../../sim/fleet/figures.ts';
import { runAll } from '../../../sim/fleet/run-all.ts';
import type { Scenario } from '../../../sim/fleet/scenario.ts';
import { readScenario } from '../../../sim/fleet/scenario-files.ts';
import type { FleetRun } from '../../../sim/fleet/simulate.ts';
import { accept, type Refusal, type Result, refuse } from '../../core/refusal.ts';
import { ProgressLine, wantsColour } from '../terminal/index.ts';
import {
  attemptWrite,
  checkFolders,
  checkOutputs,
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
  const workers = readNumber('workers', values.workers, { least: 1, whole: true });
  const seeds = readSeeds(values.seeds ?? '1');
  const { json, csv, figures } = values;
  const misused = [...checkPositionals(positionals), ...checkOutputs({ json, csv, figures })];
  if (!policies.ok || !reading.ok || !workers.ok || !seeds.ok || misused.length > 0) {
    const refused = [policies, reading, workers, seeds].flatMap((option) =>
      option.ok ? [] : option.refusals,
    );
    return complain([...misused, ...refused], 2);
  }
  const read = positionals.map((name) => readScenario(name, scenarioFolder()));
  const refused = read.flatMap((scenario) => (scenario.ok ? [] : scenario.refusals));
  if (refused.length > 0) return complain(refused, 1);
  const scenarios = read.flatMap((scenario) => (scenario.ok ? [scenario.value] : []));
  const doubles = checkNames(scenarios);
  if (doubles.length > 0) return complain(doubles, 2);
  const closed = [...checkFolders({ json, csv }), ...(figures === undefined ? [] : makeFolder(figures))];
  if (closed.length > 0) return complain(closed, 1);
  const jobs = scenarios.flatMap((_, scenario) =>
    policies.value.flatMap((policy) =>
      seeds.value.map((seed) => ({ scenario, policy, reading: reading.value, seed })),
    ),
  );
  const runs = await runShown({ scenarios, jobs, workers: workers.value ?? availableParallelism() });
  return complain(await writeAll({ runs, scenarios, values }), 1);
}

function checkPositionals(positionals: readonly string[]): Refusal[] {
  if (positionals.length > 0) return [];
  return [
    { code: 'TT_USAGE', reason: 'No scenario was given.', accepted: 'fleet SCENARIO ...; see fleet list' },
  ];
}

/** Runs are told apart by their scenarios' names, in tables and in files. */
function checkNames(scenarios: readonly Scenario[]): Refusal[] {
  const names = scenarios.map(({ name }) => name);
  const doubles = new Set(names.filter((name, i) => names.indexOf(name) !== i));
  return [...doubles].map((found) => ({ code: 'TT_USAGE', reason: 'Two scenarios have one name.', found }));
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

async function writeAll(options: {
  runs: FleetRun[];
  scenarios: Scenario[];
  values: { json?: string; csv?: string; figures?: string };
}): Promise<Refusal[]> {
  const { runs, scenarios, values } = options;
  const refusals: Refusal[] = [];
  if (values.json !== undefined) refusals.push(...(await writeOutput(values.json, runsAsJson(runs))));
  if (values.csv !== undefined) refusals.push(...(await writeOutput(values.csv, runsAsCsv(runs))));
  if (values.figures !== undefined) refusals.push(...(await writeFigures(runs, scenarios, values.figures)));
  if (values.json === '-' || values.csv === '-') return refusals;
  const width = process.stdout.columns ?? 120;
  console.log(runsAsTable(runs, width));
  const calibration = calibrationAsTable(runs, width);
  if (calibration !== undefined) console.log(`\nPredicted quantiles of execution times:\n${calibration}`);
  return refusals;
}

async function writeFigures(runs: FleetRun[], scenarios: Scenario[], folder: string): Promise<Refusal[]> {
  const refusals: Refusal[] = [];
  for (const { name, qoe } of scenarios) {
    const figures = fleetFigures(
      runs.filter(({ scenario }) => scenario === name),
      qoe.windowMs / 1000,
    );
    for (const figure of figures)
      refusals.push(...(await writeOutput(join(folder, `${figure.name}.svg`), figure.svg)));
  }
  return refusals;
}

function makeFolder(folder: string): Refusal[] {
  return attemptWrite(folder, () => {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  });
}

/** Seeds have 32 bits. */
const mostSeed = 2 ** 32 - 1;

/** `3` or `1..5`. */
function readSeeds(given: string): Result<number[]> {
  const match = /^(\d+)(?:\.\.(\d+))?$/.exec(given);
  const first = Number(match?.[1]);
  const last = Number(match?.[2] ?? first);
  if (match !== null && last >= first && last - first < 10_000 && last <= mostSeed)
    return accept(Array.from({ length: last - first + 1 }, (_, i) => first + i));
  const accepted = `1 or 1..5, at most 10000, none above ${mostSeed}`;
  return refuse({ code: 'TT_USAGE', reason: 'The seeds cannot be read.', found: given, accepted });
}
