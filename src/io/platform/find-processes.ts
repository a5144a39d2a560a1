import { Procfs } from './procfs.ts';

/** Pids that go by a name, descendants included or not; none when no such process runs. */
export type FindProcesses = (name: string) => Promise<number[]>;

/**
 * Processes whose command line says that they are the node of this name, by `__node:=` and, where the name has a
 * namespace, `__ns:=`. A name that stands on no command line finds nothing: what is limited is never guessed.
 */
export function findNodeProcesses(name: string, procfs = new Procfs()): number[] {
  const [, namespace = '', node = ''] = /^(.*?)\/?([^/]*)$/.exec(name) ?? [];
  return procfs
    .list()
    .filter(({ commandLine }) => {
      const words = commandLine.split(' ');
      const isNode = words.includes(`__node:=${node}`) || words.includes(`__name:=${node}`);
      return isNode && (namespace === '' || words.includes(`__ns:=${namespace}`));
    })
    .map(({ pid }) => pid);
}

/** The processes of a name with all their descendants. */
export function treesOf(roots: readonly number[], procfs = new Procfs()): number[] {
  return [...new Set(roots.flatMap((root) => procfs.tree(root)))];
}
