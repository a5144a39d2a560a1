import { endCommands } from './command.mjs';
import { readContext } from './context.mjs';
import { writeEnvironmentScript } from './environment.mjs';
import { SetupFailure } from './failure.mjs';
import { say, setUp } from './set-up.mjs';
import { stepsFor } from './steps/index.mjs';

const INTERRUPTED = 130;

/** Ends the running steps with this process; what is finished stays finished. */
function endStepsOnSignal() {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      if (process.exitCode !== INTERRUPTED)
        say('\nInterrupted. Finished steps are kept; the next start goes on from here.');
      process.exitCode = INTERRUPTED;
      endCommands('SIGTERM');
      setTimeout(() => {
        endCommands('SIGKILL');
        process.exit();
      }, 2000).unref();
    });
  }
}

/** Brings the machine up to date for the command line; exit code 1 when that fails, with what is missing and its cure. */
async function launch() {
  const context = readContext(process.env);
  const done = await setUp(context, stepsFor(context));
  if (done) writeEnvironmentScript(context);
  return done;
}

endStepsOnSignal();
try {
  const done = await launch();
  process.exitCode ??= done ? 0 : 1;
} catch (error) {
  if (!(error instanceof SetupFailure)) throw error;
  say(error.describe());
  process.exitCode ??= 1;
}
