import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { pythonOf } from './context.mjs';

/** @typedef {import('./context.mjs').Context} Context */

/**
 * The variables that ROS 2 and Trimtab need: `prepend` goes in front of what is there, `set` replaces it, `defaults` gives way to the user's own,
 * and also to other variables of the user's where `yields` names them.
 * @typedef {{ prepend: Record<string, string[]>, set: Record<string, string>, defaults: Record<string, string>, yields: Record<string, string[]> }} Environment
 */

/**
 * With Fast DDS' default transports nearly every best-effort image is lost. These act where the user has discovery go beyond
 * this machine: else rmw_fastrtps takes no built-in ones but its own, which carry best effort up to about half a megabyte.
 */
const FAST_DDS_2_TRANSPORTS = 'LARGE_DATA?max_msg_size=10MB&sockets_size=10MB&non_blocking=true';
/** glibc gives blocks of an image's size back to the kernel with each free and takes them page by page anew; these keep them. */
const KEPT_MEMORY = { MALLOC_MMAP_THRESHOLD_: '67108864', MALLOC_TRIM_THRESHOLD_: '134217728' };

/**
 * The environment in which Trimtab's programs run.
 * @param {Context} context
 * @returns {Environment}
 */
export function environmentOf(context) {
  const { home, root, ros } = context;
  const install = join(home, 'install');
  const wheels = ros.kind === 'wheels' ? wheelsPaths(context) : { bin: [], lib: [], prefix: [] };
  return {
    prepend: {
      PATH: [join(home, 'bin'), ...wheels.bin],
      AMENT_PREFIX_PATH: [install, ...wheels.prefix],
      CMAKE_PREFIX_PATH: [install, ...wheels.prefix],
      LD_LIBRARY_PATH: [join(install, 'lib'), ...wheels.lib],
      PYTHONPATH: pythonPaths(install, pythonOf(context).version),
    },
    set: {
      ROS_DISTRO: ros.distro,
      ROS_VERSION: '2',
      ...(ros.kind === 'wheels' ? { RMW_IMPLEMENTATION: 'rmw_fastrtps_cpp' } : {}),
      TRIMTAB_ROS: ros.kind,
      TRIMTAB_HOME: home,
      TRIMTAB_ROOT: root,
    },
    defaults: {
      ROS_LOG_DIR: join(home, 'logs', 'ros'),
      ...KEPT_MEMORY,
      ...fastDds(root, ros.distro),
      ...stayLocal(ros.distro),
    },
    // A file of profiles would stand above the transports that the user chose, and mix with the user's own profiles, which
    // rmw_fastrtps of Kilted still takes by their older name.
    yields: {
      FASTDDS_DEFAULT_PROFILES_FILE: ['FASTDDS_BUILTIN_TRANSPORTS', 'FASTRTPS_DEFAULT_PROFILES_FILE'],
    },
  };
}

/**
 * Fast DDS 2, of Humble and Jazzy, spells the profiles otherwise.
 * @param {string} root
 * @param {string} distro
 * @returns {Record<string, string>}
 */
function fastDds(root, distro) {
  const isFastDds2 = distro === 'humble' || distro === 'jazzy';
  return isFastDds2
    ? { FASTDDS_BUILTIN_TRANSPORTS: FAST_DDS_2_TRANSPORTS }
    : { FASTDDS_DEFAULT_PROFILES_FILE: join(root, 'setup', 'fastdds.xml') };
}

/** @param {Context} context */
function wheelsPaths(context) {
  const prefix = join(context.home, 'ros');
  const sitePackages = join(prefix, 'lib', `python${pythonOf(context).version}`, 'site-packages');
  return {
    bin: [join(prefix, 'bin')],
    lib: [join(prefix, 'lib'), ...bundledLibraries(sitePackages)],
    prefix: [prefix],
  };
}

/**
 * The folders in which the wheels bundle the system libraries that they were linked with (OpenSSL, spdlog, tinyxml2 …).
 * @param {string} sitePackages
 */
function bundledLibraries(sitePackages) {
  if (!existsSync(sitePackages)) return [];
  return readdirSync(sitePackages)
    .filter((name) => name.endsWith('.libs'))
    .sort()
    .map((name) => join(sitePackages, name));
}

/**
 * Where CMake may have put the Python side of the messages: Debian's own Python has places of its own.
 * @param {string} install
 * @param {string} version
 */
function pythonPaths(install, version) {
  const places = [
    `lib/python${version}/site-packages`,
    `local/lib/python${version}/dist-packages`,
    `lib/python${version}/dist-packages`,
    'lib/python3/dist-packages',
  ];
  const found = places.map((place) => join(install, place)).filter((place) => existsSync(place));
  return found.length > 0 ? found : [join(install, `lib/python${version}/site-packages`)];
}

/**
 * Discovery stays on this machine unless the user asked for more. Humble knows the older variable only.
 * @param {string} distro
 * @returns {Record<string, string>}
 */
function stayLocal(distro) {
  return distro === 'humble' ? { ROS_LOCALHOST_ONLY: '1' } : { ROS_AUTOMATIC_DISCOVERY_RANGE: 'LOCALHOST' };
}

/**
 * The variables of the user's any of which keeps a default from being set.
 * @param {Environment} environment
 * @param {string} name
 */
function givesWayTo({ yields }, name) {
  return [name, ...(yields[name] ?? [])];
}

/**
 * Applies the environment to a set of variables.
 * @param {Environment} environment
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
export function applyEnvironment(environment, env) {
  const result = { ...env };
  for (const [name, paths] of Object.entries(environment.prepend)) {
    const rest = (env[name] ?? '').split(delimiter).filter((path) => path !== '' && !paths.includes(path));
    result[name] = [...paths, ...rest].join(delimiter);
  }
  Object.assign(result, environment.set);
  for (const [name, value] of Object.entries(environment.defaults)) {
    if (!givesWayTo(environment, name).some((each) => env[each])) result[name] = value;
  }
  return result;
}

/**
 * Writes the environment as `env.sh`, for any POSIX shell to source.
 * @param {Context} context
 */
export function writeEnvironmentScript(context) {
  const environment = environmentOf(context);
  const lines = ['# Made by "./trimtab setup"; source it to run ROS 2 programs with Trimtab\'s messages.'];
  if (context.ros.kind === 'sourced') lines.push(`# Source ROS 2 ${context.ros.distro} first.`);
  for (const [name, paths] of Object.entries(environment.prepend)) {
    lines.push(`export ${name}=${quote(paths.join(delimiter))}"\${${name}:+:$${name}}"`);
  }
  for (const [name, value] of Object.entries(environment.set)) lines.push(`export ${name}=${quote(value)}`);
  for (const [name, value] of Object.entries(environment.defaults)) {
    const taken = givesWayTo(environment, name).map((each) => `\${${each}:-}`);
    lines.push(`[ -n "${taken.join('')}" ] || export ${name}=${quote(value)}`);
  }
  linkNode(context);
  const file = join(context.home, 'env.sh');
  writeFileSync(`${file}.new`, `${lines.join('\n')}\n`);
  renameSync(`${file}.new`, file);
}

/**
 * Puts the Node that runs into a folder of its own: it may not be on PATH, or not be the first there, and the folder it
 * is in may hold anything else.
 * @param {Context} context
 */
function linkNode({ home, node }) {
  const link = join(home, 'bin', 'node');
  mkdirSync(dirname(link), { recursive: true });
  rmSync(`${link}.new`, { force: true });
  symlinkSync(node, `${link}.new`);
  renameSync(`${link}.new`, link);
}

/** @param {string} text */
function quote(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
