import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupFailure } from './failure.mjs';

/**
 * A CPython: its executable and its version ("3.11").
 * @typedef {{ executable: string, version: string }} Python
 */

const OLDEST_MINOR = 10;
const NEWEST_MINOR = 13;

const CURE = `install CPython 3.${OLDEST_MINOR} to 3.${NEWEST_MINOR} with its venv module: "sudo apt install python3 python3-venv python3-dev"`;

/**
 * The Python to use: the one an existing virtual environment was made with, else `python3` on PATH.
 * @param {string} venv folder of the virtual environment, which need not exist yet
 * @returns {Python}
 * @throws {SetupFailure} when there is none, or none that the wheels fit
 */
export function findPython(venv) {
  return pythonOfVenv(venv) ?? pythonOnPath();
}

/**
 * @param {string} venv
 * @returns {Python | undefined}
 */
function pythonOfVenv(venv) {
  const config = join(venv, 'pyvenv.cfg');
  if (!existsSync(config)) return undefined;
  const text = readFileSync(config, 'utf8');
  const home = /^home = (.*)$/m.exec(text)?.[1];
  const version = /^version = (\d+\.\d+)/m.exec(text)?.[1];
  if (home === undefined || version === undefined) return undefined;
  const executable = join(home, `python${version}`);
  return existsSync(executable) ? { executable, version } : undefined;
}

/** @returns {Python} */
function pythonOnPath() {
  const script =
    'import sys, platform; print(sys.executable, "%d.%d" % sys.version_info[:2], platform.python_implementation(), sep="\\n")';
  const asked = spawnSync('python3', ['-c', script], { encoding: 'utf8' });
  if (asked.status !== 0) throw new SetupFailure({ what: 'there is no python3 on PATH', cure: CURE });
  const [executable, version, implementation] = /** @type {[string, string, string]} */ (
    asked.stdout.trim().split('\n')
  );
  const minor = Number(version.split('.')[1]);
  if (
    implementation !== 'CPython' ||
    !version.startsWith('3.') ||
    minor < OLDEST_MINOR ||
    minor > NEWEST_MINOR
  ) {
    throw new SetupFailure({
      what: `python3 is ${implementation} ${version} (${executable})`,
      cure: `${CURE}, and put it first on PATH`,
    });
  }
  return { executable, version };
}
