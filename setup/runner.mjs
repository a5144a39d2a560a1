import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runLogged } from './command.mjs';
import { contentKey } from './content-key.mjs';
import { explainFailure, SetupFailure } from './failure.mjs';

/** @typedef {import('./context.mjs').Context} Context */

/**
 * What a step gets to work with. `run` runs a command, its output in the step's log, and throws a SetupFailure when it fails.
 * @typedef {{ context: Context, log: string, run: (command: string, args: string[], options: { cwd: string, env: NodeJS.ProcessEnv }) => Promise<string> }} Tools
 */

/**
 * One step of the set-up. It is done again when the home folder moved, when its `texts`, the content of its `sources`, or a step it `needs` changed, or when a file it `makes` is gone.
 * @typedef {object} Step
 * @property {string} name
 * @property {string} title what a person reads
 * @property {string[]} needs names of steps
 * @property {(context: Context) => string[]} [texts] versions and settings it depends on
 * @property {(context: Context) => string[]} sources files and folders it depends on
 * @property {(context: Context) => string[]} makes files that show it was done
 * @property {(tools: Tools) => Promise<void>} work
 */

/**
 * The steps that have to be done, in an order in which each comes after what it needs.
 * @param {Step[]} steps in such an order
 * @param {Context} context
 * @returns {{ stale: Step[], keys: Map<string, string> }} `keys` holds the key of every step
 */
export function planSteps(steps, context) {
  /** @type {Map<string, string>} */
  const keys = new Map();
  /** @type {Step[]} */
  const stale = [];
  for (const step of steps) {
    const texts = [
      context.home,
      step.name,
      ...(step.texts?.(context) ?? []),
      ...step.needs.map((name) => keys.get(name) ?? ''),
    ];
    const key = contentKey({ texts, paths: step.sources(context), root: context.root });
    keys.set(step.name, key);
    const done = readStamp(context, step) === key && step.makes(context).every((path) => existsSync(path));
    if (!done) stale.push(step);
  }
  return { stale, keys };
}

/**
 * Does the stale steps, each as soon as what it needs is done, and remembers each when it is done. When one fails, those that
 * don't need it still run.
 * @param {{ stale: Step[], keys: Map<string, string>, context: Context, report: (line: string) => void, after: (step: Step) => void }} options
 * @returns {Promise<SetupFailure[]>} what failed
 */
export async function runSteps({ stale, keys, context, report, after }) {
  mkdirSync(join(context.home, 'logs'), { recursive: true });
  mkdirSync(join(context.home, 'stamps'), { recursive: true });
  writeFileSync(join(context.home, 'COLCON_IGNORE'), '');
  /** @type {Map<string, Promise<boolean>>} */
  const outcomes = new Map();
  /** @type {SetupFailure[]} */
  const failures = [];
  for (const step of stale) {
    const needed = step.needs.flatMap((name) => outcomes.get(name) ?? []);
    const doIt = async () => {
      const ready = (await Promise.all(needed)).every(Boolean);
      if (!ready) return false;
      const failure = await runStep(step, context, report);
      if (failure) {
        failures.push(failure);
        return false;
      }
      writeStamp(context, step, keys.get(step.name) ?? '');
      after(step);
      return true;
    };
    outcomes.set(step.name, doIt());
  }
  await Promise.all(outcomes.values());
  return failures;
}

/**
 * @param {Step} step
 * @param {Context} context
 * @param {(line: string) => void} report
 * @returns {Promise<SetupFailure | undefined>}
 */
async function runStep(step, context, report) {
  const log = join(context.home, 'logs', `${step.name}.log`);
  const started = performance.now();
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
  rmSync(stampFile(context, step), { force: true });
  writeFileSync(log, '');
  report(`  …  ${step.title}`);
  /** @type {Tools['run']} */
  const run = async (command, args, { cwd, env }) => {
    const { code, output } = await runLogged(command, args, { cwd, env, log });
    if (code !== 0) throw explainFailure({ title: step.title, output, log });
    return output;
  };
  try {
    await step.work({ context, log, run });
  } catch (error) {
    if (!(error instanceof SetupFailure)) throw error;
    report(`  ✗  ${step.title}: failed after ${seconds()}`);
    return error;
  }
  report(`  ✓  ${step.title}: ${seconds()}`);
  return undefined;
}

/**
 * @param {Context} context
 * @param {Step} step
 */
function stampFile(context, step) {
  return join(context.home, 'stamps', step.name);
}

/**
 * @param {Context} context
 * @param {Step} step
 */
function readStamp(context, step) {
  const file = stampFile(context, step);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/**
 * @param {Context} context
 * @param {Step} step
 * @param {string} key
 */
function writeStamp(context, step, key) {
  const file = stampFile(context, step);
  writeFileSync(`${file}.new`, key);
  renameSync(`${file}.new`, file);
}
