import { binding } from './binding.mjs';
import { classes } from './classes.mjs';
import { compile } from './compile.mjs';
import { cures } from './cures.mjs';
import { messages } from './messages.mjs';
import { packages } from './packages.mjs';
import { rosPackage } from './ros-package.mjs';
import { tools } from './tools.mjs';
import { wheels } from './wheels.mjs';

/**
 * The steps that set this machine up, each after what it needs.
 * @param {import('../context.mjs').Context} context
 * @returns {import('../runner.mjs').Step[]}
 */
export function stepsFor({ ros }) {
  const before = ros.kind === 'wheels' ? [wheels, cures] : [tools];
  const needsRos = ros.kind === 'wheels' ? 'cures' : 'tools';
  return [
    ...before,
    packages,
    messages(needsRos),
    binding(needsRos),
    classes('messages'),
    compile,
    rosPackage,
  ];
}

/**
 * The steps that a colcon workspace needs, where ROS 2 is sourced and colcon has built the messages before.
 * @returns {import('../runner.mjs').Step[]}
 */
export function stepsInWorkspace() {
  return [packages, binding(), classes(), compile];
}
