import { type BigIntStats, lstatSync, readdirSync, readFileSync, readlinkSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { fastDdsObjects, lockedFiles, type ShmFile, type ShmObject } from '../../core/fast-dds-memory.ts';

/** What Fast DDS has in /dev/shm. */
export type FastDdsMemory = {
  objects: ShmObject[];
  /** What /dev/shm can hold. */
  folderBytes: number;
  /** Whether locks of all processes are seen: in a container the kernel shows those of its own processes only. */
  seesAllProcesses: boolean;
};

/** The kernel's PROC_PID_INIT_INO: the PID namespace that all others are below. */
const firstPidNamespace = 'pid:[4026531836]';

/**
 * Looks at /dev/shm and /proc/locks below `root`, and touches neither: while one tries a lock, Fast DDS would take the file for
 * that of a living process. Throws what the file system throws where one of them cannot be read.
 */
export function readFastDdsMemory(root = '/'): FastDdsMemory {
  const folder = join(root, 'dev/shm');
  const { bsize, blocks } = statfsSync(folder);
  // Before the locks: a process that starts in between has its lock already.
  const files = readdirSync(folder).flatMap((name) => describeFile(folder, name) ?? []);
  const locked = lockedFiles(readFileSync(join(root, 'proc/locks'), 'utf8'));
  return {
    objects: fastDdsObjects(files, locked),
    folderBytes: bsize * blocks,
    seesAllProcesses: pidNamespace(root) === firstPidNamespace,
  };
}

/** Undefined where the file is gone meanwhile. */
function describeFile(folder: string, name: string): ShmFile | undefined {
  const stat = lstatSync(join(folder, name), { bigint: true, throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  // Blocks of 512 bytes, whatever the file system's own are.
  return { name, id: lockId(stat), bytes: 512 * Number(stat.blocks), uid: Number(stat.uid) };
}

/** As the kernel writes it into /proc/locks; how a device number is composed: glibc's sys/sysmacros.h. */
function lockId({ dev, ino }: BigIntStats): string {
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & 0xfffff000n);
  const minor = (dev & 0xffn) | ((dev >> 12n) & 0xffffff00n);
  const hex = (part: bigint) => part.toString(16).padStart(2, '0');
  return `${hex(major)}:${hex(minor)}:${ino}`;
}

function pidNamespace(root: string): string | undefined {
  try {
    return readlinkSync(join(root, 'proc/self/ns/pid'));
  } catch {
    return undefined;
  }
}
