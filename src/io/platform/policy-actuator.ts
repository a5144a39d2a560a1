import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Actuator, KnobValue, Written } from '../../core/knobs/knob.ts';
import type { FindProcesses } from './find-processes.ts';
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
};

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
