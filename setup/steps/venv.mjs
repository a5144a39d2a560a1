import { join } from 'node:path';
import { SetupFailure } from '../failure.mjs';

/**
 * Makes a virtual environment.
 * @param {{ python: import('../python.mjs').Python, venv: string, options: string[], run: import('../runner.mjs').Tools['run'] }} options
 */
export async function makeVenv({ python, venv, options, run }) {
  try {
    await run(python.executable, ['-c', 'import ensurepip, venv'], { cwd: '/', env: process.env });
  } catch (error) {
    if (!(error instanceof SetupFailure)) throw error;
    throw new SetupFailure({
      what: `Python ${python.version} (${python.executable}) has no venv module`,
      cure: `sudo apt install python${python.version}-venv`,
    });
  }
  await run(python.executable, ['-m', 'venv', '--clear', ...options, venv], { cwd: '/', env: process.env });
}

/**
 * Installs exactly the listed packages. Byte code is left to the first import, which is faster than compiling all of it.
 * @param {{ venv: string, requirements: string[], run: import('../runner.mjs').Tools['run'] }} options
 */
export async function pipInstall({ venv, requirements, run }) {
  const lists = requirements.flatMap((file) => ['-r', file]);
  const args = [
    'install',
    '--disable-pip-version-check',
    '--no-input',
    '--no-deps',
    '--no-compile',
    ...lists,
  ];
  await run(join(venv, 'bin', 'pip'), args, { cwd: venv, env: process.env });
}
