import { Procfs } from './procfs.ts';

/** The whole machine's CPU use; `busyMs` is a counter over all CPUs, time stolen by other machines left out. */
export type HostSample = { busyMs: number; cpuCount: number; load1: number };

/** Reads the machine's CPU counters. */
export function sampleHost(procfs = new Procfs()): HostSample {
  return { ...procfs.host(), load1: procfs.load1() };
}
