import { dirname, join } from 'node:path';
import { type CgroupFs, kernelCgroupFs, words } from './cgroup-fs.ts';
import { groupOf, type Hierarchy, holderOf, mountedHierarchies } from './hierarchy.ts';

/** Where CPU limits can be set on this machine, or why they cannot. */
export type CgroupSupport =
  | {
      writable: true;
      version: 1 | 2;
      /** Where the hierarchy with the cpu controller is mounted. */
      mount: string;
      /** The directory below which groups are made. */
      base: string;
      /** The group that this process is in, to which leftover processes are moved. */
      home: string;
      /** Version 1 only: the same two in the cpuacct hierarchy, which is often a separate one. */
      accounting?: { base: string; home: string };
      reason: string;
    }
  | { writable: false; version: 1 | 2 | undefined; mount: string | undefined; reason: string };

/**
 * Finds the hierarchy that holds the cpu controller, v2 first, and a directory in it where groups with CPU
 * limits can be made: the nearest ancestor of this process's own group that is writable. Changes nothing.
 */
export function detectCgroup(options: { fs?: CgroupFs; procRoot?: string } = {}): CgroupSupport {
  const { fs = kernelCgroupFs, procRoot = '/proc' } = options;
  const mounted = mountedHierarchies(fs, procRoot);
  const cpu = holderOf('cpu', mounted);
  const homeIn = (hierarchy: Hierarchy) => groupOf('self', hierarchy, fs, procRoot) ?? hierarchy.mount;
  if (cpu?.version === 2) return detectV2(fs, cpu.mount, homeIn(cpu));
  if (cpu) {
    const cpuacct = holderOf('cpuacct', mounted);
    const home = homeIn(cpu);
    return detectV1(
      fs,
      { mount: cpu.mount, home },
      cpuacct && { mount: cpuacct.mount, home: homeIn(cpuacct) },
    );
  }
  const unified = mounted.find(({ version }) => version === 2);
  return {
    writable: false,
    version: unified && 2,
    mount: unified?.mount,
    reason: unified
      ? `cgroup v2 at ${unified.mount} has no cpu controller (delegate it, or boot with it enabled)`
      : 'no cgroup hierarchy is mounted',
  };
}

function detectV2(fs: CgroupFs, mount: string, home: string): CgroupSupport {
  const base = ancestors(home, mount).find((group) => canHoldLimitedGroups(fs, group));
  if (base === undefined) {
    const reason = `cgroup v2 at ${mount}: no ancestor of this process's group is writable and hands on the cpu controller (run as root, or delegate it: systemd-run --user --scope -p Delegate=yes)`;
    return { writable: false, version: 2, mount, reason };
  }
  return {
    writable: true,
    version: 2,
    mount,
    base,
    home,
    reason: `cgroup v2 with cpu controller, groups in ${base}`,
  };
}

/** Groups that hold processes cannot hand controllers on, the hierarchy's real root excepted: it alone has no cgroup.type. */
function canHoldLimitedGroups(fs: CgroupFs, group: string): boolean {
  if (!fs.isWritable(group) || !fs.isWritable(join(group, 'cgroup.procs'))) return false;
  if (words(fs.read(join(group, 'cgroup.subtree_control'))).includes('cpu')) return true;
  const hasCpu = words(fs.read(join(group, 'cgroup.controllers'))).includes('cpu');
  const isRoot = fs.read(join(group, 'cgroup.type')) === undefined;
  const isEmpty = fs.read(join(group, 'cgroup.procs'))?.trim() === '';
  return hasCpu && (isRoot || isEmpty) && fs.isWritable(join(group, 'cgroup.subtree_control'));
}

type Place = { mount: string; home: string };

function detectV1(fs: CgroupFs, place: Place, accountingPlace: Place | undefined): CgroupSupport {
  const { mount, home } = place;
  const base = writableBase(fs, place);
  if (base === undefined) {
    const reason = `cgroup v1 cpu hierarchy at ${mount} is not writable (run as root)`;
    return { writable: false, version: 1, mount, reason };
  }
  const accountingBase = accountingPlace && writableBase(fs, accountingPlace);
  return {
    writable: true,
    version: 1,
    mount,
    base,
    home,
    ...(accountingPlace &&
      accountingBase !== undefined && { accounting: { base: accountingBase, home: accountingPlace.home } }),
    reason: `cgroup v1 cpu hierarchy, groups in ${base}`,
  };
}

function writableBase(fs: CgroupFs, { mount, home }: Place): string | undefined {
  return ancestors(home, mount).find(
    (group) => fs.isWritable(group) && fs.isWritable(join(group, 'cgroup.procs')),
  );
}

/** The group itself, its parent, and so on up to the mount point. */
function ancestors(group: string, mount: string): string[] {
  const chain = [group];
  for (let path = group; path !== mount && path.startsWith(mount); path = dirname(path))
    chain.push(dirname(path));
  return chain;
}
