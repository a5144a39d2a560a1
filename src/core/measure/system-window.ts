import type { CgroupStats, ProcessStats } from './profile.ts';
import { SystemCounter } from './system-counter.ts';

/** One look at the process, or the processes, of one name. Counters only grow, also when the pids change. */
export type ProcessSample = {
  name: string;
  pids: number[];
  cpuMs: number;
  rssBytes: number;
  threads: number;
  /** Absent in a look that left the threads out. */
  switches?: Switches;
};

/** Context switches of all threads so far: given up by themselves, and taken from them. */
export type Switches = { voluntary: number; involuntary: number };

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
  /** Time in which some process waited for a CPU, for memory, for a disk; undefined where the kernel does not count it. */
  cpuStalledMs?: number;
  memoryStalledMs?: number;
  ioStalledMs?: number;
  /** Absent in a look that left the threads out, and of a group of very many processes. */
  switches?: Switches;
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
  cpuStalled: SystemCounter;
  memoryStalled: SystemCounter;
  ioStalled: SystemCounter;
  voluntary: SystemCounter;
  involuntary: SystemCounter;
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
        const track = this.#cgroups.get(latest.name) ?? newCgroupTrack(latest);
        const record = (counter: SystemCounter, total: number | undefined) => {
          if (total !== undefined) counter.record(timeMs, total);
        };
        record(track.cpu, latest.cpuMs);
        record(track.throttled, latest.throttledMs);
        record(track.cpuStalled, latest.cpuStalledMs);
        record(track.memoryStalled, latest.memoryStalledMs);
        record(track.ioStalled, latest.ioStalledMs);
        record(track.voluntary, latest.switches?.voluntary);
        record(track.involuntary, latest.switches?.involuntary);
        return [latest.name, { ...track, latest }];
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

function newCgroupTrack(latest: CgroupSample): CgroupTrack {
  return {
    latest,
    cpu: new SystemCounter(),
    throttled: new SystemCounter(),
    cpuStalled: new SystemCounter(),
    memoryStalled: new SystemCounter(),
    ioStalled: new SystemCounter(),
    voluntary: new SystemCounter(),
    involuntary: new SystemCounter(),
  };
}

/** A process of which too little was seen is counted as idle: its pids say whether it runs at all. */
function processStats(track: ProcessTrack, endMs: number, windowMs: number): ProcessStats {
  const { name, pids, rssBytes, threads, nodes, evidence } = track.latest;
  return {
    name,
    pids,
    cpuCores: track.cpu.ratePerMs(endMs, windowMs) ?? 0,
    rssBytes,
    threads,
    voluntarySwitchesHz: switchesHz(track.voluntary, endMs, windowMs) ?? 0,
    involuntarySwitchesHz: switchesHz(track.involuntary, endMs, windowMs) ?? 0,
    nodes,
    evidence,
  };
}

function cgroupStats(track: CgroupTrack, endMs: number, windowMs: number): CgroupStats {
  const { name, limitCores, memoryBytes } = track.latest;
  // Several CPUs can be kept back at the same time, which the kernel adds up.
  const share = (counter: SystemCounter) => {
    const perMs = counter.ratePerMs(endMs, windowMs);
    return perMs === undefined ? undefined : Math.min(1, perMs);
  };
  return {
    name,
    cpuCores: track.cpu.ratePerMs(endMs, windowMs) ?? 0,
    ...(limitCores !== undefined && { limitCores }),
    throttledShare: share(track.throttled) ?? 0,
    memoryBytes,
    ...known({
      cpuPressure: share(track.cpuStalled),
      memoryPressure: share(track.memoryStalled),
      ioPressure: share(track.ioStalled),
      voluntarySwitchesHz: switchesHz(track.voluntary, endMs, windowMs),
      involuntarySwitchesHz: switchesHz(track.involuntary, endMs, windowMs),
    }),
  };
}

function switchesHz(counter: SystemCounter, endMs: number, windowMs: number): number | undefined {
  const perMs = counter.ratePerMs(endMs, Math.max(windowMs, leastSwitchWindowMs));
  return perMs === undefined ? undefined : 1000 * perMs;
}

/** Without what is not known. */
function known<Name extends string>(
  figures: Record<Name, number | undefined>,
): Partial<Record<Name, number>> {
  const entries = Object.entries(figures).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<Record<Name, number>>;
}
