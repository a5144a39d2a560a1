import { execFile } from 'node:child_process';
import { getPriority } from 'node:os';
import { promisify } from 'node:util';
import type { Actuator, KnobValue, Written } from '../../core/knobs/knob.ts';
import type { FindProcesses } from './find-processes.ts';
import { mayRaisePolicy, schedulingLimits } from './scheduling-rights.ts';
import { policyNumberOf, setAll, sharedValue, type ThreadAttribute, threadsOf } from './threads.ts';

const run = promisify(execFile);

/** By name: the number of sched(7), and the priority given. The lowest real-time one is above all ordinary work and below every other real-time thread. */
const policies: Record<string, { number: number; priority: number }> = {
  other: { number: 0, priority: 0 },
  fifo: { number: 1, priority: 1 },
  rr: { number: 2, priority: 1 },
  batch: { number: 3, priority: 0 },
  idle: { number: 5, priority: 0 },
};

const policy: ThreadAttribute = {
  get(threadId) {
    const number = policyNumberOf(threadId);
    if (number === undefined) return undefined;
    return Object.keys(policies).find((name) => policies[name]?.number === number) ?? `policy ${number}`;
  },
  async set(threadId, value) {
    const { priority = 0 } = policies[value as string] ?? {};
    try {
      await run('chrt', [`--${value}`, '--pid', String(priority), String(threadId)]);
      return undefined;
    } catch (error) {
      const { code, message } = error as { code?: unknown; message: string };
      if (code === 'ENOENT') return 'chrt is not installed (package util-linux)';
      if (threadsOf(threadId).length === 0) return undefined;
      const said = message.trim().split('\n').at(-1);
      return `cannot give thread ${threadId} the policy ${value} (${said}): fifo and rr need CAP_SYS_NICE, or a limit \`rtprio\` in limits.conf`;
    }
  },
  whyNoReturn(threadId, from, to) {
    if (!Object.hasOwn(policies, String(from)))
      return `thread ${threadId} has ${from}, which could not be given back`;
    const missing = mayRaisePolicy() ? undefined : missingFor(threadId, from, to);
    return missing && `thread ${threadId} could not be given back its policy ${from}: that needs ${missing}`;
  },
};

/** What somebody without the capability lacks to give a thread with the policy `to` its policy `from` back, by the kernel's rules (sched(7)). */
function missingFor(threadId: number, from: KnobValue, to: KnobValue): string | undefined {
  const { lowestNice, highestRtPriority } = schedulingLimits(threadId);
  const { priority = 0 } = policies[from as string] ?? {};
  if (priority > highestRtPriority) return 'CAP_SYS_NICE, or a limit `rtprio` in limits.conf';
  // Leaving `idle` counts as a thread's being given its own nice value anew.
  if (to === 'idle' && niceOf(threadId) < lowestNice) return 'CAP_SYS_NICE, or a limit `nice` in limits.conf';
  return undefined;
}

function niceOf(threadId: number): number {
  try {
    return getPriority(threadId);
  } catch {
    // It has ended, and needs nothing back.
    return Number.POSITIVE_INFINITY;
  }
}

/** Turns the knob `{kind: 'process', attribute: 'policy'}`: of every thread of a process and its descendants. */
export class PolicyActuator implements Actuator {
  readonly #find: FindProcesses;
  readonly #process: string;

  constructor(options: { find: FindProcesses; process: string }) {
    this.#find = options.find;
    this.#process = options.process;
  }

  async write(value: KnobValue): Promise<Written> {
    if (Object.hasOwn(policies, String(value))) return setAll(this.#find, this.#process, policy, value);
    const reason = `there is no policy ${value}, only ${Object.keys(policies).join(', ')}`;
    return { ok: false, outcome: 'rejected', reason };
  }

  /** Undefined while threads differ: one policy could not be put back to each. */
  read(): Promise<KnobValue | undefined> {
    return sharedValue(this.#find, this.#process, policy);
  }
}
