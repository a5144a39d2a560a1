import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Machine } from './part.ts';

/** Where a program stands on the machine's PATH or in its folders for administrators, if anywhere. */
export function findProgram({ env, root }: Machine, name: string): string | undefined {
  const system = ['usr/sbin', 'usr/local/sbin', 'sbin'].map((folder) => join(root, folder));
  return [...pathEntries(env.PATH), ...system].map((folder) => join(folder, name)).find(isExecutable);
}

/** Where a file of a ROS package stands in the prefixes of AMENT_PREFIX_PATH, if anywhere. */
export function findInPrefixes({ env }: Machine, file: string): string | undefined {
  return pathEntries(env.AMENT_PREFIX_PATH)
    .map((prefix) => join(prefix, file))
    .find((path) => existsSync(path));
}

/** The first of some absolute paths that exists below the machine's root. */
export function findFile({ root }: Machine, paths: readonly string[]): string | undefined {
  return paths.map((path) => join(root, path)).find((path) => existsSync(path));
}

/** Names in a folder below the machine's root; none where it is absent or may not be read. */
export function namesIn({ root }: Machine, folder: string): string[] {
  try {
    return readdirSync(join(root, folder)).sort();
  } catch {
    return [];
  }
}

function pathEntries(path: string | undefined): string[] {
  return (path ?? '').split(delimiter).filter((entry) => entry !== '');
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
