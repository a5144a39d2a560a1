import type { CgroupStats, ProcessStats } from './profile.ts';
import { SystemCounter } from './system-counter.ts';

/** One look at the process, or the processes, of one name. Counters only grow, also when the pids change. */
export type ProcessSample = {
  name: string;
  pids: number[];
  cpuMs: number;
  rssBytes: number;
  threads: number;
  /** Context switches of all threads; absent in a look that left the threads out. */
  switches?: { voluntary: number; involuntary: number };
};

/** The ROS nodes that live in a process, and how that is known. */
export type Residents = { nodes: string[]; evidence: string };

/** One look at a control group. */
export type CgroupSample = {
  name: string;
  cpuMs: number;
  /** Undefined: no limit. */
  limitCores?: number;
  /** Time for which the limit kept it from running, summed over CPUs. */
  throttledMs: number;
  memoryBytes: number;
  /** Time in which some process waited for a CPU; undefined where the kernel does not count it. */
  cpuStalledMs?: number;
};

/** Threads are looked at once a second, so that a shorter window may hold no look at them. */
const leastSwitchWindowMs = 2500;

type ProcessTrack = {
  latest: ProcessSample & Residents;
  cpu: SystemCounter;
  voluntary: SystemCounter;
  involuntary: SystemCounter;
};
type CgroupTrack = {
  latest: CgroupSample;
  cpu: SystemCounter;
  throttled: SystemCounter;
  stalled: SystemCounter;
};

/** Processes and control groups over trailing windows. Times are of one clock that never goes back. */
export class SystemWindow {
  #processes = new Map<string, ProcessTrack>();
  #cgroups = new Map<string, CgroupTrack>();

  /** Files one look at all processes; a name that is not among them is forgotten. */
  recordProcesses(timeMs: number, samples: readonly (ProcessSample & Residents)[]): void {
    this.#processes = new Map(
      samples.map((latest) => {
        const { cpu, voluntary, involuntary } = this.#processes.get(latest.name) ?? {
          cpu: new SystemCounter(),
          voluntary: new SystemCounter(),
          involuntary: new SystemCounter(),
        };
        cpu.record(timeMs, latest.cpuMs);
        if (latest.switches) {
          voluntary.record(timeMs, latest.switches.voluntary);
          involuntary.record(timeMs, latest.switches.involuntary);
        }
        return [latest.name, { latest, cpu, voluntary, involuntary }];
      }),
    );
  }

  /** Files one look at all groups; one that is not among them is forgotten. */
  recordCgroups(timeMs: number, samples: readonly CgroupSample[]): void {
    this.#cgroups = new Map(
      samples.map((latest) => {
        const { cpu, throttled, stalled } = this.#cgroups.get(latest.name) ?? {
          cpu: new SystemCounter(),
          throttled: new SystemCounter(),
          stalled: new SystemCounter(),
        };
        cpu.record(timeMs, latest.cpuMs);
        throttled.record(timeMs, latest.throttledMs);
        if (latest.cpuStalledMs !== undefined) stalled.record(timeMs, latest.cpuStalledMs);
        return [latest.name, { latest, cpu, throttled, stalled }];
      }),
    );
  }

  /** What was seen in (endMs - windowMs, endMs]. */
  build(endMs: number, windowMs: number): { processes: ProcessStats[]; cgroups: CgroupStats[] } {
    return {
      processes: [...this.#processes.values()].map((track) => processStats(track, endMs, windowMs)),
      cgroups: [...this.#cgroups.values()].map((track) => cgroupStats(track, endMs, windowMs)),
    };
  }
}

/** A process of which too little was seen is counted as idle: its pids say whether it runs at all. */
function processStats(track: ProcessTrack, endMs: number, windowMs: number): ProcessStats {
  const { name, pids, rssBytes, threads, nodes, evidence } = track.latest;
  const switchesHz = (counter: SystemCounter) =>
    1000 * (counter.ratePerMs(endMs, Math.max(windowMs, leastSwitchWindowMs)) ?? 0);
  return {
    name,
    pids,
    cpuCores: track.cpu.ratePerMs(endMs, windowMs) ?? 0,
    rssBytes,
    threads,
    voluntarySwitchesHz: switchesHz(track.voluntary),
    involuntarySwitchesHz: switchesHz(track.involuntary),
    nodes,
    evidence,
  };
}

function cgroupStats(track: CgroupTrack, endMs: number, windowMs: number): CgroupStats {
  const { name, limitCores, memoryBytes } = track.latest;
  const stalled = track.stalled.ratePerMs(endMs, windowMs);
  return {
    name,
    cpuCores: track.cpu.ratePerMs(endMs, windowMs) ?? 0,
    ...(limitCores !== undefined && { limitCores }),
    // Several CPUs can be kept back at the same time, which the kernel adds up.
    throttledShare: Math.min(1, track.throttled.ratePerMs(endMs, windowMs) ?? 0),
    memoryBytes,
    ...(stalled !== undefined && { cpuPressure: Math.min(1, stalled) }),
  };
}
