import type { ProcessInfo, Procfs } from './procfs.ts';

/** A process becomes what it will be (fork, then exec, perhaps by way of a shell) in its first seconds. */
const looksWhileYoung = 5;
/** What is older changes seldom: a new parent, another program in the same process. */
const looksPerTurn = 10;

/**
 * The process table for one who looks at it once a second. Reading all of it takes two files a process, and of hundreds
 * of processes hardly any has changed: those that are new are read at each of their first looks, each of the others at
 * every tenth, so that what is told of it may be so many looks old.
 */
export class ProcessTable {
  readonly #procfs: Procfs;
  #known = new Map<number, { info: ProcessInfo; looks: number }>();
  #looks = 0;

  constructor(procfs: Procfs) {
    this.#procfs = procfs;
  }

  /** All processes that run now. */
  look(): ProcessInfo[] {
    this.#looks += 1;
    const present = new Map<number, { info: ProcessInfo; looks: number }>();
    for (const pid of this.#procfs.pids()) {
      const known = this.#known.get(pid);
      const isDue =
        known === undefined || known.looks < looksWhileYoung || (pid + this.#looks) % looksPerTurn === 0;
      const info = isDue ? this.#procfs.info(pid) : known.info;
      if (info) present.set(pid, { info, looks: sameLife(known?.info, info) ? (known?.looks ?? 0) + 1 : 1 });
    }
    this.#known = present;
    return [...present.values()].map(({ info }) => info);
  }

  /** Has a process read anew at the next look, as when its pid turns out to be another's now. */
  forget(pid: number): void {
    this.#known.delete(pid);
  }
}

function sameLife(before: ProcessInfo | undefined, now: ProcessInfo): boolean {
  return before?.startTicks === now.startTicks;
}
