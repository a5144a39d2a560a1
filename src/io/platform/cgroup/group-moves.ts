import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Procfs } from '../procfs.ts';
import { type CgroupFs, groupPids } from './cgroup-fs.ts';

/** A group whose last process just ended stays busy for a moment, hence the tries. */
const removalTries = 100;
const removalPauseMs = 20;

/**
 * Moves processes with all their descendants into a group, given by its directories, one per hierarchy; `choose` says
 * which of those found are moved. A process may start a child between the look and its own move; parents move first and
 * each process is moved once, so this ends: a dead child that nobody has waited for can be moved nowhere.
 */
export function moveTrees(options: {
  roots: readonly number[];
  directories: readonly string[];
  fs: CgroupFs;
  procfs: Procfs;
  choose?: (pids: readonly number[]) => readonly number[];
}): void {
  const { roots, directories, fs, procfs, choose = (pids) => pids } = options;
  const seen = new Set<number>();
  for (;;) {
    const found = procfs.tree(...roots).filter((pid) => !seen.has(pid));
    if (found.length === 0) return;
    for (const pid of choose(found)) for (const directory of directories) move(pid, directory, fs, procfs);
    for (const pid of found) seen.add(pid);
  }
}

function move(pid: number, directory: string, fs: CgroupFs, procfs: Procfs): void {
  try {
    fs.write(join(directory, 'cgroup.procs'), String(pid));
  } catch (error) {
    // A process that ended meanwhile needs no place; one that nobody has waited for has no command line.
    if (procfs.info(pid)?.commandLine) throw error;
  }
}

/**
 * Takes a group away, its subgroups first, and ends nothing: a process still inside is moved to where `homeOf` says.
 * Returns the directories that could not be removed, normally none.
 */
export async function removeGroup(
  fs: CgroupFs,
  group: string,
  homeOf: (pid: number) => string,
): Promise<string[]> {
  const left = await Promise.all(
    fs.directories(group).map((name) => removeGroup(fs, join(group, name), homeOf)),
  );
  for (let tries = 0; tries < removalTries; tries++) {
    if (fs.read(join(group, 'cgroup.procs')) === undefined) return left.flat();
    for (const pid of groupPids(fs, group))
      attempt(() => fs.write(join(homeOf(pid), 'cgroup.procs'), String(pid)));
    if (attempt(() => fs.removeDirectory(group))) return left.flat();
    await sleep(removalPauseMs);
  }
  return [...left.flat(), group];
}

/** Whether an action went through; for those that may fail. */
export function attempt(action: () => void): boolean {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}
