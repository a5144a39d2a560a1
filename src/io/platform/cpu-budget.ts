import { accept, type Refusal, type Result, refuse } from '../../core/refusal.ts';
import { AffinityBudget } from './affinity-budget.ts';
import type { CpuBudget } from './budget.ts';
import { CgroupBudget } from './cgroup/cgroup-budget.ts';
import { CgroupTree } from './cgroup/cgroup-tree.ts';
import { type CgroupSupport, detectCgroup } from './cgroup/detect.ts';
import { NoBudget } from './no-budget.ts';

export type { CpuBudget } from './budget.ts';

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
