import { readdirSync, readlinkSync, rmSync } from 'node:fs';

const segmentLock = /^(\/dev\/shm\/fast(?:dds|rtps)_[0-9a-f]{16})_el$/;

/**
 * The segments of Fast DDS' shared memory that a process owns, as paths: it keeps their lock files open. None where it has
 * ended or another middleware is in use.
 */
export function segmentsOf(pid: number): string[] {
  return openFiles(pid).flatMap((path) => segmentLock.exec(path)?.[1] ?? []);
}

/** Removes segments of processes that have ended. Their names are drawn at random, so that nobody else's are met. */
export function removeSegments(paths: readonly string[]): void {
  for (const path of paths.flatMap((segment) => [segment, `${segment}_el`])) rmSync(path, { force: true });
}

function openFiles(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).flatMap((fd) => target(`${folder}/${fd}`) ?? []);
  } catch {
    return [];
  }
}

/** Undefined where the file was closed meanwhile. */
function target(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch {
    return undefined;
  }
}
