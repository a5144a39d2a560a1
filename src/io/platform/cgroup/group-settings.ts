import { join } from 'node:path';
import { formatCpuList } from '../../../core/knobs/cpu-list.ts';
import type { KnobTarget, KnobValue } from '../../../core/knobs/knob.ts';
import type { Procfs } from '../procfs.ts';
import type { CgroupFs } from './cgroup-fs.ts';
import { readLimit, writeLimit } from './cpu-controller.ts';
import type { Hierarchy } from './hierarchy.ts';

/** What of a group can be turned. */
export type GroupResource = Extract<KnobTarget, { kind: 'cgroup' }>['resource'];

/** The weight that every group of v2 begins with; v1 calls it 1024 shares. */
const defaultWeight = 100;
const defaultShares = 1024;

/** A group, one of its processes, and where to read of both. */
export type GroupView = { fs: CgroupFs; procfs: Procfs; hierarchy: Hierarchy; group: string; pid: number };

/**
 * What the kernel holds: a limit in cores (all CPUs where there is none), a weight as v2 counts it, or the CPUs that
 * the process may really use.
 */
export function readSetting(
  { fs, procfs, hierarchy, group, pid }: GroupView,
  resource: GroupResource,
): KnobValue {
  if (resource === 'cpus') return formatCpuList(procfs.allowedCpus(pid));
  if (resource === 'weight') return readWeight(fs, hierarchy, group);
  const limit = readLimit(fs, hierarchy.version, group);
  return typeof limit === 'number' ? limit : procfs.host().cpuCount;
}

/** Whether the group takes a resource: without its controller handed on, v2 has no file for it. */
export function hasSetting(
  fs: CgroupFs,
  hierarchy: Hierarchy,
  group: string,
  resource: GroupResource,
): boolean {
  return fs.read(join(group, fileOf(hierarchy, resource))) !== undefined;
}

/** Writes a resource of a group. Throws what the kernel answers, or what it would if it were asked in other words. */
export function writeSetting(
  fs: CgroupFs,
  hierarchy: Hierarchy,
  group: string,
  resource: GroupResource,
  value: KnobValue,
): void {
  if (resource === 'cpus') {
    fs.write(join(group, 'cpuset.cpus'), String(value));
    return;
  }
  if (typeof value !== 'number' || !(value > 0))
    throw new Error(`${resource} takes a number > 0, not ${value}`);
  if (resource === 'cpu') writeLimit(fs, hierarchy.version, group, value);
  else writeWeight(fs, hierarchy, group, value);
}

function writeWeight(fs: CgroupFs, hierarchy: Hierarchy, group: string, weight: number): void {
  if (!Number.isInteger(weight) || weight > 10_000)
    throw new Error(`a weight is a whole number from 1 to 10000, not ${weight}`);
  // The same ratio to the untouched groups in either unit.
  const written = hierarchy.version === 2 ? weight : Math.round((weight * defaultShares) / defaultWeight);
  fs.write(join(group, fileOf(hierarchy, 'weight')), String(written));
}

function readWeight(fs: CgroupFs, hierarchy: Hierarchy, group: string): number {
  const text = fs.read(join(group, fileOf(hierarchy, 'weight')));
  // The root of v2 has no weight: nothing stands beside it.
  if (text === undefined) return defaultWeight;
  return hierarchy.version === 2
    ? Number(text)
    : Math.max(1, Math.round((Number(text) * defaultWeight) / defaultShares));
}

function fileOf({ version }: Hierarchy, resource: GroupResource): string {
  if (resource === 'cpus') return 'cpuset.cpus';
  if (resource === 'weight') return version === 2 ? 'cpu.weight' : 'cpu.shares';
  return version === 2 ? 'cpu.max' : 'cpu.cfs_quota_us';
}
