import {
  accessSync,
  constants,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** What cgroups need of a file system. Tests put a file tree behind it that behaves like the kernel's. */
export interface CgroupFs {
  /** Undefined when the file cannot be read. */
  read(path: string): string | undefined;
  /** Throws what the kernel answers. */
  write(path: string, text: string): void;
  makeDirectory(path: string): void;
  removeDirectory(path: string): void;
  /** Names of the directories inside; empty when there is no such directory. */
  directories(path: string): string[];
  isWritable(path: string): boolean;
}

/** The kernel's own. */
export const kernelCgroupFs: CgroupFs = {
  read(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return undefined;
    }
  },
  write: (path, text) => writeFileSync(path, text),
  makeDirectory: (path) => mkdirSync(path),
  removeDirectory: (path) => rmdirSync(path),
  directories(path) {
    try {
      return readdirSync(path, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name);
    } catch {
      return [];
    }
  },
  isWritable(path) {
    try {
      accessSync(path, constants.W_OK);
      return true;
    } catch {
      return false;
    }
  },
};

/** Pids in the group, those of its subgroups not included. */
export function groupPids(fs: CgroupFs, group: string): number[] {
  const text = fs.read(join(group, 'cgroup.procs')) ?? '';
  return text.split('\n').filter(Boolean).map(Number);
}

/** A line `key value` of a flat-keyed file such as cpu.stat; 0 when absent. */
export function flatKey(text: string | undefined, key: string): number {
  return Number(new RegExp(`^${key} (\\d+)`, 'm').exec(text ?? '')?.[1] ?? 0);
}

/** The words of a file such as cgroup.controllers; none when it is absent. */
export function words(text: string | undefined): string[] {
  return text?.trim().split(/\s+/) ?? [];
}
