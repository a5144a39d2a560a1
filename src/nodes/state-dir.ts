import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where nodes and commands keep what outlives them (last good configuration, way back, journals) when nothing else is said. */
export function defaultStateDir(): string {
  const { TRIMTAB_HOME, ROS_HOME } = process.env;
  if (TRIMTAB_HOME) return join(TRIMTAB_HOME, 'state');
  return join(ROS_HOME ?? join(homedir(), '.ros'), 'trimtab');
}
