import { formatRefusal } from '../core/refusal.ts';

/** How it is called. */
export const usage = `trimtab fleet SCENARIO ... [options]     simulate fleets under policies
trimtab fleet replay TRACE [options]     run a recorded workload through a policy
trimtab fleet list                       the scenarios that come with Trimtab

SCENARIO is the name of one of these or a YAML file (docs/fleet.md).

  --policy P[,P ...]   policies, or all (all)
  --reading R          how published algorithms are read: as-published or corrected (corrected)
  --seeds N[..M]       seeds (1)
  --workers N          threads (the machine's cores)
  --json FILE          the runs as JSON; - for standard output
  --csv FILE           one line a run
  --figures DIR        figures as SVG

of replay:
  --policy P           the policy (the recording's own)
  --reading R          as above
  --edge-overhead-ms X, --cloud-overhead-ms Y
                       what each execution takes on top of its model's time (drawn from the recorded distribution)
  --seed N             of these draws (1)
  --json FILE          the outcome as JSON; - for standard output
`;

/** Schedules fleets in virtual time: see docs/fleet.md. Exit code 0 when it ran, 1 when a file is refused or cannot be written, 2 on misuse. */
export async function run([subject, ...rest]: string[]): Promise<number> {
  if (subject === 'replay') return (await import('./fleet/replay.ts')).runReplay(rest);
  if (subject === 'list') return (await import('./fleet/list.ts')).runList(rest);
  if (subject !== undefined) return (await import('./fleet/simulate.ts')).runSimulation([subject, ...rest]);
  const accepted = 'a scenario, replay or list';
  console.error(formatRefusal({ code: 'TT_USAGE', reason: 'fleet needs to know what to do.', accepted }));
  return 2;
}
