import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { osCodename, pythonOf } from '../context.mjs';
import { applyEnvironment, environmentOf } from '../environment.mjs';
import { SetupFailure } from '../failure.mjs';

/**
 * rclnodejs' native binding: the one that comes with it where it was made for this system and loads, else built here.
 * It must be there before anything imports rclnodejs, whose loader would start a build of its own inside the import.
 * @param {string} [needsRos] name of the step after which ROS 2 is usable
 * @returns {import('../runner.mjs').Step}
 */
export function binding(needsRos) {
  return {
    name: 'binding',
    title: 'rclnodejs native binding',
    needs: needsRos ? ['packages', needsRos] : ['packages'],
    texts: () => [process.versions.modules, process.arch, osCodename()],
    sources: () => [],
    makes: ({ home }) => [builtBinding(home)],
    async work(tools) {
      rmSync(join(packageFolder(tools.context.home), 'build'), { recursive: true, force: true });
      if (!(await usePrebuilt(tools))) await build(tools);
    },
  };
}

/** @param {string} home */
const packageFolder = (home) => join(home, 'node_modules', 'rclnodejs');

/** @param {string} home */
const builtBinding = (home) => join(packageFolder(home), 'build', 'Release', 'rclnodejs.node');

/**
 * @param {import('../runner.mjs').Tools} tools
 * @returns {Promise<boolean>} whether a prebuilt binding loads on this machine and is now in place
 */
async function usePrebuilt({ context, run }) {
  const { home, node, ros } = context;
  const name = `${ros.distro}-${osCodename()}-${process.arch}-node-rclnodejs.node`;
  const prebuilt = join(packageFolder(home), 'prebuilds', `linux-${process.arch}`, name);
  if (!existsSync(prebuilt)) return false;
  const env = applyEnvironment(environmentOf(context), process.env);
  try {
    await run(node, ['-e', 'process.dlopen({ exports: {} }, process.argv[1])', prebuilt], { cwd: home, env });
  } catch (error) {
    if (!(error instanceof SetupFailure)) throw error;
    return false;
  }
  mkdirSync(dirname(builtBinding(home)), { recursive: true });
  copyFileSync(prebuilt, builtBinding(home));
  return true;
}

/** @param {import('../runner.mjs').Tools} tools */
async function build({ context, run }) {
  const { home, node } = context;
  const env = applyEnvironment(environmentOf(context), process.env);
  await requireCompiler(run, env);
  const gyp = join(home, 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  const headers = dirname(dirname(node));
  const args = [
    gyp,
    'rebuild',
    '-j',
    'max',
    '--python',
    pythonOf(context).executable,
    '--devdir',
    join(home, 'node-gyp'),
  ];
  if (existsSync(join(headers, 'include', 'node', 'node.h'))) args.push('--nodedir', headers);
  await run(node, args, { cwd: packageFolder(home), env: withoutNodedir(env) });
}

/**
 * npm's own configuration may point node-gyp at other headers than those of the Node that runs.
 * @param {NodeJS.ProcessEnv} env
 */
function withoutNodedir(env) {
  const { npm_config_nodedir: _, ...rest } = env;
  return rest;
}

/**
 * @param {import('../runner.mjs').Tools['run']} run
 * @param {NodeJS.ProcessEnv} env
 */
export async function requireCompiler(run, env) {
  for (const tool of ['g++', 'make']) {
    try {
      await run(tool, ['--version'], { cwd: '/', env });
    } catch (error) {
      if (!(error instanceof SetupFailure)) throw error;
      throw new SetupFailure({
        what: `${tool} is not on PATH`,
        cure: 'sudo apt install g++ make (Fedora: sudo dnf install gcc-c++ make)',
      });
    }
  }
}
