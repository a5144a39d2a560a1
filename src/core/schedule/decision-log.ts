import type { FateRecord } from './ledger.ts';
import type { Decision } from './policy.ts';

/** What is known of one task: its decisions in order, and its end once it has one. */
export type Explanation = { taskId: number; decisions: Decision[]; fate?: FateRecord };

/** Remembers the last decisions and fates, so that a task can be asked "why?" for a while. */
export class DecisionLog {
  readonly #capacity: number;
  readonly #explanations = new Map<number, Explanation>();

  /** @param capacity tasks remembered; the task that was decided on first is forgotten first. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  addDecision(decision: Decision): void {
    if (this.#capacity === 0) return;
    const known = this.#explanations.get(decision.taskId);
    if (known !== undefined) {
      known.decisions.push(decision);
      return;
    }
    this.#explanations.set(decision.taskId, { taskId: decision.taskId, decisions: [decision] });
    if (this.#explanations.size <= this.#capacity) return;
    const [first] = this.#explanations.keys();
    if (first !== undefined) this.#explanations.delete(first);
  }

  addFate(record: FateRecord): void {
    const known = this.#explanations.get(record.task.id);
    if (known !== undefined) known.fate = record;
  }

  /** What is known of a task; undefined if it was never decided on or is forgotten. */
  explain(taskId: number): Explanation | undefined {
    return this.#explanations.get(taskId);
  }
}
