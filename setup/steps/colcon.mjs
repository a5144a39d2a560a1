import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pythonOf } from '../context.mjs';
import { applyEnvironment, environmentOf } from '../environment.mjs';

/** @typedef {import('../context.mjs').Context} Context */

/**
 * Builds one of our ROS packages into `install/` of the home folder.
 * @param {import('../runner.mjs').Tools} tools
 * @param {{ folder: string, cmakeArgs: string[] }} options `folder` holds the package
 */
export async function colconBuild({ context, run }, { folder, cmakeArgs }) {
  const { home, ros } = context;
  const environment = applyEnvironment(environmentOf(context), process.env);
  const env = {
    ...environment,
    PATH: [environment.PATH, join(home, 'tools', 'bin')].join(delimiter),
    COLCON_HOME: join(home, 'colcon'),
    COLCON_LOG_LEVEL: 'error',
  };
  const args = [
    ...['--log-base', join(home, 'logs', 'colcon')],
    'build',
    '--merge-install',
    ...[
      '--base-paths',
      folder,
      '--build-base',
      join(home, 'build', `${ros.kind}-${ros.distro}`),
      '--install-base',
      join(home, 'install'),
    ],
    ...['--event-handlers', 'console_direct+'],
    ...[
      '--cmake-args',
      '-DBUILD_TESTING=OFF',
      `-DPython3_EXECUTABLE=${pythonForCMake(context)}`,
      ...cmakeArgs,
    ],
  ];
  await run(colconProgram(context), args, { cwd: home, env });
}

/**
 * The Python that the message generators run in: the wheels' own, or the one that the sourced ROS 2 was built for.
 * @param {Context} context
 */
function pythonForCMake(context) {
  return context.ros.kind === 'wheels'
    ? join(context.home, 'ros', 'bin', 'python')
    : pythonOf(context).executable;
}

/**
 * The colcon to use: the wheels', the user's, else the one that set-up installs beside a sourced ROS 2.
 * @param {Context} context
 */
function colconProgram(context) {
  if (context.ros.kind === 'wheels') return join(context.home, 'ros', 'bin', 'colcon');
  return onPath('colcon') ?? join(context.home, 'tools', 'bin', 'colcon');
}

/**
 * Where a program stands on PATH.
 * @param {string} name
 * @returns {string | undefined}
 */
export function onPath(name) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
}
