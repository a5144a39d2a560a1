import { dirname, join } from 'node:path';
import type { KnobValue, Written } from '../../../core/knobs/knob.ts';
import { isRunning, ownIdentity, type ProcessIdentity } from '../../process/process-identity.ts';
import { CheckedFile } from '../../recording/checked-file.ts';
import type { FindProcesses } from '../find-processes.ts';
import { Procfs } from '../procfs.ts';
import { type CgroupFs, kernelCgroupFs, words } from './cgroup-fs.ts';
import { groupName, groupPrefix } from './cgroup-tree.ts';
import { moveTrees, removeGroup } from './group-moves.ts';
import { type GroupResource, hasSetting, readSetting, writeSetting } from './group-settings.ts';
import { findHierarchy, groupOf, type Hierarchy } from './hierarchy.ts';

/** A group that was made for a running process, and where each of its processes came from. */
type OwnGroup = { directory: string; members: (ProcessIdentity & { from: string })[] };

/** What is on disk while there are such groups. */
type Ledger = { owner: ProcessIdentity; groups: OwnGroup[] };

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

  /** Turns one resource of a process; the first write for it makes its group, and one that is refused leaves none. */
  async write(process: string, resource: GroupResource, value: KnobValue): Promise<Written> {
    const roots = await this.#find(process);
    const hierarchy = this.#hierarchy(resource);
    if (roots.length === 0) {
      return { ok: false, outcome: 'unreachable', reason: `no process ${process} runs on this machine` };
    }
    if (!hierarchy) return rejected(`no cgroup hierarchy of this machine has the controller of ${resource}`);
    const before = this.#groups.length;
    const refusal = this.#turn(process, roots, hierarchy, resource, value);
    if (refusal === undefined) return { ok: true };
    await this.#takeAwayFrom(before);
    return rejected(refusal);
  }

  /** Why a resource could not be turned; undefined when it was. */
  #turn(
    process: string,
    roots: readonly number[],
    hierarchy: Hierarchy,
    resource: GroupResource,
    value: KnobValue,
  ): string | undefined {
    try {
      const group = this.#place(process, roots, hierarchy);
      if (!hasSetting(this.#fs, hierarchy, group, resource))
        return `the group of ${process} takes no ${resource}: the controller is not handed on to ${group}`;
      writeSetting(this.#fs, hierarchy, group, resource, value);
      return undefined;
    } catch (error) {
      return `${(error as Error).message}; it needs root, or a delegated cgroup (systemd: Delegate=yes)`;
    }
  }

  /**
   * Moves every process back and takes the groups away. Returns the directories that could not be removed, normally none;
   * they stay on record, and the next call tries them again.
   */
  async release(): Promise<string[]> {
    // What a maker before us left may still be on record.
    if (this.#groups.length === 0) return [];
    return this.#takeAwayFrom(0);
  }

  /** Takes away the groups that were made after the first `kept`; returns the directories that could not be removed. */
  async #takeAwayFrom(kept: number): Promise<string[]> {
    const made = this.#groups.splice(kept);
    if (made.length === 0) return [];
    const left = await takeAway(made, this.#fs, this.#procfs);
    this.#groups.push(...left.groups);
    if (this.#groups.length === 0) this.#ledger.remove();
    // A record that still names what is gone does no harm.
    else if (kept > 0) this.#ledger.save({ owner: ownIdentity(), groups: this.#groups });
    return left.directories;
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
    if (this.#fs.read(join(directory, 'cgroup.procs')) === undefined) {
      if (version === 2) this.#handOn(parent);
      this.#fs.makeDirectory(directory);
    }
    // A cpuset of v1 takes no process before it has CPUs and memory.
    for (const file of version === 1 ? ['cpuset.cpus', 'cpuset.mems'] : []) {
      if (this.#fs.read(join(directory, file))?.trim() !== '') continue;
      this.#fs.write(join(directory, file), (this.#fs.read(join(parent, file)) ?? '').trim());
    }
    return directory;
  }

  #handOn(parent: string): void {
    const file = join(parent, 'cgroup.subtree_control');
    const enabled = words(this.#fs.read(file));
    const available = words(this.#fs.read(join(parent, 'cgroup.controllers')));
    for (const controller of ['cpu', 'cpuset']) {
      if (available.includes(controller) && !enabled.includes(controller))
        this.#fs.write(file, `+${controller}`);
    }
  }

  #moveAll(roots: readonly number[], hierarchy: Hierarchy, directory: string): void {
    const groupNow = (pid: number) => groupOf(pid, hierarchy, this.#fs, this.#procRoot);
    moveTrees({
      roots,
      directories: [directory],
      fs: this.#fs,
      procfs: this.#procfs,
      choose: (pids) => {
        const homes = pids.flatMap((pid) => {
          const from = groupNow(pid);
          return from === undefined || from === directory ? [] : { pid, from };
        });
        this.#note(homes, directory);
        return homes.map(({ pid }) => pid);
      },
    });
  }

  /** Has on disk where processes come from that are about to be moved into a group of ours. */
  #note(homes: readonly { pid: number; from: string }[], directory: string): void {
    const members = this.#groups.find((group) => group.directory === directory)?.members ?? [];
    const fresh = homes.flatMap(({ pid, from }) => {
      const startTicks = this.#procfs.info(pid)?.startTicks;
      const isKnown = members.some((each) => each.pid === pid && each.startTicks === startTicks);
      return startTicks === undefined || isKnown ? [] : { pid, startTicks, from };
    });
    if (fresh.length === 0) return;
    members.push(...fresh);
    this.#writeDown();
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
  const { directories } = await takeAway(stored.value.groups, fs, procfs);
  if (directories.length === 0) ledger.remove();
  return directories;
}

/** Returns the groups that could not be taken away, and of them the directories. */
async function takeAway(
  groups: readonly OwnGroup[],
  fs: CgroupFs,
  procfs: Procfs,
): Promise<{ groups: OwnGroup[]; directories: string[] }> {
  const left: { groups: OwnGroup[]; directories: string[] } = { groups: [], directories: [] };
  for (const group of groups) {
    const directories = await removeGroup(fs, group.directory, (pid) => homeOf(pid, group, procfs));
    if (directories.length === 0) continue;
    left.groups.push(group);
    left.directories.push(...directories);
  }
  return left;
}

/** Where a process of a group goes when the group is taken away. Children that were started inside go where their parents came from. */
function homeOf(pid: number, { directory, members }: OwnGroup, procfs: Procfs): string {
  const startTicks = procfs.info(pid)?.startTicks;
  const known = members.find((member) => member.pid === pid && member.startTicks === startTicks);
  return known?.from ?? members[0]?.from ?? dirname(directory);
}

function isTrimtabGroup(directory: string, mount: string): boolean {
  return directory
    .slice(mount.length)
    .split('/')
    .some((name) => name.startsWith(groupPrefix));
}

function rejected(reason: string): Written {
  return { ok: false, outcome: 'rejected', reason };
}
