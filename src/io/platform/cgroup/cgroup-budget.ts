import { accept, type Result, refuse } from '../../../core/refusal.ts';
import type { CpuBudget } from '../budget.ts';
import { CpuAccumulator } from '../cpu-accumulator.ts';
import { Procfs } from '../procfs.ts';
import { UsageRate } from '../usage-rate.ts';
import type { CgroupTree } from './cgroup-tree.ts';

/** A budget that the kernel enforces on a tree of cgroups. */
export class CgroupBudget implements CpuBudget {
  readonly mechanism: 'cgroup-v2' | 'cgroup-v1';
  readonly #tree: CgroupTree;
  readonly #isOwner: boolean;
  readonly #procfs = new Procfs();
  /** Used only where the kernel does not count a group's time. */
  readonly #accumulators = new Map<string, CpuAccumulator>();
  readonly #rate = new UsageRate();

  constructor(options: { tree: CgroupTree; version: 1 | 2; isOwner: boolean }) {
    this.#tree = options.tree;
    this.#isOwner = options.isOwner;
    this.mechanism = options.version === 2 ? 'cgroup-v2' : 'cgroup-v1';
  }

  get cores(): number | undefined {
    return this.#tree.budgetCores;
  }

  get group(): string {
    return this.#tree.group;
  }

  get description(): string {
    const amount = this.cores === undefined ? 'limits by process' : `${this.cores} cores`;
    return `${amount} by cgroup ${this.mechanism === 'cgroup-v2' ? 'v2' : 'v1'} (${this.group})`;
  }

  async place(name: string, pid: number): Promise<Result<void>> {
    if (!this.#procfs.info(pid)) {
      return refuse({
        code: 'TT_KNOB_UNREACHABLE',
        reason: `there is no process ${pid} to place as ${name}`,
      });
    }
    try {
      return accept(this.#tree.place(name, pid));
    } catch (error) {
      return refuse({
        code: 'TT_KNOB_REJECTED',
        reason: `cannot place process ${pid}: ${(error as Error).message}`,
      });
    }
  }

  limit(name: string, cores: number): Result<number> {
    if (!(cores > 0 && Number.isFinite(cores))) {
      return refuse({
        code: 'TT_PARAM_RANGE',
        reason: `no CPU limit for ${name}`,
        found: String(cores),
        accepted: 'a number of cores > 0',
      });
    }
    try {
      return accept(this.#tree.limit(name, cores));
    } catch (error) {
      return refuse({
        code: 'TT_KNOB_REJECTED',
        reason: `cannot limit ${name}: ${(error as Error).message}`,
      });
    }
  }

  readLimit(name: string): number | undefined {
    return this.#tree.readLimit(name);
  }

  usageMs(name?: string): number {
    const counted = this.#tree.usageMs(name);
    if (counted !== undefined) return counted;
    const names = name === undefined ? this.#tree.names() : [name];
    return names.reduce((sum, each) => sum + this.#sampledMs(each), 0);
  }

  usageCores(): number {
    return this.#rate.next(this.usageMs());
  }

  throttledMs(): number {
    return this.#tree.throttledMs();
  }

  async release(): Promise<string[]> {
    return this.#isOwner ? this.#tree.remove() : [];
  }

  #sampledMs(name: string): number {
    const accumulator = this.#accumulators.get(name) ?? new CpuAccumulator(this.#procfs);
    this.#accumulators.set(name, accumulator);
    return accumulator.update(this.#procfs.infos(this.#tree.pids(name))).cpuMs;
  }
}
