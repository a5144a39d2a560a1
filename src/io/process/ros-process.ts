import type { ProcessSpec } from './process-group.ts';

type RosValue = string | number | boolean | string[];

/** One of our nodes, to be started as a process of its own. */
export type RosProcess = {
  /** Of the node and of the process. */
  name: string;
  /** The node's compiled program. */
  program: string;
  parameters?: Record<string, RosValue>;
  remappings?: Record<string, string>;
};

/**
 * Stands on the command line of every process that this one starts, as a remapping of a name that nobody uses: the profiler
 * must not take the processes of another run on this machine for its own.
 */
const runMark = `trimtab_run:=run_${process.pid}`;

/** How to start a node. */
export function rosProcess({ name, program, parameters = {}, remappings = {} }: RosProcess): ProcessSpec {
  const args = [program, '--ros-args', '-r', `__node:=${name}`];
  for (const [from, to] of Object.entries(remappings)) args.push('-r', `${from}:=${to}`);
  for (const [parameter, value] of Object.entries(parameters))
    args.push('-p', `${parameter}:=${JSON.stringify(value)}`);
  args.push('-r', runMark);
  return { name, command: process.execPath, args };
}

/**
 * An entry of the profiler's parameter `processes` for a node that this process starts. The last letter in brackets keeps the
 * pattern from matching the profiler's own command line, where it stands.
 */
export function watchedProcess(name: string): string {
  return `${name}=__node:=${name.slice(0, -1)}[${name.at(-1)}] .*${runMark}( |$)`;
}
