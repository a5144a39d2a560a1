import type { ProcessSample } from '../../core/measure/profile-builder.ts';
import { CpuAccumulator } from './cpu-accumulator.ts';
import { type ProcessInfo, Procfs } from './procfs.ts';

/** Which processes go by a name: those whose command line the pattern matches. */
export type ProcessMatcher = { name: string; pattern: RegExp };

/** Why a process goes by a name; a descendant has the command line of the ancestor that matched. */
export type ProcessMatch = { name: string; pid: number; commandLine: string };

/**
 * Samples named processes from procfs. The process table is searched every `rescanMs`; in between only the
 * processes found are read. A process that matches several patterns goes by the first one's name; a
 * descendant that matches none goes by its nearest matching ancestor's.
 */
export class ProcessSampler {
  readonly #matchers: readonly ProcessMatcher[];
  readonly #includeDescendants: boolean;
  readonly #procfs: Procfs;
  readonly #rescanMs: number;
  readonly #accumulators: Map<string, CpuAccumulator>;
  #matches: (ProcessMatch & { startTicks: number })[] = [];
  #scannedMs = Number.NEGATIVE_INFINITY;

  constructor(options: {
    matchers: readonly ProcessMatcher[];
    includeDescendants?: boolean;
    procfs?: Procfs;
    rescanMs?: number;
  }) {
    const { matchers, includeDescendants = true, procfs = new Procfs(), rescanMs = 1000 } = options;
    this.#matchers = matchers;
    this.#includeDescendants = includeDescendants;
    this.#procfs = procfs;
    this.#rescanMs = rescanMs;
    this.#accumulators = new Map(matchers.map(({ name }) => [name, new CpuAccumulator(procfs)]));
  }

  /** One sample per name, also of those that do not run; `nowMs` of any clock decides when to search anew. */
  sample(nowMs: number): ProcessSample[] {
    if (Math.abs(nowMs - this.#scannedMs) >= this.#rescanMs) {
      this.#matches = this.#scan();
      this.#scannedMs = nowMs;
    }
    return [...this.#accumulators].map(([name, accumulator]) => {
      return { name, ...accumulator.update(this.#matches.filter((match) => match.name === name)) };
    });
  }

  /** What the last search found. */
  matches(): ProcessMatch[] {
    return this.#matches.map(({ name, pid, commandLine }) => ({ name, pid, commandLine }));
  }

  #scan(): (ProcessMatch & { startTicks: number })[] {
    const processes = new Map(this.#procfs.list().map((info) => [info.pid, info]));
    const matches = [];
    for (const { pid, startTicks } of processes.values()) {
      const match = this.#nearestMatch(pid, processes);
      if (match) matches.push({ ...match, pid, startTicks });
    }
    return matches;
  }

  #nearestMatch(pid: number, processes: ReadonlyMap<number, ProcessInfo>) {
    const visited = new Set<number>();
    for (
      let info = processes.get(pid);
      info && !visited.has(info.pid);
      info = processes.get(info.parentPid)
    ) {
      const { commandLine } = info;
      const matcher = this.#matchers.find(({ pattern }) => commandLine.search(pattern) >= 0);
      if (matcher) return { name: matcher.name, commandLine };
      if (!this.#includeDescendants) return undefined;
      visited.add(info.pid);
    }
    return undefined;
  }
}
