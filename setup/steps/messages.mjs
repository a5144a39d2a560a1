import { join } from 'node:path';
import { applyEnvironment, environmentOf } from '../environment.mjs';
import { requireCompiler } from './binding.mjs';
import { colconBuild } from './colcon.mjs';

/**
 * The message package trimtab_msgs, for C, C++ and Python.
 * @param {string} needsRos name of the step after which ROS 2 is usable
 * @returns {import('../runner.mjs').Step}
 */
export function messages(needsRos) {
  return {
    name: 'messages',
    title: 'message package trimtab_msgs (colcon)',
    needs: [needsRos],
    sources: ({ root }) => [join(root, 'msgs')],
    makes: ({ home }) => [join(home, 'install', 'share', 'trimtab_msgs', 'package.xml')],
    async work(tools) {
      await requireCompiler(tools.run, applyEnvironment(environmentOf(tools.context), process.env));
      const joinCpp = join(tools.context.root, 'setup', 'cmake', 'unity-messages.cmake');
      await colconBuild(tools, {
        folder: join(tools.context.root, 'msgs'),
        cmakeArgs: [`-DCMAKE_PROJECT_INCLUDE=${joinCpp}`],
      });
    },
  };
}
