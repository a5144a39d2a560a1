/**
 * Trimtab's tuner against ConfigBot's settings on a live stack of ROS processes that overload their CPU budget
 * (docs/workload.md): both search in turn, for the same time, on the same running stack, from the same overloaded default.
 *
 *   ./trimtab bench live-tuner [seeds = 3] [--first 1] [--search-s 120] [--measure-s 60] [--trials 14] [--cores N] [--image 256x144]
 *
 * Each seed starts the stack anew; even seeds let Trimtab begin. Without --cores the budget is sized by what the stack takes on this machine.
 * Needs pip once, for bayes_opt. A seed takes about 2 x (search + measure) and 65 s more. Prints every trial, a table of
 * medians, how soon a search in the known context met everything, and last one line of JSON. Exit code 1 when a run failed.
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { RunningStack } from '../sim/workload/stack/running-stack.ts';
import type { Configuration } from '../src/core/knobs/knob.ts';
import { formatRefusal, type Result } from '../src/core/refusal.ts';
import type { SpecEvaluation } from '../src/core/spec/evaluate.ts';
import { resolveNames } from '../src/core/spec/resolve-names.ts';
import { readSpecFile } from '../src/io/spec-file.ts';
import { ClientSession } from '../src/ros/index.ts';
import { bayesOptPython } from './live-tuner/bayes-opt.ts';
import { boardCores } from './live-tuner/board.ts';
import {
  describeRun,
  type Return,
  type Searcher,
  type SearchRun,
  summarize,
  summarizeReturns,
} from './live-tuner/report.ts';
import { Robot } from './live-tuner/robot.ts';
import { type SearchOptions, searchAsConfigBot, searchAsTrimtab } from './live-tuner/searches.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    first: { type: 'string', default: '1' },
    'search-s': { type: 'string', default: '120' },
    'measure-s': { type: 'string', default: '60' },
    trials: { type: 'string', default: '14' },
    cores: { type: 'string' },
    image: { type: 'string', default: '256x144' },
  },
});
const seeds = positive('seeds', positionals[0] ?? '3');
const first = positive('--first', options.first);
const searchS = positive('--search-s', options['search-s']);
const trials = positive('--trials', options.trials);
/** The profiler's longest window. */
const longestWindowS = 60;
const measureS = Math.min(longestWindowS, positive('--measure-s', options['measure-s']));
const image = parseImage(options.image);
/** The one in force, the stored one and its successor, up to three verifications. */
const returnTrials = 6;
/** A return has luck of its own. */
const returnSeeds = 1000;
/** After a change of configuration, before it is judged or the next search begins. */
const settleS = 5;

const root = process.env.TRIMTAB_ROOT ?? process.cwd();
const modelsDir = join(root, 'models');
const specFile = join(root, 'config/specs/workload.yaml');
// Other stacks on this machine must not be heard.
process.env.ROS_DOMAIN_ID ??= String(20 + (process.pid % 80));

const spec = resolveNames(accepted(readSpecFile(specFile)), '/');
const python = bayesOptPython(root, process.env.TRIMTAB_HOME ?? join(root, '.trimtab'));
const session = await ClientSession.open('live_tuner');
const runs: SearchRun[] = [];
const returns: Return[] = [];
const failures: string[] = [];
const log = (line: string) => console.log(`  ${line}`);
let stack: RunningStack | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void closeStack().finally(() => process.exit(130)));

const cores = options.cores ? positive('--cores', options.cores) : await sizedCores().catch(giveUp);
for (let seed = first; seed < first + seeds; seed++) {
  try {
    await runSeed(seed);
  } catch (error) {
    failures.push(`seed ${seed}: ${error instanceof Error ? error.message : error}`);
    console.log(failures.at(-1));
  } finally {
    failures.push(...(await closeStack()));
  }
}
session.close();
console.log(`\n${summarize(runs)}\n${summarizeReturns(returns)}\n`);
console.log(
  JSON.stringify({ first, seeds, searchS, measureS, cores, image, trials, failures, runs, returns }),
);
process.exit(failures.length > 0 ? 1 : 0);

