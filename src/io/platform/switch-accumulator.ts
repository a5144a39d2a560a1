import type { Procfs, ThreadSwitches } from './procfs.ts';

/** Context switches of all threads of a changing set of processes, as counters that only grow. */
export class SwitchAccumulator {
  readonly #procfs: Procfs;
  /** By pid, then by thread: the counters at the last look. */
  #known = new Map<number, Map<number, ThreadSwitches>>();
  #voluntary = 0;
  #involuntary = 0;

  constructor(procfs: Procfs) {
    this.#procfs = procfs;
  }

  /**
   * Looks at every thread of these processes. A thread that began since the last look counts in full, the threads of a
   * process that is new here from this look on. What a thread did between the last look and its end is lost.
   */
  update(pids: readonly number[]): { voluntary: number; involuntary: number } {
    const present = new Map<number, Map<number, ThreadSwitches>>();
    for (const pid of pids) {
      const threads = new Map(this.#procfs.threadSwitches(pid).map((thread) => [thread.threadId, thread]));
      const before = this.#known.get(pid);
      if (before) this.#add(threads, before);
      present.set(pid, threads);
    }
    this.#known = present;
    return { voluntary: this.#voluntary, involuntary: this.#involuntary };
  }

  #add(threads: ReadonlyMap<number, ThreadSwitches>, before: ReadonlyMap<number, ThreadSwitches>): void {
    for (const { threadId, voluntary, involuntary } of threads.values()) {
      const base = before.get(threadId) ?? { voluntary: 0, involuntary: 0 };
      this.#voluntary += Math.max(0, voluntary - base.voluntary);
      this.#involuntary += Math.max(0, involuntary - base.involuntary);
    }
  }
}
