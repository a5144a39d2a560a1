import { join } from 'node:path';
import { applyEnvironment, environmentOf } from '../environment.mjs';

/**
 * rclnodejs' JavaScript classes of all messages. Made here, because the first use of a message without one starts a
 * generator of half a minute.
 * @param {string} [needsMessages] name of the step after which all messages are installed
 * @returns {import('../runner.mjs').Step}
 */
export function classes(needsMessages) {
  return {
    name: 'classes',
    title: 'JavaScript message classes',
    needs: needsMessages ? ['packages', needsMessages] : ['packages'],
    sources: ({ root }) =>
      ['generate-classes.cjs', 'parse-messages.py'].map((name) => join(root, 'setup', name)),
    makes: ({ home }) => [join(home, 'node_modules', 'rclnodejs', 'generated', 'generator.json')],
    async work({ context, run }) {
      const { root, home, node } = context;
      const env = applyEnvironment(environmentOf(context), process.env);
      const rclnodejs = join(home, 'node_modules', 'rclnodejs');
      await run(node, [join(root, 'setup', 'generate-classes.cjs'), rclnodejs], { cwd: rclnodejs, env });
    },
  };
}
