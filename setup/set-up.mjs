import { writeEnvironmentScript } from './environment.mjs';
import { takeLock } from './lock.mjs';
import { planSteps, runSteps } from './runner.mjs';

/** @param {string} line */
export const say = (line) => process.stderr.write(`${line}\n`);

/**
 * Brings the home folder up to date: does what was never done, what failed, and what changed since. Silent when there is nothing to do.
 * @param {import('./context.mjs').Context} context
 * @param {import('./runner.mjs').Step[]} steps in an order in which each comes after what it needs
 * @returns {Promise<boolean>} whether all is done; failures are printed with their cure
 */
export async function setUp(context, steps) {
  if (planSteps(steps, context).stale.length === 0) return true;
  const release = await takeLock(context.home, (holder) =>
    say(`Another set-up is under way (process ${holder}); waiting for it.`),
  );
  try {
    const { stale, keys } = planSteps(steps, context);
    if (stale.length === 0) return true;
    const started = performance.now();
    say(`Setting up in ${context.home}: ${stale.length} of ${steps.length} steps`);
    const failures = await runSteps({
      stale,
      keys,
      context,
      report: say,
      after: () => writeEnvironmentScript(context),
    });
    // What an interrupted step printed is no explanation of anything.
    if (process.exitCode === undefined) {
      for (const text of new Set(failures.map((failure) => failure.describe()))) say(`\n${text}`);
    }
    if (failures.length === 0) say(`Set up in ${((performance.now() - started) / 1000).toFixed(0)} s.\n`);
    return failures.length === 0;
  } finally {
    release();
  }
}
