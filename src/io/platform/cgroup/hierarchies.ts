import { join } from 'node:path';
import { type CgroupFs, kernelCgroupFs } from './cgroup-fs.ts';

/** A mounted hierarchy of control groups. */
export type Hierarchy = {
  version: 1 | 2;
  mount: string;
  /** The group that the mount point shows, which in a container is often not the hierarchy's root. */
  root: string;
};

/** The hierarchies whose files say what a group of processes uses; with version 2 all are one. */
export type Hierarchies = {
  cpu: Hierarchy;
  cpuacct: Hierarchy | undefined;
  memory: Hierarchy | undefined;
  /** By which name a process's membership lists the hierarchy of `cpu`: `cpu`, or nothing with version 2. */
  cpuController: 'cpu' | '';
};

type MountedHierarchy = Hierarchy & { controllers: string[] };

/** Where the cpu controller and what goes with it are mounted, version 2 first; undefined where it is nowhere. */
export function findHierarchies(options: { fs?: CgroupFs; procRoot?: string } = {}): Hierarchies | undefined {
  const { fs = kernelCgroupFs, procRoot = '/proc' } = options;
  const mounted = parseMountInfo(fs.read(join(procRoot, 'self/mountinfo')) ?? '', fs);
  const holder = (version: 1 | 2, controller: string) =>
    mounted.find((each) => each.version === version && each.controllers.includes(controller));
  const unified = holder(2, 'cpu');
  if (unified) return { cpu: unified, cpuacct: unified, memory: unified, cpuController: '' };
  const cpu = holder(1, 'cpu');
  if (!cpu) return undefined;
  return { cpu, cpuacct: holder(1, 'cpuacct'), memory: holder(1, 'memory'), cpuController: 'cpu' };
}

/** A process's group in the hierarchy of `cpu` by its path below the mount point, as its `/proc/PID/cgroup` tells. */
export function groupOf(membership: string, { cpu, cpuController }: Hierarchies): string | undefined {
  for (const line of membership.split('\n')) {
    const [, controllers = '', path = '/'] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (line === '' || !controllers.split(',').includes(cpuController)) continue;
    // A group outside what is mounted here has no file that could be read.
    if (cpu.root === '/') return path.startsWith('/..') ? undefined : path;
    return path === cpu.root || path.startsWith(`${cpu.root}/`)
      ? path.slice(cpu.root.length) || '/'
      : undefined;
  }
  return undefined;
}

/** Lines of /proc/self/mountinfo: `id parent device root mount options ... - type source options` (proc(5)). */
function parseMountInfo(text: string, fs: CgroupFs): MountedHierarchy[] {
  return text.split('\n').flatMap((line) => {
    const [left = '', right = ''] = line.split(' - ');
    const [, , , root, mount] = left.split(' ');
    const [type, , options = ''] = right.split(' ');
    if (root === undefined || mount === undefined) return [];
    if (type === 'cgroup') return { version: 1, mount, root, controllers: options.split(',') };
    if (type !== 'cgroup2') return [];
    const controllers = (fs.read(join(mount, 'cgroup.controllers')) ?? '').trim().split(/\s+/);
    return { version: 2, mount, root, controllers };
  });
}
