import type { KnobDeclaration } from '../../core/knobs/knob.ts';
import { restoreConfiguration } from '../../core/knobs/restoration.ts';
import { accept, type Refusal, type Result, refuse } from '../../core/refusal.ts';
import { groupPrefix } from '../../io/platform/cgroup/cgroup-tree.ts';
import { findHierarchy, groupOf } from '../../io/platform/cgroup/hierarchy.ts';
import { OwnGroups, releaseOrphanedGroups } from '../../io/platform/cgroup/own-groups.ts';
import { attachCpuBudget } from '../../io/platform/cpu-budget.ts';
import { isRunning, ownIdentity } from '../../io/process/process-identity.ts';
import type { Intent, IntentFile } from '../../io/recording/intent-file.ts';
import type { RclNode } from '../../ros/index.ts';
import { againUntil } from './again-until.ts';
import { KnobSet } from './knob-set.ts';
import { KnownProcesses } from './known-processes.ts';
import type { safetyFiles } from './safety-net.ts';

/** What was put back: the knobs' names, empty when there was nothing to do. */
export type Recovery = { putBack: string[] };

/**
 * Puts back what a process had changed that died over it, and takes away the CPU groups that it had made. Nothing
 * happens when it left nothing, or still runs. What cannot be put back until the deadline is refused
 * (TT_NOT_PUT_BACK) and stays on record.
 */
export async function recover(
  files: ReturnType<typeof safetyFiles>,
  node: RclNode,
  deadlineMs: number,
): Promise<Result<Recovery>> {
  const claimed = await claim(files.intent, againUntil(deadlineMs));
  // Groups first: a process that goes home has the limits back that it had before.
  const leftGroups = await releaseOrphanedGroups(files.groups);
  const stuckGroups = leftGroups.map((group): Refusal => {
    return { code: 'TT_NOT_PUT_BACK', reason: `the CPU group ${group} cannot be taken away`, found: group };
  });
  if (!claimed.ok) return refuse(...claimed.refusals, ...stuckGroups);
  if (claimed.value === undefined)
    return stuckGroups.length > 0 ? refuse(...stuckGroups) : accept({ putBack: [] });
  const { declarations, undo } = claimed.value;
  const knobs = openKnobs(claimed.value, node, files);
  const stuck = await restoreConfiguration({
    declarations,
    actuators: knobs.actuators,
    wanted: undo,
    again: againUntil(deadlineMs),
  });
  knobs.close();
  const refusals = stuck.map(({ name, reason }): Refusal => {
    return {
      code: 'TT_NOT_PUT_BACK',
      reason: `${name}: ${reason}`,
      found: name,
      accepted: String(undo[name]),
    };
  });
  if (refusals.length > 0) return refuse(...refusals, ...stuckGroups);
  files.intent.remove();
  return stuckGroups.length > 0 ? refuse(...stuckGroups) : accept({ putBack: [...knobs.actuators.keys()] });
}

/** Makes an abandoned record ours, so that only one puts it back; waits while another does. */
async function claim(file: IntentFile, again: () => Promise<boolean>): Promise<Result<Intent | undefined>> {
  for (;;) {
    const stored = file.load();
    if (!stored.ok || stored.value === undefined) return stored;
    const { owner } = stored.value;
    if (owner.pid === process.pid || !isRunning(owner)) {
      const ours = { ...stored.value, owner: ownIdentity() };
      const saved = file.save(ours);
      return saved.ok ? accept(ours) : saved;
    }
    if (!(await again())) {
      const reason = `process ${owner.pid} is changing knobs, or putting them back`;
      return refuse({ code: 'TT_BUSY', reason, found: file.path });
    }
  }
}

function openKnobs(intent: Intent, node: RclNode, files: ReturnType<typeof safetyFiles>): KnobSet {
  const processes = KnownProcesses.recorded(intent.processes);
  const budget = intent.cpuGroup === '' ? undefined : attachCpuBudget(intent.cpuGroup);
  const { knobs } = KnobSet.open(
    intent.declarations.filter((declaration) => canBePutBack(declaration, intent)),
    {
      node,
      adaptorNode: intent.adaptorNode,
      cpuBudget: budget?.ok ? budget.value : undefined,
      groups: new OwnGroups({ ledger: files.groups, find: processes.find }),
      processes,
      turnedByAnother: true,
      levels: intent.levels ?? {},
    },
  );
  return knobs;
}

/** A process that ended took its limits with it, and one that left a group of ours has its old ones; a launcher's group is still there to be turned. */
function canBePutBack({ target }: KnobDeclaration, { processes }: Intent): boolean {
  if (target.kind !== 'cgroup' && target.kind !== 'process') return true;
  const running = (processes[target.process] ?? []).filter((each) => isRunning(each));
  if (target.kind === 'process') return running.length > 0;
  const hierarchy = findHierarchy(target.resource === 'cpus' ? 'cpuset' : 'cpu');
  return running.some(({ pid }) => hierarchy && groupOf(pid, hierarchy)?.includes(`/${groupPrefix}`));
}
