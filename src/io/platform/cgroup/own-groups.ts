import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KnobValue, Written } from '../../../core/knobs/knob.ts';
import { isRunning, ownIdentity, type ProcessIdentity } from '../../process/process-identity.ts';
import { CheckedFile } from '../../recording/checked-file.ts';
import { type FindProcesses, treesOf } from '../find-processes.ts';
import { Procfs } from '../procfs.ts';
import { type CgroupFs, groupPids, kernelCgroupFs } from './cgroup-fs.ts';
import { groupPrefix } from './cgroup-tree.ts';
import { type GroupResource, hasSetting, readSetting, writeSetting } from './group-settings.ts';
import { findHierarchy, groupOf, type Hierarchy } from './hierarchy.ts';

/** A group that was made for a running process, and where each of its processes came from. */
type OwnGroup = { directory: string; members: (ProcessIdentity & { from: string })[] };

/** What is on disk while there are such groups. */
type Ledger = { owner: ProcessIdentity; groups: OwnGroup[] };

const removalTries = 100;
const removalPauseMs = 20;

/** The file in which groups are written down before they are made, so that they can be undone after a crash. */
export function ownGroupsLedger(path: string): CheckedFile<Ledger> {
  return new CheckedFile({ path, format: 'trimtab-own-groups-1', what: 'the record of the CPU groups made' });
}

/**
 * CPU groups for processes that run already and that no launcher placed: made at the first write, with the process,
 * its descendants and what they start later inside; taken away at the end, each process back where it came from.
 * A process that is in a group of a Trimtab launcher is turned there.
 */
export class OwnGroups {
  readonly #ledger: CheckedFile<Ledger>;
  readonly #find: FindProcesses;
  readonly #fs: CgroupFs;
  readonly #procfs: Procfs;
  readonly #procRoot: string;
  readonly #groups: OwnGroup[] = [];

  constructor(options: {
    ledger: CheckedFile<Ledger>;
    find: FindProcesses;
    fs?: CgroupFs;
    /** `/proc` except in tests. */
    procRoot?: string;
  }) {
    const { ledger, find, fs = kernelCgroupFs, procRoot = '/proc' } = options;
    this.#ledger = ledger;
    this.#find = find;
    this.#fs = fs;
    this.#procfs = new Procfs(procRoot);
    this.#procRoot = procRoot;
  }

