import { dirname, join, resolve } from 'node:path';
import { type CgroupFs, kernelCgroupFs } from './cgroup-fs.ts';

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

type Mount = { path: string; type: string; options: string[] };

/**
 * Finds the hierarchy that holds the cpu controller, v2 first, and a directory in it where groups with CPU
 * limits can be made: the nearest ancestor of this process's own group that is writable. Changes nothing.
 */
export function detectCgroup(options: { fs?: CgroupFs; procRoot?: string } = {}): CgroupSupport {
  const { fs = kernelCgroupFs, procRoot = '/proc' } = options;
  const mounts = parseMounts(fs.read(join(procRoot, 'mounts')) ?? '');
  const membership = fs.read(join(procRoot, 'self/cgroup')) ?? '';
  const unified = mounts.find(({ type }) => type === 'cgroup2');
  if (unified && words(fs.read(join(unified.path, 'cgroup.controllers'))).includes('cpu')) {
    return detectV2(fs, unified.path, membership);
  }
  const cpu = mounts.find(({ type, options }) => type === 'cgroup' && options.includes('cpu'));
  if (cpu) {
    const cpuacct = mounts.find(({ type, options }) => type === 'cgroup' && options.includes('cpuacct'));
    return detectV1(fs, cpu.path, cpuacct?.path, membership);
  }
  return {
    writable: false,
    version: unified && 2,
    mount: unified?.path,
    reason: unified
      ? `cgroup v2 at ${unified.path} has no cpu controller (delegate it, or boot with it enabled)`
      : 'no cgroup hierarchy is mounted',
  };
}

function detectV2(fs: CgroupFs, mount: string, membership: string): CgroupSupport {
  const home = existing(fs, mount, join(mount, ownPath(membership, '')));
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

function detectV1(
  fs: CgroupFs,
  mount: string,
  cpuacct: string | undefined,
  membership: string,
): CgroupSupport {
  const place = (root: string, controller: string) => {
    const home = existing(fs, root, join(root, ownPath(membership, controller)));
    const base = ancestors(home, root).find(
      (group) => fs.isWritable(group) && fs.isWritable(join(group, 'cgroup.procs')),
    );
    return base === undefined ? undefined : { base, home };
  };
  const cpu = place(mount, 'cpu');
  if (!cpu) {
    const reason = `cgroup v1 cpu hierarchy at ${mount} is not writable (run as root)`;
    return { writable: false, version: 1, mount, reason };
  }
  const accounting = cpuacct === undefined ? undefined : place(cpuacct, 'cpuacct');
  const reason = `cgroup v1 cpu hierarchy, groups in ${cpu.base}`;
  return { writable: true, version: 1, mount, ...cpu, ...(accounting && { accounting }), reason };
}

/** A container sees the host's path of its group, but may have only the group itself mounted. */
function existing(fs: CgroupFs, mount: string, group: string): string {
  const path = resolve(group);
  return fs.read(join(path, 'cgroup.procs')) === undefined ? mount : path;
}

/** The group itself, its parent, and so on up to the mount point. */
function ancestors(group: string, mount: string): string[] {
  const chain = [group];
  for (let path = group; path !== mount && path.startsWith(mount); path = dirname(path))
    chain.push(dirname(path));
  return chain;
}

/** This process's group in the hierarchy of `controller` ('' for v2) as /proc/self/cgroup tells. */
function ownPath(membership: string, controller: string): string {
  for (const line of membership.split('\n')) {
    const [, controllers = '', path = '/'] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (line !== '' && controllers.split(',').includes(controller)) return path;
  }
  return '/';
}

function parseMounts(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [, path, type, options] = line.split(' ');
    return path && type && options ? [{ path, type, options: options.split(',') }] : [];
  });
}

function words(text: string | undefined): string[] {
  return text?.trim().split(/\s+/) ?? [];
}
