import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { accept, type Result, refuse } from '../../core/refusal.ts';
import type { CpuBudget } from './budget.ts';
import { PlacedProcesses } from './placed-processes.ts';
import { Procfs } from './procfs.ts';
import { UsageRate } from './usage-rate.ts';

const run = promisify(execFile);

/**
 * Where cgroups are not permitted: pins processes to the first ceil(cores) CPUs that this process may use.
 * It bounds all together, in whole CPUs; it cannot limit one name, and others may use the same CPUs.
 */
export class AffinityBudget implements CpuBudget {
  readonly mechanism = 'affinity';
  readonly group = undefined;
  readonly cores: number;
  readonly description: string;
  readonly #cpus: readonly number[];
  readonly #procfs = new Procfs();
  readonly #placed = new PlacedProcesses();
  readonly #rate = new UsageRate();
  /** The CPUs each process was allowed before, to be given back. */
  readonly #before = new Map<number, { startTicks: number; cpus: number[] }>();

  private constructor(cpus: readonly number[], because: string) {
    this.#cpus = cpus;
    this.cores = cpus.length;
    this.description = `${cpus.length} whole CPUs (${cpus.join(',')}) by affinity, without limits by process (${because})`;
  }

  /** Refused where `taskset` (util-linux) is missing. */
  static async create(options: { cores: number; because: string }): Promise<Result<AffinityBudget>> {
    const cpus = new Procfs().allowedCpus(process.pid).slice(0, Math.ceil(options.cores));
    try {
      await run('taskset', ['--version']);
    } catch {
      return refuse({ code: 'TT_KNOB_ABSENT', reason: 'taskset is not installed (package util-linux)' });
    }
    if (cpus.length === 0) return refuse({ code: 'TT_KNOB_ABSENT', reason: 'procfs does not tell the CPUs' });
    return accept(new AffinityBudget(cpus, options.because));
  }

  async place(name: string, pid: number): Promise<Result<void>> {
    const members = this.#procfs.infos(this.#procfs.tree(pid));
    if (members.length === 0) {
      return refuse({
        code: 'TT_KNOB_UNREACHABLE',
        reason: `there is no process ${pid} to place as ${name}`,
      });
    }
    for (const { pid: member, startTicks } of members) {
      const cpus = this.#procfs.allowedCpus(member);
      const failure = await pin(member, this.#cpus);
      if (failure !== undefined && this.#procfs.info(member)?.commandLine) {
        return refuse({ code: 'TT_KNOB_REJECTED', reason: `cannot pin process ${member}: ${failure}` });
      }
      if (!this.#before.has(member)) this.#before.set(member, { startTicks, cpus });
    }
    this.#placed.add(name, pid);
    return accept(undefined);
  }

  limit(name: string, cores: number): Result<number> {
    return refuse({
      code: 'TT_KNOB_ABSENT',
      reason: `no CPU limit for ${name}: affinity cannot limit one process`,
      found: String(cores),
    });
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

  /** Children that placed processes started themselves stay pinned. */
  async release(): Promise<string[]> {
    const left = [];
    for (const [pid, { startTicks, cpus }] of this.#before) {
      if (this.#procfs.info(pid)?.startTicks !== startTicks) continue;
      const failure = await pin(pid, cpus);
      if (failure !== undefined && this.#procfs.info(pid)?.commandLine)
        left.push(`affinity of process ${pid}`);
    }
    this.#before.clear();
    return left;
  }
}

/** Pins all threads of a process; returns why it failed, if it did. */
async function pin(pid: number, cpus: readonly number[]): Promise<string | undefined> {
  try {
    await run('taskset', ['--all-tasks', '--cpu-list', '--pid', cpus.join(','), String(pid)]);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
