import { CpuAccumulator } from './cpu-accumulator.ts';
import { Procfs } from './procfs.ts';

/** Processes filed under names, with the CPU time of their trees; for budgets that no kernel object stands for. */
export class PlacedProcesses {
  readonly #procfs: Procfs;
  readonly #byName = new Map<string, { roots: number[]; accumulator: CpuAccumulator }>();

  constructor(procfs = new Procfs()) {
    this.#procfs = procfs;
  }

  add(name: string, pid: number): void {
    const entry = this.#byName.get(name) ?? { roots: [], accumulator: new CpuAccumulator(this.#procfs) };
    entry.roots.push(pid);
    this.#byName.set(name, entry);
    this.usageMs(name);
  }

  /** CPU time since they were placed; what a process used after the last look at it is lost when it ends. */
  usageMs(name?: string): number {
    const entries = [...this.#byName].filter(([each]) => name === undefined || each === name);
    return entries.reduce((sum, [, { roots, accumulator }]) => {
      return sum + accumulator.update(this.#procfs.infos(this.#procfs.tree(...roots))).cpuMs;
    }, 0);
  }
}
