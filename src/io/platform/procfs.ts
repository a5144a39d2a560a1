import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A process as it introduces itself. A pid is used again one day; with `startTicks` it is unique. */
export type ProcessInfo = {
  pid: number;
  parentPid: number;
  /** Arguments joined by blanks; empty for kernel threads and zombies. */
  commandLine: string;
  /** Clock ticks between boot and the start of the process. */
  startTicks: number;
};

/** What a process has used so far, its threads included, its children not. */
export type ProcessUsage = {
  startTicks: number;
  /** User and system time; the kernel counts in steps of 10 ms. */
  cpuMs: number;
  rssBytes: number;
  threads: number;
};

/** A thread's context switches so far: given up by itself, and taken from it. */
export type ThreadSwitches = { threadId: number; voluntary: number; involuntary: number };

/** The kernel's USER_HZ, fixed for user space on every architecture that Node supports. */
export const ticksPerSecond = 100;

/** PF_KTHREAD of the kernel's include/linux/sched.h. */
const kernelThreadFlag = 0x0020_0000;

/** Reads procfs. Processes that end meanwhile are simply not there. */
export class Procfs {
  readonly #root: string;
  #knownPageBytes: number | undefined;

  /** `root` is `/proc` except in tests. */
  constructor(root = '/proc') {
    this.#root = root;
  }

  /** Of all processes. */
  pids(): number[] {
    return this.#names('')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  }

  /** All processes. */
  list(): ProcessInfo[] {
    return this.infos(this.pids());
  }

  /** Those of the processes that are there. */
  infos(pids: readonly number[]): ProcessInfo[] {
    return pids.map((pid) => this.info(pid)).filter((info) => info !== undefined);
  }

  /** Undefined when there is no such process. */
  info(pid: number): ProcessInfo | undefined {
    const stat = this.#stat(pid);
    // A busy machine has more kernel threads than processes, and none of them has a command line.
    const commandLine = stat?.isKernelThread ? '' : this.#read(`${pid}/cmdline`);
    if (!stat || commandLine === undefined) return undefined;
    return {
      pid,
      parentPid: stat.parentPid,
      commandLine: commandLine.split('\0').join(' ').trim(),
      startTicks: stat.startTicks,
    };
  }

  /** Undefined when there is no such process. */
  usage(pid: number): ProcessUsage | undefined {
    const stat = this.#stat(pid);
    if (!stat) return undefined;
    const { startTicks, cpuMs, threads, rssPages } = stat;
    return { startTicks, cpuMs, rssBytes: rssPages * this.#pageBytes, threads };
  }

  /** Of every thread of a process; empty when there is no such process. */
  threadSwitches(pid: number): ThreadSwitches[] {
    return this.#names(`${pid}/task`).flatMap((name) => {
      const status = this.#read(`${pid}/task/${name}/status`);
      if (status === undefined) return [];
      return {
        threadId: Number(name),
        voluntary: statusNumber(status, 'voluntary_ctxt_switches'),
        involuntary: statusNumber(status, 'nonvoluntary_ctxt_switches'),
      };
    });
  }

