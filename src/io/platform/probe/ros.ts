import { findInPrefixes } from './find.ts';
import type { Machine, Part } from './part.ts';

const defaultRmw = 'rmw_fastrtps_cpp';

/** Which ROS 2 is in use, and where it comes from. */
export function probeRos({ env }: Machine): Part {
  const part = 'ROS 2';
  if (!env.ROS_DISTRO) {
    return { part, state: 'absent', found: 'ROS_DISTRO is not set', cost: 'no node can run', required: true };
  }
  const origin = env.TRIMTAB_ROS === 'wheels' ? 'from Python wheels' : 'sourced';
  return { part, state: 'real', found: `${env.ROS_DISTRO}, ${origin}`, required: true };
}

/** The middleware that carries the messages. */
export function probeRmw(machine: Machine): Part {
  const name = machine.env.RMW_IMPLEMENTATION || defaultRmw;
  const part = 'middleware';
  if (findInPrefixes(machine, `lib/lib${name}.so`) !== undefined)
    return { part, state: 'real', found: name, required: true };
  const found = `lib${name}.so is in no prefix`;
  return { part, state: 'absent', found, cost: 'no node can run', required: true };
}

/** Our own messages, as a ROS package and as the classes that our nodes use. */
export function probeMessages(machine: Machine): Part {
  const part = 'trimtab_msgs';
  const folder = findInPrefixes(machine, 'share/trimtab_msgs/package.xml');
  if (folder !== undefined) return { part, state: 'real', found: 'built', required: true };
  const found = 'in no prefix';
  return { part, state: 'absent', found, cost: 'no node of Trimtab can run', required: true };
}

/** The ros2 command. */
export function probeRos2Cli(machine: Machine): Part {
  const part = 'ros2 command';
  if (findInPrefixes(machine, 'share/ros2cli') !== undefined)
    return { part, state: 'real', found: 'ros2cli' };
  const cost = 'only "ros2 run" works; topics, parameters and actions need another client';
  return { part, state: 'absent', found: 'ros2cli is in no prefix', cost };
}

/** ROS launch, for our launch files. */
export function probeLaunch(machine: Machine): Part {
  const part = 'launch';
  if (findInPrefixes(machine, 'share/launch_ros') !== undefined)
    return { part, state: 'real', found: 'launch_ros' };
  const cost = 'launch files cannot be used or tested; start nodes with "ros2 run"';
  return { part, state: 'absent', found: 'launch_ros is in no prefix', cost };
}
