import type { Procfs } from '../procfs.ts';

/**
 * Whether a process was started in a domain, given as in ROS_DOMAIN_ID: another robot's simulation may run on this machine
 * under the same names, in a domain of its own. False where that may not be seen.
 */
export function isInDomain(pid: number, domain: string | undefined, procfs: Procfs): boolean {
  const own = procfs.variable(pid, 'ROS_DOMAIN_ID');
  return own !== undefined && (own || '0') === (domain || '0');
}
