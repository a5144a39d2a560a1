import type { Result } from '../../core/refusal.ts';

/** A share of the machine's CPUs for a group of processes, by the best means that this machine permits. */
export interface CpuBudget {
  readonly mechanism: 'cgroup-v2' | 'cgroup-v1' | 'affinity' | 'none';
  /** One sentence for people: what is limited, how, and what that costs. */
  readonly description: string;
  /** The whole budget in cores as it was really set; undefined for no limit. */
  readonly cores: number | undefined;
  /** Name by which `attachCpuBudget` finds the budget in another process; undefined where that cannot be. */
  readonly group: string | undefined;
  /** Puts a process, its descendants and all children to come under the budget, as part of `name`. */
  place(name: string, pid: number): Promise<Result<void>>;
  /** Limits one name within the budget; the value is the limit that was set, at most the budget. */
  limit(name: string, cores: number): Result<number>;
  /** The limit of one name in cores, as the kernel holds it; undefined where there is none. */
  readLimit(name: string): number | undefined;
  /** CPU time used so far by one name or by all; only grows. */
  usageMs(name?: string): number;
  /** CPU use of all, in cores, since the last call or the beginning. */
  usageCores(): number;
  /** Time so far for which limits kept processes from running, summed over CPUs; 0 where nobody counts it. */
  throttledMs(): number;
  /** Takes the budget away and ends no process. Returns what could not be taken away, normally nothing. */
  release(): Promise<string[]>;
}
