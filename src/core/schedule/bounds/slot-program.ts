import { edgeAdds, type Job } from './job.ts';

/**
 * The offline problem as an integer program over slots of time, in CPLEX LP format: which jobs begin on the
 * edge in which slot, so that no slot is used by more jobs than there are accelerators. Its optimum, plus
 * `constant`, is the points that an omniscient planner can earn:
 *
 * - `bound: 'upper'`: times on the edge are rounded down to slots, so no schedule can earn more;
 * - `bound: 'lower'`: they are rounded up and jobs begin on slots' edges, so a schedule exists that earns as much.
 *
 * With times that are whole slots both are the exact optimum.
 */
export function slotProgram(options: {
  jobs: readonly Job[];
  slotMs: number;
  bound: 'upper' | 'lower';
  edgeServers?: number;
}): { text: string; constant: number } {
  const { jobs, slotMs, bound, edgeServers = 1 } = options;
  const gains: string[] = [];
  const once: string[] = [];
  const names: string[] = [];
  const busy = new Map<number, string[]>();
  for (const [index, job] of jobs.entries()) {
    const points = edgeAdds(job);
    if (points <= 0) continue;
    const starts = startSlots(job, slotMs, bound).map((slot) => ({ slot, name: `x${index}_${slot}` }));
    if (starts.length === 0) continue;
    const length = bound === 'upper' ? Math.floor(job.edgeMs / slotMs) : Math.ceil(job.edgeMs / slotMs);
    for (const { slot, name } of starts) {
      names.push(name);
      gains.push(`${points} ${name}`);
      for (let used = slot; used < slot + length; used++) {
        const users = busy.get(used) ?? [];
        busy.set(used, users);
        users.push(name);
      }
    }
    once.push(` j${index}: ${starts.map(({ name }) => name).join(' + ')} <= 1`);
  }
  const capacity = [...busy].map(([slot, users]) => ` t${slot}: ${users.join(' + ')} <= ${edgeServers}`);
  const text = [
    'Maximize',
    ` points: ${gains.length > 0 ? gains.join(' + ') : '0 none'}`,
    'Subject To',
    ...once,
    ...capacity,
    'Binary',
    ` ${names.join(' ')}`,
    'End',
  ].join('\n');
  return { text, constant: jobs.reduce((sum, { otherGain }) => sum + otherGain, 0) };
}

function startSlots(
  { releaseMs, deadlineMs, edgeMs }: Job,
  slotMs: number,
  bound: 'upper' | 'lower',
): number[] {
  const first = bound === 'upper' ? Math.floor(releaseMs / slotMs) : Math.ceil(releaseMs / slotMs);
  const last = Math.floor((deadlineMs - edgeMs) / slotMs);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
}
