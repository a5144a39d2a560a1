import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { accept, type Result, refuse } from '../../core/refusal.ts';
import { isRunning, ownIdentity, type ProcessIdentity } from '../process/process-identity.ts';

const pauseMs = 20;
const usualWaitMs = 2000;
let lastAttempt = 0;

/**
 * Does something while no other process does so by the same path: `path.lock` says who is at it. Waits `waitMs` for
 * another one; refused (TT_FILE_LOCKED) after that. The lock of a process that died is taken away. The folder must be
 * there; throws where it cannot be written.
 */
export async function withFileLock<T>(
  path: string,
  act: () => Result<T>,
  options: { waitMs?: number } = {},
): Promise<Result<T>> {
  const held = await holdFileLock(path, options);
  if (!held.ok) return held;
  try {
    return act();
  } finally {
    held.value();
  }
}

/** As `withFileLock`, for as long as it takes: until what it returns is called. */
export async function holdFileLock(
  path: string,
  { waitMs = usualWaitMs }: { waitMs?: number } = {},
): Promise<Result<() => void>> {
  const lock = `${path}.lock`;
  const deadlineMs = performance.now() + waitMs;
  while (!create(lock)) {
    const owner = ownerOf(lock);
    if (owner !== undefined && !isRunning(owner)) takeAway(lock, owner);
    if (performance.now() > deadlineMs) return refuseLocked(path, lock, owner);
    await sleep(pauseMs);
  }
  return accept(() => rmSync(lock, { force: true }));
}

/** Makes the lock with its owner in it, in one step; false when there is one. */
function create(lock: string): boolean {
  lastAttempt++;
  const temporary = `${lock}.${process.pid}-${lastAttempt}`;
  writeFileSync(temporary, JSON.stringify(ownIdentity()));
  try {
    linkSync(temporary, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Undefined when the lock is gone, and for what no process of ours wrote. */
function ownerOf(lock: string): ProcessIdentity | undefined {
  try {
    const { pid, startTicks } = JSON.parse(readFileSync(lock, 'utf8')) as Partial<ProcessIdentity>;
    return typeof pid === 'number' && typeof startTicks === 'number' ? { pid, startTicks } : undefined;
  } catch {
    return undefined;
  }
}

/** Only whoever holds the lock of the lock takes it away: another's may stand there by now. */
function takeAway(lock: string, dead: ProcessIdentity): void {
  const claim = `${lock}.${dead.pid}-${dead.startTicks}`;
  if (!create(claim)) return;
  try {
    const owner = ownerOf(lock);
    if (owner?.pid === dead.pid && owner.startTicks === dead.startTicks) rmSync(lock, { force: true });
  } finally {
    rmSync(claim, { force: true });
  }
}

function refuseLocked(path: string, lock: string, owner: ProcessIdentity | undefined): Result<never> {
  const whose = owner === undefined ? 'something' : `process ${owner.pid}`;
  return refuse({
    code: 'TT_FILE_LOCKED',
    reason: `${whose} is writing ${path}`,
    found: lock,
    accepted: 'to wait for it; or to delete the lock, if nothing writes the file',
  });
}
