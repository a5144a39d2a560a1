import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { accept, formatRefusal, type Refusal, type Result, refuse } from '../core/refusal.ts';
import { findUnwritable, type ReportPaths, type WrittenFile, writeReport } from '../io/report/index.ts';
import { Demo } from './demo/demo.ts';
import { shortestDemoS } from './demo/plan.ts';
import { ProgressLine, renderDemoSummary, wantsColour, widthOf } from './terminal/index.ts';

/** How it is called. */
export const usage = `trimtab demo [--seconds N] [--seed N] [--json FILE] [--report FILE] [--figure FILE] [--spec FILE]

Overloads a robot, tunes it, and shows what came of it.

  --seconds N    length of the whole demo, at least ${shortestDemoS} (90)
  --seed N       of the world, the link and the search (1)
  --report FILE  the page with the figures (report.html)
  --json FILE    the same as JSON
  --figure FILE  one SVG picture of the result
  --spec FILE    performance spec (config/specs/tello-follow.yaml)
  --models DIR   networks (models)
  --cores N      the robot's CPU budget (so small that the detector alone would take 31 % of it)
`;

type Options = {
  seconds: number;
  seed: number;
  /** Undefined: as small as the demo's story wants it on this machine. */
  cores: number | undefined;
  specFile: string;
  modelsDir: string;
  paths: ReportPaths;
  command: string;
};

/** The main job: see docs/demo.md. Exit code 0 only if the tuned configuration meets the spec. */
export async function run(args: string[]): Promise<number> {
  const options = readOptions(args);
  if (!options.ok) return complain(options.refusals, 2);
  const unwritable = await findUnwritable(options.value.paths);
  if (unwritable.length > 0) return complain(unwritable, 1);
  return perform(options.value);
}

async function perform(options: Options): Promise<number> {
  const colour = wantsColour(process.stdout, process.env);
  const progress = new ProgressLine({
    output: process.stdout,
    clock: { nowMs: () => performance.now() },
    colour,
  });
  const abort = new AbortController();
  const onSignal = () => abort.abort();
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const demo = new Demo({ ...options, progress, signal: abort.signal });
  try {
    const report = await demo.run();
    if (!report.ok) {
      progress.fail();
      return abort.signal.aborted ? interrupted() : complain(report.refusals, 1);
    }
    const files = await writeReport(report.value, options.paths);
    if (!files.ok) return complain(files.refusals, 1);
    process.stdout.write(`\n${summaryOf(report.value, files.value, colour)}`);
    return report.value.tuned.met ? 0 : 1;
  } finally {
    progress.stop();
    const left = await demo.close();
    if (left.length > 0) process.stderr.write(`could not be taken away: ${left.join(', ')}\n`);
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}

function summaryOf(
  report: Parameters<typeof renderDemoSummary>[0],
  files: WrittenFile[],
  colour: boolean,
): string {
  return renderDemoSummary(report, { colour, width: widthOf(process.stdout), files });
}

function interrupted(): number {
  process.stderr.write('interrupted; everything that was started has been ended\n');
  return 130;
}

function complain(refusals: Refusal[], exitCode: number): number {
  for (const refusal of refusals) process.stderr.write(`${formatRefusal(refusal)}\n`);
  return exitCode;
}

function readOptions(args: string[]): Result<Options> {
  const root = process.env.TRIMTAB_ROOT ?? process.cwd();
  let values: Partial<Record<string, string>>;
  try {
    values = parseArgs({
      args,
      options: {
        seconds: { type: 'string' },
        seed: { type: 'string' },
        json: { type: 'string' },
        report: { type: 'string' },
        figure: { type: 'string' },
        spec: { type: 'string' },
        models: { type: 'string' },
        cores: { type: 'string' },
      },
    }).values;
  } catch (error) {
    return refuse({
      code: 'TT_USAGE',
      reason: error instanceof Error ? error.message : String(error),
      accepted: 'see trimtab demo --help',
    });
  }
  const seconds = readNumber('--seconds', values.seconds ?? '90', { from: shortestDemoS, to: 3600 });
  const seed = readNumber('--seed', values.seed ?? '1', { from: 0, to: 2147483647, whole: true });
  const cores =
    values.cores === undefined
      ? accept(undefined)
      : readNumber('--cores', values.cores, { from: 0.1, to: 64 });
  const modelsDir = resolve(values.models ?? join(root, 'models'));
  const missing = existsSync(modelsDir) ? [] : [missingModels(modelsDir)];
  const refusals = [seconds, seed, cores]
    .flatMap((number) => (number.ok ? [] : number.refusals))
    .concat(missing);
  if (!seconds.ok || !seed.ok || !cores.ok || refusals.length > 0) return refuse(...refusals);
  const paths: ReportPaths = { html: resolve(values.report ?? 'report.html') };
  if (values.json !== undefined) paths.json = resolve(values.json);
  if (values.figure !== undefined) paths.figure = resolve(values.figure);
  return accept({
    seconds: seconds.value,
    seed: seed.value,
    cores: cores.value,
    specFile: resolve(values.spec ?? join(root, 'config/specs/tello-follow.yaml')),
    modelsDir,
    paths,
    command: `./trimtab demo --seconds ${seconds.value} --seed ${seed.value}`,
  });
}

function readNumber(
  name: string,
  text: string,
  { from, to, whole = false }: { from: number; to: number; whole?: boolean },
): Result<number> {
  const value = Number(text);
  if (text.trim() !== '' && value >= from && value <= to && (!whole || Number.isInteger(value)))
    return accept(value);
  return refuse({
    code: 'TT_USAGE',
    reason: `${name} is out of range`,
    found: text,
    accepted: `${whole ? 'a whole number' : 'a number'} from ${from} to ${to}`,
  });
}

function missingModels(dir: string): Refusal {
  return {
    code: 'TT_MODEL_MISSING',
    reason: 'the folder of the networks is not there',
    found: dir,
    accepted: 'the folder models of the repository',
  };
}
