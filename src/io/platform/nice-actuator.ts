import { getPriority, setPriority } from 'node:os';
import type { Actuator, KnobValue, Written } from '../../core/knobs/knob.ts';
import type { FindProcesses } from './find-processes.ts';
import { mayLowerNice, schedulingLimits } from './scheduling-rights.ts';
import { setAll, sharedValue, type ThreadAttribute } from './threads.ts';

/** On Linux setpriority(2) acts on one thread, whatever its manual page calls it. */
const nice: ThreadAttribute = {
  get(threadId) {
    try {
      return getPriority(threadId);
    } catch {
      return undefined;
    }
  },
  async set(threadId, value) {
    try {
      setPriority(threadId, value as number);
      return undefined;
    } catch (error) {
      const code = (error as { info?: { code?: string } }).info?.code;
      if (code === 'ESRCH') return undefined;
      return `no right to give thread ${threadId} the nice value ${value} (${code}): it needs CAP_SYS_NICE, or a limit \`nice\` in limits.conf`;
    }
  },
  whyNoReturn(threadId, from, to) {
    if ((from as number) >= (to as number) || mayLowerNice()) return undefined;
    if ((from as number) >= schedulingLimits(threadId).lowestNice) return undefined;
    return `thread ${threadId} could not be given back its nice value ${from}: that needs CAP_SYS_NICE, or a limit \`nice\` in limits.conf`;
  },
};

/** Turns the knob `{kind: 'process', attribute: 'nice'}`: of every thread of a process and its descendants. */
export class NiceActuator implements Actuator {
  readonly #find: FindProcesses;
  readonly #process: string;

  constructor(options: { find: FindProcesses; process: string }) {
    this.#find = options.find;
    this.#process = options.process;
  }

  async write(value: KnobValue): Promise<Written> {
    if (Number.isInteger(value) && (value as number) >= -20 && (value as number) <= 19) {
      return setAll(this.#find, this.#process, nice, value);
    }
    const reason = `a nice value is a whole number from -20 to 19, not ${value}`;
    return { ok: false, outcome: 'rejected', reason };
  }

  /** Undefined while threads differ: one value could not be put back to each. */
  read(): Promise<KnobValue | undefined> {
    return sharedValue(this.#find, this.#process, nice);
  }
}
