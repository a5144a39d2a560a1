import { dirname, join } from 'node:path';
import type { CgroupSample } from '../../../core/measure/system-window.ts';
import { CpuAccumulator } from '../cpu-accumulator.ts';
import { Procfs } from '../procfs.ts';
import { stalledMs } from '../sensors/pressure.ts';
import { SwitchAccumulator } from '../switch-accumulator.ts';
import { type CgroupFs, groupPids, kernelCgroupFs } from './cgroup-fs.ts';
import { cpuacctMs, readLimit, throttledMsIn, usedMsIn } from './cpu-controller.ts';
import { groupPath, type Hierarchy, holderOf, mountedHierarchies } from './hierarchy.ts';

/** A robot has a few groups; a machine that gives every process one of its own is not read in full. */
const mostGroups = 32;
/** Threads cost a file each: those of one group are looked at once in so many samples, of some groups in each. */
const samplesPerTurn = 4;
/** Of a group with more processes, as a whole login session is, the context switches are not read. */
const mostSwitchMembers = 64;

/** What is added up over a group's processes, for what the kernel does not count. */
type Members = { usage: CpuAccumulator; switches: SwitchAccumulator };

/** The hierarchies whose files say what a group of processes uses; with version 2 all are one. */
type Hierarchies = { cpu: Hierarchy; cpuacct: Hierarchy | undefined; memory: Hierarchy | undefined };

/**
 * Reads what the kernel counts for the control groups of some processes: the groups they are in, and those above that
 * have a CPU limit. The root is left out where nothing limits it, as the host's own figures say the same.
 */
export class CgroupSampler {
  readonly #fs: CgroupFs;
  readonly #procfs: Procfs;
  readonly #hierarchies: Hierarchies | undefined;
  #groups = new Map<string, Members>();
  #samples = 0;

  constructor(options: { fs?: CgroupFs; procfs?: Procfs; procRoot?: string } = {}) {
    const { fs = kernelCgroupFs, procRoot = '/proc', procfs = new Procfs(procRoot) } = options;
    this.#fs = fs;
    this.#procfs = procfs;
    this.#hierarchies = findHierarchies(mountedHierarchies(fs, procRoot));
  }

  /** Finds the groups of these processes anew. */
  search(pids: readonly number[]): void {
    const hierarchies = this.#hierarchies;
    if (!hierarchies) return;
    const own = new Set(pids.map((pid) => groupPath(this.#procfs.membership(pid) ?? '', hierarchies.cpu)));
    const groups = [...own].filter((group) => group !== undefined);
    const limiting = groups.flatMap(ancestors).filter((group) => this.#limitCores(group) !== undefined);
    const shown = [...new Set([...groups.filter((group) => group !== '/'), ...limiting])].sort();
    this.#groups = new Map(
      shown.slice(0, mostGroups).map((group) => [group, this.#groups.get(group) ?? this.#accumulate()]),
    );
  }

  /** One sample per group that still exists; the switches are in every fourth of a group's samples. */
  sample(): CgroupSample[] {
    const hierarchies = this.#hierarchies;
    if (!hierarchies) return [];
    this.#samples += 1;
    return [...this.#groups].flatMap(([name, members], index) => {
      const directory = join(hierarchies.cpu.mount, name);
      const stat = this.#fs.read(join(directory, 'cpu.stat'));
      if (stat === undefined) return [];
      const limitCores = this.#limitCores(name);
      const isItsTurn = (this.#samples + index) % samplesPerTurn === 0;
      const switches = isItsTurn ? this.#switches(directory, members.switches) : undefined;
      return {
        name,
        ...this.#usage(name, stat, members.usage, hierarchies),
        ...(limitCores !== undefined && { limitCores }),
        ...this.#pressure(directory),
        ...(switches && { switches }),
      };
    });
  }

  #accumulate(): Members {
    return { usage: new CpuAccumulator(this.#procfs), switches: new SwitchAccumulator(this.#procfs) };
  }

  /** No version counts them for a group. */
  #switches(directory: string, members: SwitchAccumulator): CgroupSample['switches'] {
    const pids = this.#members(directory);
    return pids.length > mostSwitchMembers ? undefined : members.update(pids);
  }

  /** Counted by the kernel where the same group is in the hierarchies that count; else added up over its processes. */
  #usage(name: string, stat: string, members: CpuAccumulator, { cpu, cpuacct, memory }: Hierarchies) {
    const cpuMs =
      cpu.version === 2 ? usedMsIn(stat) : cpuacct && cpuacctMs(this.#fs, join(cpuacct.mount, name));
    const memoryBytes = memory && this.#memoryBytes(memory, name);
    const throttledMs = throttledMsIn(cpu.version, stat);
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

  #memoryBytes({ version, mount }: Hierarchy, name: string): number | undefined {
    const file = version === 2 ? 'memory.current' : 'memory.usage_in_bytes';
    const text = this.#fs.read(join(mount, name, file));
    return text === undefined ? undefined : Number(text);
  }

  /** Only version 2 has pressure files. */
  #pressure(directory: string): Pick<CgroupSample, 'cpuStalledMs' | 'memoryStalledMs' | 'ioStalledMs'> {
    if (this.#hierarchies?.cpu.version !== 2) return {};
    const stalled = (resource: string) => stalledMs(this.#fs.read(join(directory, `${resource}.pressure`)));
    const [cpuStalledMs, memoryStalledMs, ioStalledMs] = ['cpu', 'memory', 'io'].map(stalled);
    return {
      ...(cpuStalledMs !== undefined && { cpuStalledMs }),
      ...(memoryStalledMs !== undefined && { memoryStalledMs }),
      ...(ioStalledMs !== undefined && { ioStalledMs }),
    };
  }

  /** The limit of one group in cores; undefined for none. */
  #limitCores(name: string): number | undefined {
    const cpu = this.#hierarchies?.cpu;
    const limit = cpu && readLimit(this.#fs, cpu.version, join(cpu.mount, name));
    return typeof limit === 'number' && limit > 0 ? limit : undefined;
  }
}

/** The group itself, its parent, and so on up to the root. */
function ancestors(group: string): string[] {
  return group === '/' ? [group] : [group, ...ancestors(dirname(group))];
}

function findHierarchies(mounted: readonly Hierarchy[]): Hierarchies | undefined {
  const cpu = holderOf('cpu', mounted);
  if (!cpu) return undefined;
  const alike = mounted.filter(({ version }) => version === cpu.version);
  return { cpu, cpuacct: holderOf('cpuacct', alike), memory: holderOf('memory', alike) };
}
