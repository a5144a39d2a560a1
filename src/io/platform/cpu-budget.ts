import { accept, type Refusal, type Result, refuse } from '../../core/refusal.ts';
import { AffinityBudget } from './affinity-budget.ts';
import { CgroupBudget } from './cgroup/cgroup-budget.ts';
import { CgroupTree } from './cgroup/cgroup-tree.ts';
import { type CgroupSupport, detectCgroup } from './cgroup/detect.ts';
import { NoBudget } from './no-budget.ts';

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

/**
 * Sets up a CPU budget: by cgroup v2 or v1 where permitted, else by pinning to as many CPUs as `cores` asks
 * for, else not at all; the result says which. `cores` undefined limits nothing as a whole but lets `limit`
 * act by name. Release it on every exit.
 */
export async function applyCpuBudget(options: {
  label: string;
  cores?: number;
  support?: CgroupSupport;
}): Promise<CpuBudget> {
  const { label, cores, support = detectCgroup() } = options;
  if (cores !== undefined && !(cores > 0 && Number.isFinite(cores)))
    throw new RangeError(`budget of ${cores} cores`);
  const reasons = [];
  if (support.writable) {
    try {
      const tree = CgroupTree.create({ support, label, cores });
      return new CgroupBudget({ tree, version: support.version, isOwner: true });
    } catch (error) {
      reasons.push(`cgroup v${support.version} refused: ${(error as Error).message}`);
    }
  } else {
    reasons.push(support.reason);
  }
  if (cores !== undefined) {
    const affinity = await AffinityBudget.create({ cores, because: reasons.join('; ') });
    if (affinity.ok) return affinity.value;
    reasons.push(...affinity.refusals.map(({ reason }) => reason));
  }
  return new NoBudget(reasons.join('; '));
}

/** The budget that another process applied, by its `group`; releasing it here leaves it to its owner. */
export function attachCpuBudget(group: string, support = detectCgroup()): Result<CpuBudget> {
  if (!support.writable) return refuse(absent(group, support.reason));
  const tree = CgroupTree.attach({ support, group });
  if (!tree) return refuse(absent(group, `there is no such group in ${support.base}`));
  return accept(new CgroupBudget({ tree, version: support.version, isOwner: false }));
}

function absent(group: string, reason: string): Refusal {
  return { code: 'TT_KNOB_ABSENT', reason: `cannot use CPU group ${group}: ${reason}`, found: group };
}
