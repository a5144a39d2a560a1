import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accept, type Refusal, type Result, refuse } from '../../../src/core/refusal.ts';
import { removeStaleGroups } from '../../../src/io/platform/cgroup/cgroup-tree.ts';
import { detectCgroup } from '../../../src/io/platform/cgroup/detect.ts';
import { applyCpuBudget, type CpuBudget } from '../../../src/io/platform/cpu-budget.ts';
import { ProcessGroup } from '../../../src/io/process/process-group.ts';
import { robotProcesses, type StackOptions, stackProcesses } from './processes.ts';

const readyTimeoutMs = 90_000;

/** What a stack is started with. */
export type RunOptions = Omit<StackOptions, 'stateDir' | 'cpuGroup'>;

/** The stack while it runs: its processes, its CPU budget and a scratch folder. It comes up as a whole or not at all. */
export class RunningStack {
  readonly #dir: string;
  readonly #processes: ProcessGroup;
  readonly #budget: CpuBudget;
  readonly #ended: Refusal[] = [];

  private constructor(dir: string, budget: CpuBudget) {
    this.#dir = dir;
    this.#budget = budget;
    this.#processes = new ProcessGroup({
      logDir: join(dir, 'logs'),
      onUnexpectedEnd: (name, how) => this.#ended.push(this.#failure(name, `ended by itself (${how})`)),
    });
  }

  /** Starts everything, waits until every node is active, and puts the robot's processes into the budget. Refused: what failed; nothing is left then. */
  static async start(options: RunOptions): Promise<Result<RunningStack>> {
    const support = detectCgroup();
    if (support.writable) await removeStaleGroups({ support });
    const budget = await applyCpuBudget({ label: 'workload', cores: options.cores, support });
    const stack = new RunningStack(mkdtempSync(join(tmpdir(), 'trimtab-workload-')), budget);
    try {
      const started = await stack.#start(options);
      if (started.ok) return accept(stack);
      await stack.close();
      return started;
    } catch (error) {
      await stack.close();
      throw error;
    }
  }

  /** The means and size of the budget, in words. */
  get budget(): string {
    return this.#budget.description;
  }

  /** The whole budget in cores; Infinity where this machine permits none. */
  get cores(): number {
    return this.#budget.cores ?? Number.POSITIVE_INFINITY;
  }

  /** Processes that ended by themselves; empty while all is well. */
  get failures(): readonly Refusal[] {
    return this.#ended;
  }

  /** CPU time that each process of the robot has used so far, in milliseconds. */
  usageMs(): Record<string, number> {
    return Object.fromEntries(robotProcesses.map((name) => [name, this.#budget.usageMs(name)]));
  }

  /** The last lines that a process wrote. */
  log(name: string): string {
    return this.#processes.tail(name);
  }

  /** Ends every process, then takes groups and folder away. Returns what could not be taken away, normally nothing. */
  async close(): Promise<string[]> {
    await this.#processes.stop();
    const left = await this.#budget.release();
    rmSync(this.#dir, { recursive: true, force: true });
    return left;
  }

  async #start(options: RunOptions): Promise<Result<void>> {
    const specs = stackProcesses({
      ...options,
      stateDir: join(this.#dir, 'state'),
      cpuGroup: this.#budget.group ?? '',
      cores: this.#budget.cores ?? options.cores,
    });
    const waits = specs.map(async (spec): Promise<Refusal[]> => {
      const process = this.#processes.start({ ...spec, env: { RCUTILS_LOGGING_USE_STDOUT: '1' } });
      const line = await process.line((text) => text.includes(`${spec.name} active`), readyTimeoutMs);
      return line === undefined ? [this.#failure(spec.name, 'did not get ready')] : [];
    });
    const refusals = (await Promise.all(waits)).flat();
    return refusals.length > 0 ? refuse(...refusals) : this.#place();
  }

  async #place(): Promise<Result<void>> {
    for (const name of robotProcesses) {
      const placed = await this.#budget.place(name, this.#processes.pids.get(name) as number);
      if (!placed.ok) return placed;
    }
    return accept(undefined);
  }

  #failure(name: string, how: string): Refusal {
    return { code: 'TT_STATE', reason: `${name} ${how}:\n${this.#processes.tail(name)}` };
  }
}
