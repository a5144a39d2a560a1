import { join } from 'node:path';
import { findPython } from '../python.mjs';
import { onPath } from './colcon.mjs';
import { makeVenv, pipInstall } from './venv.mjs';

/**
 * colcon (and CMake) where the sourced ROS 2 came without them. The environment sees the system's Python packages, because
 * the generators of a ROS 2 from apt are among those.
 * @type {import('../runner.mjs').Step}
 */
export const tools = {
  name: 'tools',
  title: 'build tools (pip)',
  needs: [],
  texts: ({ ros }) => [ros.distro, ...ros.prefixes, String(systemTools())],
  sources: ({ root }) => [join(root, 'setup', 'requirements-build.txt')],
  makes: ({ home }) => (systemTools() ? [] : [join(home, 'tools', 'bin', 'colcon')]),
  async work({ context, run }) {
    if (systemTools()) return;
    const venv = join(context.home, 'tools');
    await makeVenv({ python: findPython(venv), venv, options: ['--system-site-packages'], run });
    await pipInstall({ venv, requirements: [join(context.root, 'setup', 'requirements-build.txt')], run });
  },
};

function systemTools() {
  return onPath('colcon') !== undefined && onPath('cmake') !== undefined;
}
