import { readdirSync, readFileSync } from 'node:fs';
import type { KnobValue, Written } from '../../core/knobs/knob.ts';
import type { FindProcesses } from './find-processes.ts';
import { Procfs } from './procfs.ts';

/** Threads start threads; after this many looks without an end the process is not one that can be held. */
const passes = 10;

/** The threads of a process, by their ids; empty when it has ended. */
export function threadsOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return [];
  }
}

/** The scheduling policy of a thread as sched(7) numbers it; undefined when it has ended. */
export function policyNumberOf(threadId: number): number | undefined {
  try {
    const text = readFileSync(`/proc/${threadId}/stat`, 'utf8');
    // proc_pid_stat(5): what follows the name in parentheses begins with field 3; the policy is field 41.
    return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[41 - 3]);
  } catch {
    return undefined;
  }
}

/** Something that every thread has, and that can be given to it. */
export type ThreadAttribute = {
  /** Undefined when the thread has ended. */
  get(threadId: number): KnobValue | undefined;
  /** Why it could not be given; undefined when it was, or when the thread has ended. */
  set(threadId: number, value: KnobValue): Promise<string | undefined>;
  /** Why a thread that was given `to` could not be given back `from`; undefined when it could. */
  whyNoReturn(threadId: number, from: KnobValue, to: KnobValue): string | undefined;
};

/** The value that all threads of a process and its descendants share; undefined without such a process, or when they differ. */
export async function sharedValue(
  find: FindProcesses,
  process: string,
  attribute: ThreadAttribute,
): Promise<KnobValue | undefined> {
  const threads = new Procfs().tree(...(await find(process))).flatMap(threadsOf);
  const values = new Set(threads.map((id) => attribute.get(id)).filter((value) => value !== undefined));
  return values.size === 1 ? [...values][0] : undefined;
}

/**
 * Gives a value to all threads of a process and its descendants, those that start meanwhile included. Refused before the
 * first write where a thread could not be given back what it has.
 */
export async function setAll(
  find: FindProcesses,
  process: string,
  attribute: ThreadAttribute,
  value: KnobValue,
): Promise<Written> {
  const roots = await find(process);
  for (let pass = 0; pass < passes; pass++) {
    const threads = new Procfs().tree(...roots).flatMap(threadsOf);
    if (threads.length === 0)
      return { ok: false, outcome: 'unreachable', reason: `no process ${process} runs` };
    const others = threads.filter((id) => attribute.get(id) !== value && attribute.get(id) !== undefined);
    if (others.length === 0) return { ok: true };
    const noReturn = firstWithoutReturn(attribute, others, value);
    if (noReturn !== undefined) return { ok: false, outcome: 'rejected', reason: noReturn };
    for (const id of others) {
      const failure = await attribute.set(id, value);
      if (failure !== undefined) return { ok: false, outcome: 'rejected', reason: failure };
    }
  }
  return { ok: false, outcome: 'rejected', reason: `${process} starts threads faster than they can be set` };
}

function firstWithoutReturn(
  attribute: ThreadAttribute,
  threads: readonly number[],
  to: KnobValue,
): string | undefined {
  for (const id of threads) {
    const from = attribute.get(id);
    const reason = from === undefined ? undefined : attribute.whyNoReturn(id, from, to);
    if (reason !== undefined) return reason;
  }
  return undefined;
}
