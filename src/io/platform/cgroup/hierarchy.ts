import { join } from 'node:path';
import { type CgroupFs, kernelCgroupFs } from './cgroup-fs.ts';

/** Where one controller's groups are. */
export type Hierarchy = { version: 1 | 2; mount: string; controller: string };

/** The hierarchy that holds a controller, v2 first; undefined where none does. `procRoot` is `/proc` except in tests. */
export function findHierarchy(
  controller: 'cpu' | 'cpuset',
  fs: CgroupFs = kernelCgroupFs,
  procRoot = '/proc',
): Hierarchy | undefined {
  const mounts = (fs.read(join(procRoot, 'mounts')) ?? '').split('\n').map((line) => line.split(' '));
  for (const [, mount = '', type, options = ''] of mounts) {
    const isV2 = type === 'cgroup2' && words(fs.read(join(mount, 'cgroup.controllers'))).includes(controller);
    if (isV2) return { version: 2, mount, controller };
    if (type === 'cgroup' && options.split(',').includes(controller))
      return { version: 1, mount, controller };
  }
  return undefined;
}

/** The directory of the group that a process is in; undefined when it has ended. A container may have only the group itself mounted. */
export function groupOf(
  pid: number,
  { version, mount, controller }: Hierarchy,
  fs: CgroupFs = kernelCgroupFs,
  procRoot = '/proc',
): string | undefined {
  const own = version === 2 ? '' : controller;
  for (const line of (fs.read(join(procRoot, String(pid), 'cgroup')) ?? '').split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (path === undefined || !controllers?.split(',').includes(own)) continue;
    const directory = join(mount, path.replace(/ \(deleted\)$/, ''));
    return fs.read(join(directory, 'cgroup.procs')) === undefined ? mount : directory;
  }
  return undefined;
}

function words(text: string | undefined): string[] {
  return text?.trim().split(/\s+/) ?? [];
}
