import { chmodSync, copyFileSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesUnder } from '../content-key.mjs';

/**
 * What the wheels need before Node can load them and CMake can build on them.
 * @type {import('../runner.mjs').Step}
 */
export const cures = {
  name: 'cures',
  title: 'ROS 2 wheels made fit for Node and CMake',
  needs: ['wheels'],
  sources: ({ root }) => [join(root, 'setup', 'ros2-shim.sh'), join(root, 'setup', 'steps', 'cures.mjs')],
  makes: ({ home }) => [join(home, 'ros', 'bin', 'ros2')],
  async work({ context, run }) {
    const prefix = join(context.home, 'ros');
    await dropPythonNeeds(prefix, run);
    await repairCMakePaths(prefix, run);
    addLocalSetup(prefix);
    const shim = join(prefix, 'bin', 'ros2');
    copyFileSync(join(context.root, 'setup', 'ros2-shim.sh'), shim);
    chmodSync(shim, 0o755);
  },
};

/**
 * librcl and its siblings name the Python side of the messages among the libraries they need, which wants a libpython
 * that Node does not have. They use nothing of it.
 * @param {string} prefix
 * @param {import('../runner.mjs').Tools['run']} run
 */
async function dropPythonNeeds(prefix, run) {
  const patchelf = join(prefix, 'bin', 'patchelf');
  const options = { cwd: prefix, env: process.env };
  const libraries = readdirSync(join(prefix, 'lib')).filter(
    (name) => /^librcl.*\.so$/.test(name) && !name.includes('rosidl'),
  );
  for (const library of libraries) {
    const file = join(prefix, 'lib', library);
    const needed = (await run(patchelf, ['--print-needed', file], options)).split('\n');
    const unwanted = needed.filter((name) => name.endsWith('__rosidl_generator_py.so'));
    if (unwanted.length === 0) continue;
    await run(
      patchelf,
      [...unwanted.flatMap((name) => ['--remove-needed', name]), '--output', `${file}.new`, file],
      options,
    );
    renameSync(`${file}.new`, file);
  }
}

/**
 * The CMake files of the message wheels name the Python and numpy headers of the machine that built them; CMake refuses
 * paths that don't exist.
 * @param {string} prefix
 * @param {import('../runner.mjs').Tools['run']} run
 */
async function repairCMakePaths(prefix, run) {
  const script =
    'import sysconfig, numpy; print(sysconfig.get_paths()["include"], numpy.get_include(), sep="\\n")';
  const printed = await run(join(prefix, 'bin', 'python'), ['-c', script], { cwd: prefix, env: process.env });
  const [pythonInclude, numpyInclude] = /** @type {[string, string]} */ (
    printed.trim().split('\n').slice(-2)
  );
  for (const file of filesUnder(join(prefix, 'share')).filter((name) => name.endsWith('.cmake'))) {
    const text = readFileSync(file, 'utf8');
    const repaired = text
      .replaceAll(/\/opt\/python\/[^";\s]*\/numpy\/_core\/include/g, numpyInclude)
      .replaceAll(/\/opt\/python\/[^";\s]*\/include\/python3\.\d+/g, pythonInclude);
    if (repaired !== text) writeFileSync(file, repaired);
  }
}

/**
 * colcon looks for these in every prefix and warns where they are absent.
 * @param {string} prefix
 */
function addLocalSetup(prefix) {
  for (const shell of ['sh', 'bash', 'zsh']) writeFileSync(join(prefix, `local_setup.${shell}`), '');
}