function giveUp(error: unknown): never {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

/** The budget that suits this machine. */
async function sizedCores(): Promise<number> {
  const whole = availableParallelism();
  stack = accepted(await RunningStack.start({ seed: first, modelsDir, specFile, image, cores: whole }));
  try {
    return await boardCores(stack, await Robot.join(session, spec, stack.cores));
  } finally {
    await closeStack();
  }
}

/** Both searches on one running stack, then a return to what Trimtab's has put in its library. */
async function runSeed(seed: number): Promise<void> {
  stack = accepted(await RunningStack.start({ seed, modelsDir, specFile, image, cores }));
  console.log(`\nseed ${seed}: ${stack.budget}`);
  const robot = await Robot.join(session, spec, stack.cores);
  const overloaded = await robot.configuration();
  const order: Searcher[] = seed % 2 === 0 ? ['trimtab', 'configbot'] : ['configbot', 'trimtab'];
  for (const searcher of order) {
    await robot.apply(overloaded);
    await sleep(2000 * settleS);
    const before = await robot.measure(settleS);
    console.log(
      `default: ${before.met ? 'MET, so there is nothing to search' : 'broken'} (${values(before)})`,
    );
    runs.push(await runSearch(robot, searcher, seed));
    console.log(describeRun(runs.at(-1) as SearchRun));
  }
  await runReturn(robot, seed, overloaded);
  if (stack.failures.length > 0) throw new Error(stack.failures.map(formatRefusal).join('\n'));
}

/** The robot is overloaded as at first, in the context in which Trimtab has found something: how soon does it meet its requirements? */
async function runReturn(robot: Robot, seed: number, overloaded: Configuration): Promise<void> {
  const found = runs.find((run) => run.seed === seed && run.searcher === 'trimtab');
  if (found === undefined || found.search.failure !== '') return;
  await robot.apply(overloaded);
  await sleep(1000 * settleS);
  console.log('back in the known context:');
  const goal: SearchOptions = { seed: seed + returnSeeds, seconds: searchS, trials: returnTrials, log };
  const { firstFeasibleTrial } = await searchAsTrimtab(robot, goal);
  // The first trial is of the configuration in force.
  const own = firstFeasibleTrial === undefined ? undefined : firstFeasibleTrial - 1;
  returns.push({ seed, trials: own });
  console.log(
    own === undefined ? 'not one trial met everything' : `all met in trial ${own} after the one in force`,
  );
}

async function runSearch(robot: Robot, searcher: Searcher, seed: number): Promise<SearchRun> {
  const goal: SearchOptions = { seed, seconds: searchS, trials, log };
  robot.resetHarm();
  const startMs = performance.now();
  const search =
    searcher === 'configbot'
      ? await searchAsConfigBot(robot, { ...goal, python, root })
      : await searchAsTrimtab(robot, goal);
  const wallS = (performance.now() - startMs) / 1000;
  // What was deployed early is in force for the rest of the time, and counts.
  await sleep(1000 * Math.max(0, searchS - wallS));
  const { harm } = robot;
  await sleep(1000 * (settleS + measureS));
  const deployed = await robot.measure(measureS);
  return {
    searcher,
    seed,
    wallS,
    search,
    harm,
    objective: deployed.objective,
    met: deployed.met,
    measured: measuredOf(deployed),
    configuration: await robot.configuration(),
  };
}

function measuredOf({ requirements, objectives }: SpecEvaluation): Record<string, number | undefined> {
  return Object.fromEntries([
    ...requirements.map(({ requirement, measured }) => [requirement.name, measured]),
    ...objectives.map(({ objective, measured }) => [objective.name, measured]),
  ]);
}

function values(evaluation: SpecEvaluation): string {
  return Object.entries(measuredOf(evaluation))
    .map(([name, value]) => `${name} ${value?.toFixed(1) ?? '-'}`)
    .join(', ');
}

async function closeStack(): Promise<string[]> {
  const closing = stack;
  stack = undefined;
  return ((await closing?.close()) ?? []).map((left) => `could not be taken away: ${left}`);
}

function accepted<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(result.refusals.map(formatRefusal).join('\n'));
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  console.error(
    formatRefusal({ code: 'TT_USAGE', reason: `${name}: not usable`, found: text, accepted: 'a number > 0' }),
  );
  process.exit(2);
}

function parseImage(text: string): { width: number; height: number } {
  const [, width, height] = /^(\d+)x(\d+)$/.exec(text) ?? [];
  return { width: positive('--image', width ?? text), height: positive('--image', height ?? text) };
}
