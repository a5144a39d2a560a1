import { type Executor, type Fate, fates, type ModelProfile, type Task, type Variant } from './task.ts';

/** How one task ended. */
export type FateRecord = {
  task: Task;
  fate: Fate;
  /** When, in the scheduler's clock. */
  atMs: number;
  /** Where it ran or was to run; absent for a task that never got a place. */
  place?: Executor;
  /** What it was started as; absent for a task that was not. */
  variant?: Variant;
  reason: string;
  /** Utility points that this end earned or cost. */
  utility: number;
};

/** Running totals; `created` = `pending` + the sum of `fates`, always. */
export type LedgerTotals = {
  created: number;
  pending: number;
  fates: Record<Fate, number>;
  utility: number;
};

/** Running totals as they are counted: the fates in the order of `fates`, which costs less than names. */
type Counts = { created: number; pending: number; fates: number[]; utility: number };

const indexOfFate = Object.fromEntries(fates.map((fate, index) => [fate, index])) as Record<Fate, number>;

/** Where each fate leaves its task; the fates that are missing leave it nowhere. */
const placeOfFate: Partial<Record<Fate, Executor>> = {
  'on-time-edge': 'edge',
  'late-edge': 'edge',
  'expired-edge': 'edge',
  'failed-edge': 'edge',
  'on-time-cloud': 'cloud',
  'late-cloud': 'cloud',
  'expired-cloud': 'cloud',
  'failed-cloud': 'cloud',
};

/**
 * Utility of a fate: on time β − κ, late −κ, dropped or expired 0, κ by the place of execution (DEMS,
 * arXiv 2412.20860). A failed execution counts as a late one: its cost was spent and nothing came of it. What ran as a
 * variant of quality q earns q·β − κ on time; κ is the model's, whichever variant it was and however many ran together.
 */
export function utilityOf(fate: Fate, profile: ModelProfile, quality = 1): number {
  switch (fate) {
    case 'on-time-edge':
      return quality * profile.benefit - profile.edgeCost;
    case 'on-time-cloud':
      return quality * profile.benefit - profile.cloudCost;
    case 'late-edge':
    case 'failed-edge':
      return -profile.edgeCost;
    case 'late-cloud':
    case 'failed-cloud':
      return -profile.cloudCost;
    default:
      return 0;
  }
}

/**
 * The books of the scheduler: every task is either pending or has exactly one fate. Ended tasks are kept
 * only as counters, so memory is bounded by the pending ones. Breaking the books is a bug and throws.
 */
export class Ledger {
  readonly #profiles: ReadonlyMap<string, ModelProfile>;
  readonly #pending = new Map<number, Task>();
  readonly #total = noCounts();
  readonly #byModel = new Map<string, Counts>();
  #lastId = -1;

  constructor(profiles: readonly ModelProfile[]) {
    this.#profiles = new Map(profiles.map((profile) => [profile.id, profile]));
    for (const { id } of profiles) this.#byModel.set(id, noCounts());
  }

  /** Enters a new task as pending. Ids grow strictly, which rules out an id that was used before. */
  open(task: Task): void {
    if (task.id <= this.#lastId)
      throw new Error(`task ${task.id}: ids must grow, the last was ${this.#lastId}`);
    const model = this.#modelCounts(task.model);
    this.#lastId = task.id;
    this.#pending.set(task.id, task);
    countCreated(this.#total);
    countCreated(model);
  }

  /** Gives a pending task its fate; `variant` is what it ran as, if it did. */
  close(taskId: number, fate: Fate, atMs: number, reason: string, variant?: Variant): FateRecord {
    const task = this.#pending.get(taskId);
    if (task === undefined) throw new Error(`task ${taskId} is not pending and cannot become ${fate}`);
    const profile = this.#profiles.get(task.model) as ModelProfile;
    const utility = utilityOf(fate, profile, variant?.quality);
    this.#pending.delete(taskId);
    countEnded(this.#total, fate, utility);
    countEnded(this.#modelCounts(task.model), fate, utility);
    const place = placeOfFate[fate];
    if (place === undefined) return { task, fate, atMs, reason, utility };
    return variant === undefined
      ? { task, fate, atMs, place, reason, utility }
      : { task, fate, atMs, place, variant, reason, utility };
  }

  /** The tasks without a fate, oldest first. */
  pending(): Task[] {
    return [...this.#pending.values()];
  }

  /** A copy of the totals over all models. */
  totals(): LedgerTotals {
    return totalsOf(this.#total);
  }

  /** A copy of the totals per model. */
  totalsByModel(): Record<string, LedgerTotals> {
    return Object.fromEntries([...this.#byModel].map(([id, counts]) => [id, totalsOf(counts)]));
  }

  #modelCounts(model: string): Counts {
    const counts = this.#byModel.get(model);
    if (counts === undefined) throw new Error(`model ${model} has no profile`);
    return counts;
  }
}

function noCounts(): Counts {
  return { created: 0, pending: 0, fates: fates.map(() => 0), utility: 0 };
}

function countCreated(counts: Counts): void {
  counts.created++;
  counts.pending++;
  assertConserved(counts);
}

function countEnded(counts: Counts, fate: Fate, utility: number): void {
  const index = indexOfFate[fate];
  counts.pending--;
  counts.fates[index] = (counts.fates[index] as number) + 1;
  counts.utility += utility;
  assertConserved(counts);
}

function totalsOf({ created, pending, fates: ended, utility }: Counts): LedgerTotals {
  const byName = Object.fromEntries(fates.map((fate, index) => [fate, ended[index]])) as Record<Fate, number>;
  return { created, pending, fates: byName, utility };
}

function assertConserved({ created, pending, fates: counts }: Counts): void {
  let ended = 0;
  for (const count of counts) ended += count;
  if (created === pending + ended) return;
  throw new Error(`tasks are lost: ${created} created, ${pending} pending, ${ended} ended`);
}
