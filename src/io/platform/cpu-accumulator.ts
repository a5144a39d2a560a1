import type { Procfs } from './procfs.ts';

/** CPU time of a changing set of processes as one counter that only grows. */
export class CpuAccumulator {
  readonly #procfs: Procfs;
  readonly #createdTicks: number;
  /** By pid: which process it was and its counter at the last look. */
  #known = new Map<number, { startTicks: number; cpuMs: number }>();
  #totalMs = 0;

  constructor(procfs: Procfs) {
    this.#procfs = procfs;
    this.#createdTicks = Math.floor(procfs.uptimeTicks());
  }

  /**
   * Looks at the processes of the set; one that has ended, or whose pid is another's now, is left out.
   * One that started after this object was made counts in full, an older one from its first look on.
   * What a process used between the last look and its end is lost.
   */
  update(processes: readonly { pid: number; startTicks: number }[]): {
    pids: number[];
    cpuMs: number;
    rssBytes: number;
    threads: number;
  } {
    const present = new Map<number, { startTicks: number; cpuMs: number }>();
    let rssBytes = 0;
    let threads = 0;
    for (const { pid, startTicks } of processes) {
      const usage = this.#procfs.usage(pid);
      if (usage?.startTicks !== startTicks) continue;
      const before = this.#known.get(pid);
      const firstLookMs = startTicks >= this.#createdTicks ? 0 : usage.cpuMs;
      const baseMs = before?.startTicks === startTicks ? before.cpuMs : firstLookMs;
      this.#totalMs += Math.max(0, usage.cpuMs - baseMs);
      rssBytes += usage.rssBytes;
      threads += usage.threads;
      present.set(pid, { startTicks, cpuMs: usage.cpuMs });
    }
    this.#known = present;
    return { pids: [...present.keys()], cpuMs: this.#totalMs, rssBytes, threads };
  }
}
