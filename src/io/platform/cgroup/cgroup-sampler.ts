import { dirname, join } from 'node:path';
import type { CgroupSample } from '../../../core/measure/system-window.ts';
import { CpuAccumulator } from '../cpu-accumulator.ts';
import { Procfs } from '../procfs.ts';
import { stalledMs } from '../sensors/pressure.ts';
import { type CgroupFs, flatKey, groupPids, kernelCgroupFs } from './cgroup-fs.ts';
import { findHierarchies, groupOf, type Hierarchies, type Hierarchy } from './hierarchies.ts';

/** A robot has a few groups; a machine that gives every process one of its own is not read in full. */
const mostGroups = 32;

/**
 * Reads what the kernel counts for the control groups of some processes: the groups they are in, and those above that
 * have a CPU limit. The root is left out where nothing limits it, as the host's own figures say the same.
 */
export class CgroupSampler {
  readonly #fs: CgroupFs;
  readonly #procfs: Procfs;
  readonly #hierarchies: Hierarchies | undefined;
  /** By group, for what the kernel does not count. */
  #groups = new Map<string, CpuAccumulator>();

  constructor(options: { fs?: CgroupFs; procfs?: Procfs; procRoot?: string } = {}) {
    const { fs = kernelCgroupFs, procRoot = '/proc', procfs = new Procfs(procRoot) } = options;
    this.#fs = fs;
    this.#procfs = procfs;
    this.#hierarchies = findHierarchies({ fs, procRoot });
  }

  /** Finds the groups of these processes anew. */
  search(pids: readonly number[]): void {
    const hierarchies = this.#hierarchies;
    if (!hierarchies) return;
    const own = new Set(pids.map((pid) => groupOf(this.#procfs.membership(pid) ?? '', hierarchies)));
    const groups = [...own].filter((group) => group !== undefined);
    const limiting = groups.flatMap(ancestors).filter((group) => this.#limitCores(group) !== undefined);
    const shown = [...new Set([...groups.filter((group) => group !== '/'), ...limiting])].sort();
    this.#groups = new Map(
      shown
        .slice(0, mostGroups)
        .map((group) => [group, this.#groups.get(group) ?? new CpuAccumulator(this.#procfs)]),
    );
  }

  /** One sample per group that still exists. */
  sample(): CgroupSample[] {
    const hierarchies = this.#hierarchies;
    if (!hierarchies) return [];
    return [...this.#groups].flatMap(([name, members]) => {
      const directory = join(hierarchies.cpu.mount, name);
      const stat = this.#fs.read(join(directory, 'cpu.stat'));
      if (stat === undefined) return [];
      const limitCores = this.#limitCores(name);
      return {
        name,
        ...this.#usage(name, stat, members, hierarchies),
        ...(limitCores !== undefined && { limitCores }),
        ...this.#pressure(directory),
      };
    });
  }

  /** Counted by the kernel where the same group is in the hierarchies that count; else added up over its processes. */
  #usage(name: string, stat: string, members: CpuAccumulator, { cpu, cpuacct, memory }: Hierarchies) {
    const counted = {
      cpuMs: cpu.version === 2 ? flatKey(stat, 'usage_usec') / 1000 : this.#cpuacctMs(cpuacct, name),
      memoryBytes: memory && this.#memoryBytes(memory, name),
    };
    const throttledMs =
      cpu.version === 2 ? flatKey(stat, 'throttled_usec') / 1000 : flatKey(stat, 'throttled_time') / 1e6;
    const { cpuMs, memoryBytes } = counted;
    if (cpuMs !== undefined && memoryBytes !== undefined) return { cpuMs, memoryBytes, throttledMs };
    const pids = this.#members(join(cpu.mount, name));
    const added = members.update(this.#procfs.infos(pids));
    return { cpuMs: cpuMs ?? added.cpuMs, memoryBytes: memoryBytes ?? added.rssBytes, throttledMs };
  }

  /** Pids of a group and of all groups below it. */
  #members(directory: string): number[] {
    const below = this.#fs.directories(directory).flatMap((name) => this.#members(join(directory, name)));
    return [...groupPids(this.#fs, directory), ...below];
  }

  #cpuacctMs(hierarchy: Hierarchy | undefined, name: string): number | undefined {
    const text = hierarchy && this.#fs.read(join(hierarchy.mount, name, 'cpuacct.usage'));
    return text === undefined ? undefined : Number(text) / 1e6;
  }

  #memoryBytes({ version, mount }: Hierarchy, name: string): number | undefined {
    const file = version === 2 ? 'memory.current' : 'memory.usage_in_bytes';
    const text = this.#fs.read(join(mount, name, file));
    return text === undefined ? undefined : Number(text);
  }

  /** Only version 2 has pressure files. */
  #pressure(directory: string): { cpuStalledMs?: number } {
    const cpuStalledMs = stalledMs(this.#fs.read(join(directory, 'cpu.pressure')));
    return cpuStalledMs === undefined ? {} : { cpuStalledMs };
  }

  /** The limit of one group in cores; undefined for none. */
  #limitCores(name: string): number | undefined {
    const directory = join(this.#hierarchies?.cpu.mount ?? '', name);
    const [quotaUs = '', periodUs = ''] =
      this.#hierarchies?.cpu.version === 2
        ? (this.#fs.read(join(directory, 'cpu.max')) ?? '').trim().split(' ')
        : ['cpu.cfs_quota_us', 'cpu.cfs_period_us'].map((file) => this.#fs.read(join(directory, file)));
    const cores = Number.parseInt(quotaUs ?? '', 10) / Number.parseInt(periodUs ?? '', 10);
    return cores > 0 ? cores : undefined;
  }
}

/** The group itself, its parent, and so on up to the root. */
function ancestors(group: string): string[] {
  return group === '/' ? [group] : [group, ...ancestors(dirname(group))];
}
