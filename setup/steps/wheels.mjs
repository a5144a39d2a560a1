import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pythonOf } from '../context.mjs';
import { makeVenv, pipInstall } from './venv.mjs';

/**
 * ROS 2 itself, and what builds its messages, from Python wheels in a virtual environment.
 * @type {import('../runner.mjs').Step}
 */
export const wheels = {
  name: 'wheels',
  title: 'ROS 2 Kilted from Python wheels (pip)',
  needs: [],
  texts: (context) => [pythonOf(context).version],
  sources: ({ root }) => requirements(root),
  makes: ({ home }) => [join(home, 'ros', 'bin', 'colcon'), join(home, 'ros', 'lib', 'librcl.so')],
  async work({ context, run }) {
    const venv = join(context.home, 'ros');
    if (!existsSync(join(venv, 'bin', 'pip')))
      await makeVenv({ python: pythonOf(context), venv, options: [], run });
    await pipInstall({ venv, requirements: requirements(context.root), run });
  },
};

/** @param {string} root */
function requirements(root) {
  return ['requirements-ros.txt', 'requirements-build.txt'].map((name) => join(root, 'setup', name));
}
