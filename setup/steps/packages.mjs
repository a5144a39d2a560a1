import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SetupFailure } from '../failure.mjs';

/**
 * The Node packages of package-lock.json. Their install scripts don't run: onnxruntime-node's would download CUDA
 * libraries, and rclnodejs' would build before ROS 2 is there.
 * @type {import('../runner.mjs').Step}
 */
export const packages = {
  name: 'packages',
  title: 'Node packages (npm ci)',
  needs: [],
  sources: ({ root }) => [join(root, 'package.json'), join(root, 'package-lock.json')],
  makes: ({ home }) => [join(home, 'node_modules', '.package-lock.json')],
  async work({ context: { root, home, node }, run }) {
    mkdirSync(home, { recursive: true });
    for (const name of ['package.json', 'package-lock.json'])
      copyFileSync(join(root, name), join(home, name));
    const env = {
      ...process.env,
      PATH: `${dirname(node)}:${process.env.PATH}`,
      ONNXRUNTIME_NODE_INSTALL: 'skip',
    };
    const args = ['ci', '--ignore-scripts', '--no-fund', '--no-audit', '--no-update-notifier'];
    try {
      await run('npm', args, { cwd: home, env });
    } catch (error) {
      if (!(error instanceof SetupFailure) || !error.message.includes('spawn npm ENOENT')) throw error;
      throw new SetupFailure({
        what: 'npm is not on PATH',
        cure: 'install it ("sudo apt install npm", or Node from https://nodejs.org, which carries it)',
      });
    }
  },
};
