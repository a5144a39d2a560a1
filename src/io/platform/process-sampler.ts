import type { ProcessSample } from '../../core/measure/system-window.ts';
import { CpuAccumulator } from './cpu-accumulator.ts';
import { ProcessTable } from './process-table.ts';
import { type ProcessInfo, Procfs } from './procfs.ts';
import { SwitchAccumulator } from './switch-accumulator.ts';

/** Which processes go by which names. */
export type ProcessNaming = {
  /** Every name, also of those that do not run. */
  names(): readonly string[];
  /** The name of a process, if it has one of its own. */
  nameOf(process: ProcessInfo): string | undefined;
};

/** Which processes go by a name: those whose command line the pattern matches. */
export type ProcessMatcher = { name: string; pattern: RegExp };

/** Names processes by their command lines; one that matches several patterns goes by the first one's name. */
export function namingByCommandLine(matchers: readonly ProcessMatcher[]): ProcessNaming {
  return {
    names: () => matchers.map(({ name }) => name),
    nameOf: ({ commandLine }) => matchers.find(({ pattern }) => commandLine.search(pattern) >= 0)?.name,
  };
}

/** Threads cost a file each: those of one name are looked at once in so many samples, of some names in each. */
const samplesPerTurn = 4;

type NamedProcess = { name: string; pid: number; startTicks: number };
type Accumulators = { cpu: CpuAccumulator; switches: SwitchAccumulator };

/**
 * Samples named processes from procfs. `search` goes through the process table, `sample` reads only the processes found.
 * A descendant that has no name of its own goes by that of its nearest named ancestor.
 */
export class ProcessSampler {
  readonly #naming: ProcessNaming;
  readonly #procfs: Procfs;
  readonly #table: ProcessTable;
  #accumulators = new Map<string, Accumulators>();
  #found: NamedProcess[] = [];
  #samples = 0;

  constructor({ naming, procfs = new Procfs() }: { naming: ProcessNaming; procfs?: Procfs }) {
    this.#naming = naming;
    this.#procfs = procfs;
    this.#table = new ProcessTable(procfs);
  }

  /** Finds the processes by their names anew. */
  search(): void {
    this.#accumulators = new Map(
      this.#naming.names().map((name) => [name, this.#accumulators.get(name) ?? this.#accumulate()]),
    );
    if (this.#accumulators.size === 0) {
      this.#found = [];
      return;
    }
    const processes = new Map(this.#table.look().map((info) => [info.pid, info]));
    this.#found = [...processes.values()].flatMap(({ pid, startTicks }) => {
      const name = this.#nearestName(pid, processes);
      return name === undefined ? [] : { name, pid, startTicks };
    });
  }

  /** One sample per name, also of those that do not run; the switches are in every fourth of a name's samples. */
  sample(): ProcessSample[] {
    this.#samples += 1;
    return [...this.#accumulators].map(([name, { cpu, switches }], index) => {
      const found = this.#found.filter((process) => process.name === name);
      const usage = cpu.update(found);
      for (const { pid } of found) if (!usage.pids.includes(pid)) this.#table.forget(pid);
      const isItsTurn = (this.#samples + index) % samplesPerTurn === 0;
      return { name, ...usage, ...(isItsTurn && { switches: switches.update(usage.pids) }) };
    });
  }

  #accumulate(): Accumulators {
    return { cpu: new CpuAccumulator(this.#procfs), switches: new SwitchAccumulator(this.#procfs) };
  }

  #nearestName(pid: number, processes: ReadonlyMap<number, ProcessInfo>): string | undefined {
    const visited = new Set<number>();
    for (
      let info = processes.get(pid);
      info && !visited.has(info.pid);
      info = processes.get(info.parentPid)
    ) {
      const name = this.#naming.nameOf(info);
      if (name !== undefined) return name;
      visited.add(info.pid);
    }
    return undefined;
  }
}
