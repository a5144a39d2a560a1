import { accept, type Result, refuse } from '../../core/refusal.ts';
import type { CpuBudget } from './budget.ts';
import { PlacedProcesses } from './placed-processes.ts';
import { Procfs } from './procfs.ts';
import { UsageRate } from './usage-rate.ts';

/** Where nothing can be limited: processes run free, and everyone is told. */
export class NoBudget implements CpuBudget {
  readonly mechanism = 'none';
  readonly group = undefined;
  readonly cores = undefined;
  readonly description: string;
  readonly #because: string;
  readonly #placed = new PlacedProcesses();
  readonly #rate = new UsageRate();

  constructor(because: string) {
    this.#because = because;
    this.description = `no CPU budget (${because})`;
  }

  async place(name: string, pid: number): Promise<Result<void>> {
    if (!new Procfs().info(pid)) {
      return refuse({
        code: 'TT_KNOB_UNREACHABLE',
        reason: `there is no process ${pid} to place as ${name}`,
      });
    }
    return accept(this.#placed.add(name, pid));
  }

  limit(name: string, cores: number): Result<number> {
    const reason = `no CPU limit for ${name}: ${this.#because}`;
    return refuse({ code: 'TT_KNOB_ABSENT', reason, found: String(cores) });
  }

  readLimit(): undefined {
    return undefined;
  }

  usageMs(name?: string): number {
    return this.#placed.usageMs(name);
  }

  usageCores(): number {
    return this.#rate.next(this.usageMs());
  }

  throttledMs(): number {
    return 0;
  }

  async release(): Promise<string[]> {
    return [];
  }
}
