import { readFileSync } from 'node:fs';

/** CAP_SYS_NICE, as linux/capability.h numbers it. */
const sysNice = 23n;

/** How far a process may be raised without a capability, by its own resource limits (getrlimit(2)). */
export type SchedulingLimits = {
  /** The lowest nice value that its threads may be given. */
  lowestNice: number;
  /** The highest real-time priority that its threads may be given; 0: none. */
  highestRtPriority: number;
};

/** Whether this process may set any nice value itself. */
export function mayLowerNice(): boolean {
  return holdsSysNice('CapEff');
}

/** Whether a program that this process starts may set any policy: a capability of this file alone is not handed on. */
export function mayRaisePolicy(): boolean {
  return holdsSysNice(process.geteuid?.() === 0 ? 'CapEff' : 'CapAmb');
}

function holdsSysNice(set: 'CapEff' | 'CapAmb'): boolean {
  const mask = new RegExp(`^${set}:\\s*([0-9a-f]+)$`, 'm').exec(read('/proc/self/status'))?.[1] ?? '0';
  return ((BigInt(`0x${mask}`) >> sysNice) & 1n) === 1n && isOutermost(read('/proc/self/uid_map'));
}

/** The kernel asks for the capability in the outermost user namespace; one held only inside a container's own counts for nothing. */
function isOutermost(uidMap: string): boolean {
  return /^\s*0\s+0\s+4294967295\s*$/.test(uidMap);
}

/** What the limits of a process say; no right where they cannot be read. */
export function schedulingLimits(pid: number): SchedulingLimits {
  return parseSchedulingLimits(read(`/proc/${pid}/limits`));
}

/** The same from the text of `/proc/<pid>/limits` (proc_pid_limits(5)). */
export function parseSchedulingLimits(limits: string): SchedulingLimits {
  const soft = (name: string) => {
    const text = new RegExp(`^${name}\\s+(\\S+)`, 'm').exec(limits)?.[1] ?? '0';
    return text === 'unlimited' ? Number.POSITIVE_INFINITY : Number(text);
  };
  // A limit of 0 to 40 stands for nice values from 20 down to -20.
  return { lowestNice: 20 - soft('Max nice priority'), highestRtPriority: soft('Max realtime priority') };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
