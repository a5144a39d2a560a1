import { formatRefusal } from '../../core/refusal.ts';
import { ClientSession } from '../../ros/index.ts';
import { recover } from './recover.ts';
import { safetyFiles } from './safety-net.ts';

/** A node that the robot's launch system brings back may take this long. */
const deadlineMs = 30_000;

/**
 * What the watchdog becomes when the tuner died: puts back what the tuner had changed, and ends. Its argument is the
 * tuner's state folder. Exit code 0 when nothing is left to put back, else 1.
 */
const [stateDir = ''] = process.argv.slice(2);
const files = safetyFiles(stateDir);
const stored = [files.intent.load(), files.groups.load()];
if (stored.every((file) => file.ok && file.value === undefined)) process.exit(0);

const session = await ClientSession.open(`trimtab_restore_${process.pid}`);
const startMs = performance.now();
const recovery = await recover(files, session.node, startMs + deadlineMs);
const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
const lines = recovery.ok
  ? [`put back after ${seconds} s: ${recovery.value.putBack.join(', ') || 'nothing'}`]
  : recovery.refusals.map(formatRefusal);
for (const line of lines) console.log(`${new Date().toISOString()} ${line}`);
session.close();
process.exit(recovery.ok ? 0 : 1);