  /** The pid by which a process knows itself: in a container with pids of its own another one than here. */
  ownPid(pid: number): number | undefined {
    const pids = /^NSpid:\s*(.+)$/m.exec(this.#read(`${pid}/status`) ?? '')?.[1];
    return pids === undefined ? undefined : Number(pids.trim().split(/\s+/).at(-1));
  }

  /** Whether a file with such a path is mapped into a process; undefined where that may not be seen. */
  hasMapped(pid: number, path: RegExp): boolean | undefined {
    const maps = this.#read(`${pid}/maps`);
    return maps === undefined ? undefined : path.test(maps);
  }

  /** A variable of the environment that a process was started with; undefined where that may not be seen. */
  variable(pid: number, name: string): string | undefined {
    const environment = this.#read(`${pid}/environ`);
    if (environment === undefined) return undefined;
    const entry = environment.split('\0').find((each) => each.startsWith(`${name}=`));
    return entry?.slice(name.length + 1) ?? '';
  }

  /** The control groups of a process, as the kernel lists them; undefined when there is no such process. */
  membership(pid: number): string | undefined {
    return this.#read(`${pid}/cgroup`);
  }

  /** Processes and all their descendants, parents before children; those that do not run are left out. */
  tree(...rootPids: number[]): number[] {
    return rootPids.length === 0 ? [] : descendants(rootPids, this.list());
  }

  /** The CPUs that a process may run on; empty when there is no such process. */
  allowedCpus(pid: number): number[] {
    const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(this.#read(`${pid}/status`) ?? '')?.[1];
    return list ? parseCpuList(list) : [];
  }

  /** Time since boot in ticks, comparable with `startTicks`. */
  uptimeTicks(): number {
    return Number.parseFloat(this.#read('uptime') ?? '0') * ticksPerSecond;
  }

  /** Time that all CPUs together spent at work since boot, and how many are online. */
  host(): { busyMs: number; cpuCount: number } {
    const stat = this.#read('stat') ?? '';
    const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = (/^cpu +(.*)$/m.exec(stat)?.[1] ?? '')
      .split(' ')
      .map(Number);
    return {
      busyMs: ticksToMs(user + nice + system + irq + softirq),
      cpuCount: stat.match(/^cpu\d/gm)?.length ?? 0,
    };
  }

  /** Runnable and blocked processes, averaged over 1 minute. */
  load1(): number {
    return Number.parseFloat(this.#read('loadavg') ?? '0');
  }

  /** The kernel's page size, which it tells in a file that takes long to read. */
  get #pageBytes(): number {
    if (this.#knownPageBytes === undefined) {
      const pageKib = /^KernelPageSize:\s*(\d+) kB/m.exec(this.#read('self/smaps') ?? '')?.[1];
      this.#knownPageBytes = 1024 * Number(pageKib ?? 4);
    }
    return this.#knownPageBytes;
  }

  #stat(pid: number) {
    const text = this.#read(`${pid}/stat`);
    if (text === undefined) return undefined;
    // The name in parentheses may itself hold blanks and parentheses; what follows the last one is fixed.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    // proc_pid_stat(5) numbers fields from 1 and the first one here is field 3.
    const field = (number: number) => Number(fields[number - 3]);
    return {
      parentPid: field(4),
      cpuMs: ticksToMs(field(14) + field(15)),
      threads: field(20),
      startTicks: field(22),
      rssPages: field(24),
      isKernelThread: (field(9) & kernelThreadFlag) !== 0,
    };
  }

  #names(path: string): string[] {
    try {
      return readdirSync(join(this.#root, path));
    } catch {
      return [];
    }
  }

  #read(path: string): string | undefined {
    try {
      return readFileSync(join(this.#root, path), 'utf8');
    } catch {
      return undefined;
    }
  }
}

function descendants(rootPids: readonly number[], processes: readonly ProcessInfo[]): number[] {
  // A set hands out what is added while it is gone through.
  const found = new Set(rootPids.filter((root) => processes.some(({ pid }) => pid === root)));
  for (const parent of found) {
    for (const { pid, parentPid } of processes) if (parentPid === parent) found.add(pid);
  }
  return [...found];
}

/** `0-3,8` as 0, 1, 2, 3, 8. */
export function parseCpuList(list: string): number[] {
  return list.split(',').flatMap((range) => {
    const [low = 0, high = low] = range.split('-').map(Number);
    return Array.from({ length: high - low + 1 }, (_, index) => low + index);
  });
}

function statusNumber(status: string, key: string): number {
  return Number(new RegExp(`^${key}:\\s*(\\d+)`, 'm').exec(status)?.[1] ?? 0);
}

function ticksToMs(ticks: number): number {
  return (ticks * 1000) / ticksPerSecond;
}
