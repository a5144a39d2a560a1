import { join } from 'node:path';
import { type CgroupFs, kernelCgroupFs, words } from './cgroup-fs.ts';

/** A mounted hierarchy of control groups. */
export type Hierarchy = {
  version: 1 | 2;
  mount: string;
  /** The group that the mount point shows, which in a container is often not the hierarchy's root. */
  root: string;
  controllers: readonly string[];
};

/**
 * Every hierarchy that is mounted, by the lines of /proc/self/mountinfo:
 * `id parent device root mount options ... - type source options` (proc(5)). `procRoot` is `/proc` except in tests.
 */
export function mountedHierarchies(fs: CgroupFs = kernelCgroupFs, procRoot = '/proc'): Hierarchy[] {
  const lines = (fs.read(join(procRoot, 'self/mountinfo')) ?? '').split('\n');
  return lines.flatMap((line) => {
    const [left = '', right = ''] = line.split(' - ');
    const [, , , root, mount] = left.split(' ');
    const [type, , options = ''] = right.split(' ');
    if (root === undefined || mount === undefined) return [];
    if (type === 'cgroup') return { version: 1, mount, root, controllers: options.split(',') };
    if (type !== 'cgroup2') return [];
    return { version: 2, mount, root, controllers: words(fs.read(join(mount, 'cgroup.controllers'))) };
  });
}

/** The one of these hierarchies that holds a controller, v2 first; undefined where none does. */
export function holderOf(controller: string, hierarchies: readonly Hierarchy[]): Hierarchy | undefined {
  const holders = hierarchies.filter(({ controllers }) => controllers.includes(controller));
  return holders.find(({ version }) => version === 2) ?? holders[0];
}

/** The mounted hierarchy that holds a controller, v2 first; undefined where none does. */
export function findHierarchy(
  controller: string,
  fs: CgroupFs = kernelCgroupFs,
  procRoot = '/proc',
): Hierarchy | undefined {
  return holderOf(controller, mountedHierarchies(fs, procRoot));
}

/**
 * A process's group by its path below the mount point, as its `/proc/PID/cgroup` tells; undefined for a group outside
 * what is mounted here, which has no file that could be read.
 */
export function groupPath(membership: string, { version, root, controllers }: Hierarchy): string | undefined {
  for (const line of membership.split('\n')) {
    const [, listed, path] = /^\d+:([^:]*):(.*?)(?: \(deleted\))?$/.exec(line) ?? [];
    if (listed === undefined || path === undefined) continue;
    const isOurs =
      version === 2 ? listed === '' : listed.split(',').some((each) => controllers.includes(each));
    if (!isOurs) continue;
    if (root === '/') return path.startsWith('/..') ? undefined : path;
    const isBelow = path === root || path.startsWith(`${root}/`);
    return isBelow ? path.slice(root.length) || '/' : undefined;
  }
  return undefined;
}

/** The directory of the group that a process is in, or `self`; undefined when it has ended. The mount point stands for a group outside of what is mounted here. */
export function groupOf(
  pid: number | 'self',
  hierarchy: Hierarchy,
  fs: CgroupFs = kernelCgroupFs,
  procRoot = '/proc',
): string | undefined {
  const membership = fs.read(join(procRoot, String(pid), 'cgroup'));
  if (membership === undefined) return undefined;
  const directory = join(hierarchy.mount, groupPath(membership, hierarchy) ?? '/').replace(/(?<=.)\/$/, '');
  return fs.read(join(directory, 'cgroup.procs')) === undefined ? hierarchy.mount : directory;
}