  /** What the kernel holds for a process now; undefined without such a process. */
  async read(process: string, resource: GroupResource): Promise<KnobValue | undefined> {
    const [pid] = await this.#find(process);
    const hierarchy = this.#hierarchy(resource);
    if (pid === undefined || !hierarchy) return undefined;
    const group = groupOf(pid, hierarchy, this.#fs, this.#procRoot);
    return group && readSetting({ fs: this.#fs, procfs: this.#procfs, hierarchy, group, pid }, resource);
  }

  /** Turns one resource of a process; the first write for it makes its group. */
  async write(process: string, resource: GroupResource, value: KnobValue): Promise<Written> {
    const roots = await this.#find(process);
    const hierarchy = this.#hierarchy(resource);
    if (roots.length === 0) {
      return { ok: false, outcome: 'unreachable', reason: `no process ${process} runs on this machine` };
    }
    if (!hierarchy) return rejected(`no cgroup hierarchy of this machine has the controller of ${resource}`);
    try {
      const group = this.#place(process, roots, hierarchy);
      if (!hasSetting(this.#fs, hierarchy, group, resource))
        return rejected(
          `the group of ${process} takes no ${resource}: the controller is not handed on to ${group}`,
        );
      writeSetting(this.#fs, hierarchy, group, resource, value);
      return { ok: true };
    } catch (error) {
      return rejected(
        `${(error as Error).message}; it needs root, or a delegated cgroup (systemd: Delegate=yes)`,
      );
    }
  }

  /** Moves every process back and takes the groups away. Returns the directories that could not be removed, normally none. */
  async release(): Promise<string[]> {
    const left = await takeAway(this.#groups.splice(0), this.#fs, this.#procfs);
    if (left.length === 0) this.#ledger.remove();
    return left;
  }

  #hierarchy(resource: GroupResource): Hierarchy | undefined {
    return findHierarchy(resource === 'cpus' ? 'cpuset' : 'cpu', this.#fs, this.#procRoot);
  }

  /** The group of a process; throws what the kernel answers. */
  #place(process: string, roots: readonly number[], hierarchy: Hierarchy): string {
    const current = groupOf(roots[0] as number, hierarchy, this.#fs, this.#procRoot) ?? hierarchy.mount;
    const isOurs = this.#groups.some(({ directory }) => directory === current);
    if (!isOurs && isTrimtabGroup(current, hierarchy.mount)) return current;
    const group = isOurs ? current : this.#make(process, current, hierarchy);
    this.#moveAll(roots, hierarchy, group);
    return group;
  }

  #make(process: string, current: string, { version, mount }: Hierarchy): string {
    // Groups of v2 that hold processes cannot have subgroups with limits, so ours stands beside the process's own.
    const parent = version === 1 || current === mount ? current : dirname(current);
    const directory = join(parent, groupName(process));
    if (this.#groups.every((group) => group.directory !== directory)) {
      this.#groups.push({ directory, members: [] });
      this.#writeDown();
    }
    if (this.#fs.read(join(directory, 'cgroup.procs')) !== undefined) return directory;
    if (version === 2) this.#handOn(parent);
    this.#fs.makeDirectory(directory);
    // A cpuset of v1 takes no process before it has CPUs and memory.
    for (const file of ['cpuset.cpus', 'cpuset.mems']) {
      const inherited = this.#fs.read(join(parent, file));
      if (version === 1 && inherited !== undefined) this.#fs.write(join(directory, file), inherited.trim());
    }
    return directory;
  }

  #handOn(parent: string): void {
    const file = join(parent, 'cgroup.subtree_control');
    const enabled = this.#fs.read(file)?.trim().split(/\s+/) ?? [];
    const available = this.#fs.read(join(parent, 'cgroup.controllers'))?.trim().split(/\s+/) ?? [];
    for (const controller of ['cpu', 'cpuset']) {
      if (available.includes(controller) && !enabled.includes(controller))
        this.#fs.write(file, `+${controller}`);
    }
  }

  /** A process may start a child between the look and its own move; parents move first, so this ends. */
  #moveAll(roots: readonly number[], hierarchy: Hierarchy, directory: string): void {
    const isOutside = (pid: number) => {
      const group = groupOf(pid, hierarchy, this.#fs, this.#procRoot);
      return group !== undefined && group !== directory;
    };
    for (let outside = treesOf(roots, this.#procfs).filter(isOutside); outside.length > 0; ) {
      this.#note(outside, hierarchy, directory);
      for (const pid of outside) this.#move(pid, directory);
      outside = treesOf(roots, this.#procfs).filter(isOutside);
    }
  }

  #note(pids: readonly number[], hierarchy: Hierarchy, directory: string): void {
    const own = this.#groups.find((group) => group.directory === directory);
    for (const { pid, startTicks } of this.#procfs.infos(pids)) {
      const from = groupOf(pid, hierarchy, this.#fs, this.#procRoot);
      if (from !== undefined) own?.members.push({ pid, startTicks, from });
    }
    this.#writeDown();
  }

  #move(pid: number, directory: string): void {
    try {
      this.#fs.write(join(directory, 'cgroup.procs'), String(pid));
    } catch (error) {
      // A process that ended meanwhile needs no place.
      if (this.#procfs.info(pid)?.commandLine) throw error;
    }
  }

  #writeDown(): void {
    const saved = this.#ledger.save({ owner: ownIdentity(), groups: this.#groups });
    if (!saved.ok) throw new Error(saved.refusals.map(({ reason }) => reason).join('; '));
  }
}

/** Takes away the groups of an owner that no longer runs. Returns what could not be taken away, normally nothing. */
export async function releaseOrphanedGroups(
  ledger: CheckedFile<Ledger>,
  fs: CgroupFs = kernelCgroupFs,
  procfs = new Procfs(),
): Promise<string[]> {
  const stored = ledger.load();
  if (!stored.ok) return stored.refusals.map(({ reason }) => reason);
  if (stored.value === undefined || isRunning(stored.value.owner)) return [];
  const left = await takeAway(stored.value.groups, fs, procfs);
  if (left.length === 0) ledger.remove();
  return left;
}

async function takeAway(groups: readonly OwnGroup[], fs: CgroupFs, procfs: Procfs): Promise<string[]> {
  const left: string[] = [];
  for (const group of groups) if (!(await removeGroup(group, fs, procfs))) left.push(group.directory);
  return left;
}

/** A group whose last process just ended stays busy for a moment, hence the tries. */
async function removeGroup({ directory, members }: OwnGroup, fs: CgroupFs, procfs: Procfs): Promise<boolean> {
  for (let tries = 0; tries < removalTries; tries++) {
    if (fs.read(join(directory, 'cgroup.procs')) === undefined) return true;
    for (const pid of groupPids(fs, directory)) {
      const startTicks = procfs.info(pid)?.startTicks;
      const known = members.find((member) => member.pid === pid && member.startTicks === startTicks);
      // Children that were started inside go where their parents came from.
      const home = known?.from ?? members[0]?.from ?? dirname(directory);
      attempt(() => fs.write(join(home, 'cgroup.procs'), String(pid)));
    }
    if (attempt(() => fs.removeDirectory(directory))) return true;
    await sleep(removalPauseMs);
  }
  return false;
}

function isTrimtabGroup(directory: string, mount: string): boolean {
  return directory
    .slice(mount.length)
    .split('/')
    .some((name) => name.startsWith(groupPrefix));
}

/** Ends with the maker's pid, as all groups of ours do: what a dead maker left behind is told by it. */
function groupName(process: string): string {
  return `${groupPrefix}${encodeURIComponent(process).replaceAll('.', '%2E')}-${globalThis.process.pid}`;
}

function attempt(action: () => void): boolean {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}

function rejected(reason: string): Written {
  return { ok: false, outcome: 'rejected', reason };
}
