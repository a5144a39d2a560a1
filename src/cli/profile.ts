import { formatRefusal, type Refusal } from '../core/refusal.ts';
import { ClientSession } from '../ros/index.ts';
import { profileLive } from './profile/live.ts';
import { profileNetwork } from './profile/network.ts';
import { readOptions } from './profile/options.ts';
import { untilStopped } from './until-stopped.ts';

export { usage } from './profile/options.ts';

/**
 * `trimtab profile`: what a running robot does, as a table that is redrawn each period, as JSON, CSV or MCAP,
 * until it is stopped or the time is over. `trimtab profile network MODEL.json` measures a network instead.
 * Exit code 0, 1 when it cannot be done, 2 for a command line that cannot be understood.
 */
export async function run(args: string[]): Promise<number> {
  if (args[0] === 'network') return profileNetwork(args.slice(1));
  const options = readOptions(args);
  if (!options.ok) return fail(options.refusals, 2);
  const stopped = untilStopped();
  const client = await ClientSession.open(`trimtab_profile_${process.pid}`);
  try {
    const done = await profileLive(client, options.value, stopped);
    return done.ok ? 0 : fail(done.refusals, 1);
  } finally {
    client.close();
  }
}

function fail(refusals: Refusal[], exitCode: number): number {
  console.error(refusals.map(formatRefusal).join('\n'));
  return exitCode;
}
