// The set-up of an ordinary colcon workspace, run by the CMake of the package trimtab: Node packages, native binding, message
// classes and compilation in $TRIMTAB_HOME, against the ROS 2 and the messages that colcon has put into the environment.
import { endCommands } from './command.mjs';
import { readContext } from './context.mjs';
import { SetupFailure } from './failure.mjs';
import { say, setUp } from './set-up.mjs';
import { stepsInWorkspace } from './steps/index.mjs';

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.on(signal, () => {
    endCommands('SIGTERM');
    process.exitCode = 130;
  });
}

try {
  const done = await setUp(readContext({ ...process.env, TRIMTAB_ROS: 'sourced' }), stepsInWorkspace());
  process.exitCode ??= done ? 0 : 1;
} catch (error) {
  if (!(error instanceof SetupFailure)) throw error;
  say(error.describe());
  process.exitCode ??= 1;
}
