import type { Actuator, KnobValue } from '../../../core/knobs/knob.ts';
import type { CpuBudget } from '../budget.ts';

/** Turns the knob `{kind: 'cgroup', process}`: a process's CPU limit in cores, within the budget. */
export class CgroupActuator implements Actuator {
  readonly #budget: CpuBudget;
  readonly #process: string;

  constructor(options: { budget: CpuBudget; process: string }) {
    this.#budget = options.budget;
    this.#process = options.process;
  }

  /** A value above the budget is lowered to it, as the read-back shows. */
  async write(value: KnobValue): ReturnType<Actuator['write']> {
    if (typeof value !== 'number') {
      return { ok: false, outcome: 'rejected', reason: `a CPU limit is a number of cores, not ${value}` };
    }
    const limited = this.#budget.limit(this.#process, value);
    if (limited.ok) return { ok: true };
    return {
      ok: false,
      outcome: 'rejected',
      reason: limited.refusals.map(({ reason }) => reason).join('; '),
    };
  }

  /** The limit that the kernel holds, in cores. */
  async read(): Promise<KnobValue | undefined> {
    return this.#budget.readLimit(this.#process);
  }
}
