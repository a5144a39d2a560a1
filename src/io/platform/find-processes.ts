import { Procfs } from './procfs.ts';

/** Pids that go by a name, descendants included or not; none when no such process runs. */
export type FindProcesses = (name: string) => Promise<number[]>;

/**
 * Processes whose command line says that they are the node of this name, by `__node:=` and, where the name has a
 * namespace, `__ns:=`, and that are in our ROS domain: another robot's simulation may run here under the same names.
 * A name that stands on no command line finds nothing: what is limited is never guessed.
 */
export function findNodeProcesses(
  name: string,
  procfs = new Procfs(),
  domain = process.env.ROS_DOMAIN_ID,
): number[] {
  const [, namespace = '', node = ''] = /^(.*?)\/?([^/]*)$/.exec(name) ?? [];
  return procfs
    .list()
    .filter(({ pid, commandLine }) => {
      const words = commandLine.split(' ');
      const isNode = words.includes(`__node:=${node}`) || words.includes(`__name:=${node}`);
      if (!isNode || (namespace !== '' && !words.includes(`__ns:=${namespace}`))) return false;
      return (procfs.variable(pid, 'ROS_DOMAIN_ID') || '0') === (domain || '0');
    })
    .map(({ pid }) => pid);
}
