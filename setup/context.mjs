import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SetupFailure } from './failure.mjs';
import { findPython } from './python.mjs';

/**
 * Where ROS 2 comes from: `sourced` is the user's own (its prefixes in search order), `wheels` is the copy that
 * set-up installs under the home folder.
 * @typedef {{ kind: 'sourced' | 'wheels', distro: string, prefixes: string[] }} Ros
 */

/**
 * What every set-up step knows: the checkout, the folder that holds all state, the running Node and where ROS comes from.
 * @typedef {{ root: string, home: string, node: string, ros: Ros }} Context
 */

/** @typedef {{ arch: string, platform: string }} Machine */

export const KNOWN_DISTROS = ['humble', 'jazzy', 'kilted', 'lyrical'];

const WHEELS_DISTRO = 'kilted';

/** The repository root: the folder that holds the launcher. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * The folder that holds everything set-up makes: `$TRIMTAB_HOME`, else `.trimtab` in the checkout.
 * @param {NodeJS.ProcessEnv} env
 */
export function homeFolder(env) {
  return env.TRIMTAB_HOME ? resolve(env.TRIMTAB_HOME) : join(ROOT, '.trimtab');
}

/**
 * Works out the context from the environment.
 * @param {NodeJS.ProcessEnv} env
 * @param {Machine} [machine]
 * @returns {Context}
 * @throws {SetupFailure} when the sourced ROS 2 is not one we know, or there is none and no wheels fit this machine
 */
export function readContext(env, machine = process) {
  const home = homeFolder(env);
  return { root: ROOT, home, node: realpathSync(process.execPath), ros: findRos(env, home, machine) };
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {string} home
 * @param {Machine} machine
 * @returns {Ros}
 */
function findRos(env, home, machine) {
  const prefixes = foreignPrefixes(env, home);
  const distro = env.ROS_DISTRO ?? '';
  if (distro !== '' && prefixes.length > 0) {
    if (KNOWN_DISTROS.includes(distro)) return { kind: 'sourced', distro, prefixes };
    throw new SetupFailure({
      what: `the sourced ROS 2 is "${distro}"; Trimtab knows ${KNOWN_DISTROS.join(', ')}`,
      cure: `source one of those, e.g. ". /opt/ros/jazzy/setup.sh", or start from a shell in which no ROS is sourced`,
    });
  }
  if (machine.arch !== 'x64' || machine.platform !== 'linux') throw noWheels(machine);
  return { kind: 'wheels', distro: WHEELS_DISTRO, prefixes: [join(home, 'ros')] };
}

/**
 * The entries of AMENT_PREFIX_PATH that are the user's. A shell that sourced our own env.sh carries ours too; those
 * (and the wheels they stand for) don't count as a sourced ROS 2.
 * @param {NodeJS.ProcessEnv} env
 * @param {string} home
 */
function foreignPrefixes(env, home) {
  if (env.TRIMTAB_ROS === 'wheels') return [];
  return (env.AMENT_PREFIX_PATH ?? '')
    .split(':')
    .filter((prefix) => prefix !== '' && prefix !== join(home, 'install') && existsSync(prefix));
}

/** @param {Machine} machine */
function noWheels({ arch, platform }) {
  const codename = osCodename();
  const byCodename = /** @type {Record<string, string>} */ ({
    jammy: 'humble',
    noble: 'jazzy',
    resolute: 'lyrical',
  });
  const distro = byCodename[codename];
  return new SetupFailure({
    what: `no ROS 2 is sourced, and the ROS 2 wheels exist for linux x86_64 only (this is ${platform} ${arch})`,
    cure: distro
      ? `install it with "sudo apt install ros-${distro}-ros-base ros-${distro}-rmw-fastrtps-cpp python3-colcon-common-extensions" ` +
        `(repository: https://docs.ros.org/en/${distro}/Installation.html), then ". /opt/ros/${distro}/setup.sh" and start again`
      : 'install ROS 2 Humble (Ubuntu 22.04, JetPack 6), Jazzy (24.04) or Lyrical (26.04) from https://docs.ros.org, source its setup.sh and start again',
  });
}

/** The code name of this Linux (jammy, noble, bookworm …), or an empty string. */
export function osCodename() {
  try {
    return (
      /^VERSION_CODENAME=(.*)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1]?.replaceAll('"', '') ?? ''
    );
  } catch {
    return '';
  }
}

/**
 * The Python that builds and runs the ROS side.
 * @param {Context} context
 */
export function pythonOf(context) {
  return findPython(join(context.home, context.ros.kind === 'wheels' ? 'ros' : 'tools'));
}
