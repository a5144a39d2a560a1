import { join } from 'node:path';
import { colconBuild } from './colcon.mjs';

/**
 * The package trimtab: the executables, launch files and configuration that "ros2 run" and "ros2 launch" find.
 * @type {import('../runner.mjs').Step}
 */
export const rosPackage = {
  name: 'ros-package',
  title: 'package trimtab (colcon)',
  needs: ['messages'],
  sources: ({ root }) => [
    ...['ros', 'launch', 'config', 'models'].map((folder) => join(root, folder)),
    join(root, 'setup', 'executables.json'),
  ],
  makes: ({ home }) => [join(home, 'install', 'share', 'trimtab', 'package.xml')],
  async work(tools) {
    const { root, home } = tools.context;
    await colconBuild(tools, { folder: join(root, 'ros'), cmakeArgs: [`-DTRIMTAB_HOME=${home}`] });
  },
};
