import { join } from 'node:path';
import { Procfs } from '../procfs.ts';
import { type CgroupFs, groupPids, kernelCgroupFs } from './cgroup-fs.ts';
import { type CpuController, cpuController, type WritableCgroup } from './cpu-controller.ts';
import { attempt, moveTrees, removeGroup } from './group-moves.ts';

/** Beginning of the name of every group that Trimtab makes. */
export const groupPrefix = 'trimtab-';

/** The name of a group that this process makes. It ends with its maker's pid, by which what a dead maker left is told. */
export function groupName(label: string): string {
  return `${groupPrefix}${directoryName(label)}-${process.pid}`;
}

/**
 * A group with a CPU budget and one subgroup per named process, each with a limit of its own if wanted.
 * Methods throw what the kernel answers; `CpuBudget` turns that into refusals.
 */
export class CgroupTree {
  /** The parent group's name below the base, `trimtab-<label>-<pid of its maker>`. */
  readonly group: string;
  readonly #fs: CgroupFs;
  readonly #procfs: Procfs;
  readonly #controller: CpuController;

  private constructor(group: string, support: WritableCgroup, fs: CgroupFs, procfs: Procfs) {
    this.group = group;
    this.#fs = fs;
    this.#procfs = procfs;
    this.#controller = cpuController(support, fs);
  }

  /** Makes the parent group; `cores` undefined gives it no limit. After a failure nothing is left. */
  static create(options: {
    support: WritableCgroup;
    label: string;
    cores?: number | undefined;
    fs?: CgroupFs;
    procfs?: Procfs;
  }): CgroupTree {
    const { support, label, cores, fs = kernelCgroupFs, procfs = new Procfs() } = options;
    const group = groupName(label);
    const tree = new CgroupTree(group, support, fs, procfs);
    try {
      tree.#controller.enableSubgroups('');
      tree.#make(group);
      tree.#controller.setLimit(group, cores);
      tree.#controller.enableSubgroups(group);
    } catch (error) {
      for (const directory of tree.#controller.directories(group))
        attempt(() => fs.removeDirectory(directory));
      throw error;
    }
    return tree;
  }

  /** The tree that another process made, or undefined when there is none by this name. */
  static attach(options: {
    support: WritableCgroup;
    group: string;
    fs?: CgroupFs;
    procfs?: Procfs;
  }): CgroupTree | undefined {
    const { support, group, fs = kernelCgroupFs, procfs = new Procfs() } = options;
    if (!/^trimtab-[^/.]+$/.test(group)) return undefined;
    const tree = new CgroupTree(group, support, fs, procfs);
    return tree.#controller.readLimit(group) === undefined ? undefined : tree;
  }

  /** The whole tree's limit in cores; undefined for none. */
  get budgetCores(): number | undefined {
    const limit = this.#controller.readLimit(this.group);
    return limit === 'unlimited' ? undefined : limit;
  }

  /** Moves a process and all its descendants into the subgroup of this name; children it starts later follow by themselves. */
  place(name: string, pid: number): void {
    const group = this.#subgroup(name);
    const directories = this.#controller.directories(group);
    moveTrees({ roots: [pid], directories, fs: this.#fs, procfs: this.#procfs });
  }

  /** Limits a subgroup; returns the limit set, which never exceeds the budget. */
  limit(name: string, cores: number): number {
    const applied = Math.min(cores, this.budgetCores ?? cores);
    this.#controller.setLimit(this.#subgroup(name), applied);
    return applied;
  }

  /** What the kernel holds: the subgroup's limit, the budget where it has none, undefined when neither exists. */
  readLimit(name: string): number | undefined {
    const limit = this.#controller.readLimit(this.#path(name));
    return limit === 'unlimited' ? this.budgetCores : limit;
  }

  /** Names of the subgroups. */
  names(): string[] {
    const [directory = ''] = this.#controller.directories(this.group);
    return this.#fs.directories(directory).map(processName);
  }

  /** Pids of a subgroup. */
  pids(name: string): number[] {
    const [directory = ''] = this.#controller.directories(this.#path(name));
    return groupPids(this.#fs, directory);
  }

  /** CPU time of one subgroup or of all, ended processes included; undefined where the kernel does not count it. */
  usageMs(name?: string): number | undefined {
    return this.#controller.usageMs(name === undefined ? this.group : this.#path(name));
  }

  /** Time for which limits kept processes from running, summed over CPUs, of the budget and all subgroups. */
  throttledMs(): number {
    const groups = [this.group, ...this.names().map((name) => this.#path(name))];
    return groups.reduce((sum, group) => sum + this.#controller.throttledMs(group), 0);
  }

  /**
   * Takes the groups away and ends nothing: processes still inside are moved to this process's own group.
   * Returns the directories that could not be removed, normally none.
   */
  async remove(): Promise<string[]> {
    const homes = this.#controller.homes();
    const left = await Promise.all(
      this.#controller.directories(this.group).map((directory, index) => {
        return removeGroup(this.#fs, directory, () => homes[index] as string);
      }),
    );
    return left.flat();
  }

  #subgroup(name: string): string {
    const group = this.#path(name);
    this.#make(group);
    return group;
  }

  #path(name: string): string {
    return join(this.group, directoryName(name));
  }

  #make(group: string): void {
    for (const directory of this.#controller.directories(group)) {
      if (this.#fs.read(join(directory, 'cgroup.procs')) === undefined) this.#fs.makeDirectory(directory);
    }
  }
}

/**
 * Removes groups that a crashed run left: those whose maker no longer runs and that hold no process.
 * Returns the names of those removed and of those that crashed but still hold processes.
 */
export async function removeStaleGroups(options: {
  support: WritableCgroup;
  fs?: CgroupFs;
  procfs?: Procfs;
}): Promise<{ removed: string[]; occupied: string[] }> {
  const { support, fs = kernelCgroupFs, procfs = new Procfs() } = options;
  const controller = cpuController(support, fs);
  const bases = controller.directories('');
  const names = new Set(
    bases.flatMap((base) => fs.directories(base)).filter((name) => isOrphan(name, procfs)),
  );
  const removed: string[] = [];
  const occupied: string[] = [];
  for (const name of names) {
    const directories = controller.directories(name);
    if (directories.some((directory) => allPids(fs, directory).length > 0)) {
      occupied.push(name);
      continue;
    }
    const homes = controller.homes();
    const left = await Promise.all(
      directories.map((path, index) => removeGroup(fs, path, () => homes[index] as string)),
    );
    if (left.flat().length === 0) removed.push(name);
  }
  return { removed, occupied };
}

function isOrphan(name: string, procfs: Procfs): boolean {
  const maker = /^trimtab-.+-(\d+)$/.exec(name)?.[1];
  return maker !== undefined && procfs.info(Number(maker)) === undefined;
}

function allPids(fs: CgroupFs, group: string): number[] {
  return [group, ...fs.directories(group).map((name) => join(group, name))].flatMap((path) =>
    groupPids(fs, path),
  );
}

/** A directory name for any process name, one to one; no dots, as the kernel's own files have them. */
function directoryName(name: string): string {
  return encodeURIComponent(name).replaceAll('.', '%2E');
}

function processName(directory: string): string {
  return decodeURIComponent(directory);
}
