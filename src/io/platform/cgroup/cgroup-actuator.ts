import type { Actuator, KnobValue, Written } from '../../../core/knobs/knob.ts';
import type { CpuBudget } from '../budget.ts';
import type { OwnGroups } from './own-groups.ts';

/**
 * Turns the knob `{kind: 'cgroup', resource: 'cpu'}`: a process's CPU limit in cores, within the launcher's budget. A
 * process that the launcher has not placed in it is limited in a group of our own, where `groups` makes them.
 */
export class CgroupActuator implements Actuator {
  readonly #budget: CpuBudget;
  readonly #process: string;
  readonly #groups: OwnGroups | undefined;

  constructor(options: { budget: CpuBudget; process: string; groups?: OwnGroups }) {
    this.#budget = options.budget;
    this.#process = options.process;
    this.#groups = options.groups;
  }

  /** A value above the budget is lowered to it, as the read-back shows. */
  async write(value: KnobValue): Promise<Written> {
    if (typeof value !== 'number') {
      return { ok: false, outcome: 'rejected', reason: `a CPU limit is a number of cores, not ${value}` };
    }
    const isPlaced = this.#budget.readLimit(this.#process) !== undefined;
    if (!isPlaced && this.#groups) return this.#groups.write(this.#process, 'cpu', value);
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
    return this.#budget.readLimit(this.#process) ?? this.#groups?.read(this.#process, 'cpu');
  }
}
