import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bytesOf, isNotable, type ShmObject } from '../../../core/fast-dds-memory.ts';
import { readFastDdsMemory } from '../fast-dds-memory.ts';
import { findProgram } from './find.ts';
import type { Machine, Part } from './part.ts';

const part = 'shared memory';

/**
 * What does by hand the same as `fastdds shm clean`, and for all versions of Fast DDS: it takes away what nobody holds a lock
 * on at that very moment. Redirected files are not opened to be created, which fs.protected_regular refuses even root where
 * they are another user's.
 */
const clearByHand = `sh -c 'cd /dev/shm && for l in fast*_[es]l; do (if flock -n 9; then rm -f "$l" "\${l%_?l}" "sem.\${l%_?l}_mutex"; fi) 9<"$l"; done'`;

/** What Fast DDS has in shared memory, and how much of it killed processes have left over; `uid` is the caller's. */
export function probeSharedMemory(machine: Machine, uid = process.getuid?.()): Part {
  let memory: ReturnType<typeof readFastDdsMemory>;
  try {
    memory = readFastDdsMemory(machine.root);
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    const cost = 'what killed nodes left in shared memory cannot be told';
    return { part, state: 'absent', found, cost };
  }
  const { objects, folderBytes, seesAllProcesses } = memory;
  const withLock = (lock: ShmObject['lock']) => objects.filter((object) => object.lock === lock);
  const leftOver = withLock('released');
  const share = ((100 * bytesOf(leftOver)) / folderBytes).toFixed(1);
  const found = [
    `in use: ${count(withLock('held'))}`,
    `left over: ${count(leftOver)}${leftOver.length > 0 ? `, ${megabytes(leftOver)}, ${share} % of /dev/shm` : ''}`,
    ...foreign(leftOver, machine, uid),
    ...(withLock('none').length > 0 ? [`without a lock: ${count(withLock('none'))}`] : []),
    ...(seesAllProcesses ? [] : ['from in here processes outside of this container are not seen']),
  ].join('; ');
  if (!isNotable(leftOver, folderBytes)) return { part, state: 'real', found };
  const cost = 'the memory stays taken; with /dev/shm full, new nodes have UDP only';
  return { part, state: 'stale', found, cost, cure: cureFor(leftOver, machine, uid) };
}

function count(objects: readonly ShmObject[]): string {
  const ports = objects.filter(({ kind }) => kind === 'port').length;
  const parts = [plural(objects.length - ports, 'segment'), plural(ports, 'port')];
  return parts.filter((part) => part !== '').join(' and ') || 'none';
}

const plural = (number: number, what: string) =>
  number === 0 ? '' : `${number} ${what}${number === 1 ? '' : 's'}`;

const megabytes = (objects: readonly ShmObject[]) => `${(bytesOf(objects) / 1e6).toFixed(1)} MB`;

/** What of it other users own. */
function foreign(objects: readonly ShmObject[], machine: Machine, uid: number | undefined): string[] {
  return otherOwners(objects, uid).map((owner) => {
    const theirs = objects.filter((object) => object.uid === owner);
    return `of these ${userName(machine, owner)}'s: ${count(theirs)}`;
  });
}

function otherOwners(objects: readonly ShmObject[], uid: number | undefined): number[] {
  return [...new Set(objects.map((object) => object.uid))]
    .filter((owner) => owner !== uid)
    .sort((a, b) => a - b);
}

function userName({ root }: Machine, uid: number): string {
  try {
    const users = readFileSync(join(root, 'etc/passwd'), 'utf8').split('\n');
    const [name] = users.map((line) => line.split(':')).find(([, , id]) => id === String(uid)) ?? [];
    return name ?? `user ${uid}`;
  } catch {
    return `user ${uid}`;
  }
}

/** The command that clears it, and who has to run it: /dev/shm lets users remove nothing but their own. */
function cureFor(leftOver: readonly ShmObject[], machine: Machine, uid: number | undefined): string {
  const command = clearsAll(leftOver, machine) ? 'fastdds shm clean' : clearByHand;
  const others = otherOwners(leftOver, uid).map((owner) => userName(machine, owner));
  return others.length > 0 ? `${command} (as ${others.join(' and as ')} too)` : command;
}

/** Whether `fastdds shm clean` does, typed into the caller's shell. */
function clearsAll(leftOver: readonly ShmObject[], machine: Machine): boolean {
  // The tool of the wheels is on the PATH of our own programs only.
  if (machine.env.TRIMTAB_ROS === 'wheels') return false;
  // It knows the files of its own generation of Fast DDS.
  const fastDds2 = ['humble', 'jazzy'].includes(machine.env.ROS_DISTRO ?? '');
  const known = fastDds2 ? 'fastrtps_' : 'fastdds_';
  const tool = findProgram(machine, 'fastdds');
  if (tool === undefined || !leftOver.every(({ name }) => name.startsWith(known))) return false;
  // Without the Python package psutil some versions do nothing but say so.
  return spawnSync(tool, ['-h'], { stdio: 'ignore', timeout: 10_000 }).status === 0;
}
