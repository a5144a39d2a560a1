import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { type CgroupSupport, detectCgroup } from '../cgroup/detect.ts';
import type { Part } from './part.ts';

/** CPU limits by cgroup: makes a group and takes it away again, to see that it may. */
export function probeCgroup(support: CgroupSupport = detectCgroup()): Part {
  const part = 'cgroup';
  const cost = 'CPU budgets by affinity only (whole cores), and no knob "cgroup"';
  if (!support.writable) return { part, state: 'absent', found: support.reason, cost };
  const group = join(support.base, `trimtab-doctor-${process.pid}`);
  try {
    mkdirSync(group);
    rmdirSync(group);
  } catch (error) {
    const found = `${support.reason}, but ${error instanceof Error ? error.message : String(error)}`;
    return { part, state: 'absent', found, cost };
  }
  return { part, state: 'real', found: support.reason };
}
