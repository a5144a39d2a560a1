import { Procfs } from '../platform/procfs.ts';

/** A process, told from a later one that got the same pid. */
export type ProcessIdentity = { pid: number; startTicks: number };

/** This process. */
export function ownIdentity(procfs = new Procfs()): ProcessIdentity {
  return { pid: process.pid, startTicks: procfs.info(process.pid)?.startTicks ?? 0 };
}

/** Whether just this process still runs; a zombie does not. */
export function isRunning({ pid, startTicks }: ProcessIdentity, procfs = new Procfs()): boolean {
  const info = procfs.info(pid);
  return info !== undefined && info.startTicks === startTicks && info.commandLine !== '';
}
