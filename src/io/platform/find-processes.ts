import { namedNodes } from './node-process/node-arguments.ts';
import { isInDomain } from './node-process/ros-domain.ts';
import { Procfs } from './procfs.ts';

/** Pids that go by a name, descendants included or not; none when no such process runs. */
export type FindProcesses = (name: string) => Promise<number[]>;

/**
 * Processes of our ROS domain whose command line says that they are the node of this name. A name with a slash is a whole
 * one, namespace included; one without is that of a node in any namespace. A name that stands on no command line finds
 * nothing: what is limited is never guessed.
 */
export function findNodeProcesses(
  name: string,
  procfs = new Procfs(),
  domain = process.env.ROS_DOMAIN_ID,
): number[] {
  const whole = `/${name.replace(/^\/+/, '')}`;
  const isWanted = (node: string) => (name.includes('/') ? node === whole : node.endsWith(whole));
  return procfs
    .list()
    .filter(
      ({ pid, commandLine }) => namedNodes(commandLine).some(isWanted) && isInDomain(pid, domain, procfs),
    )
    .map(({ pid }) => pid);
}
