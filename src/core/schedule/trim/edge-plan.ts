import type { Waiting } from '../task-queue.ts';

/** Partial plans kept at each step, and the most steps. */
const beamWidth = 4;
const mostSteps = 6;
/** Tasks are bits of an integer. */
export const mostTasks = 30;
/** Tasks, and batches of them. */
const mostItems = 200;
/** More than what is lost where sums of times are rounded. */
const roundingMs = 1;
/** Room for the empty plan, which comes first, and for each step's beam. */
const mostStates = 1 + mostSteps * beamWidth;

/** What the edge is to do at a time: tasks of one model, undefined where they are only expected, and as which variant. */
export type PlannedRun = {
  members: readonly (Waiting | undefined)[];
  variant: number;
  earliestMs: number;
  edgeMs: number;
  gain: number;
};

/**
 * Looks for the order of runs that earns most, by beam search: `begin`, for each model `beginModel`, `add` what the
 * edge could do and `addBatch` what of that it could do together, then `plan`. It is asked for every task, so items and
 * partial plans stand in columns that are used again each time.
 */
export class EdgePlanner {
  #freeAtMs = 0;
  #items = 0;
  /** The first item of the present model. */
  #modelFirst = 0;
  #tasks = 0;
  readonly #waiting: (Waiting | undefined)[] = [];
  /** The first and the last of the items that run together; an item of one task is both itself. */
  readonly #firsts = new Int16Array(mostItems);
  readonly #lasts = new Int16Array(mostItems);
  /** The item of the same model whose turn is before an item's first; -1 for none. */
  readonly #turnsBefore = new Int16Array(mostItems);
  /** The end of the model's items of one task, and until when the edge may be busy so that none from this one on is late. */
  readonly #turnsEnd = new Int16Array(mostItems);
  readonly #inTimeUntilMs = new Float64Array(mostItems);
  readonly #variants = new Int32Array(mostItems);
  /** The tasks that an item runs, as bits. */
  readonly #does = new Int32Array(mostItems);
  readonly #earliestMs = new Float64Array(mostItems);
  readonly #deadlinesMs = new Float64Array(mostItems);
  readonly #edgeMs = new Float64Array(mostItems);
  readonly #gains = new Float64Array(mostItems);
  /** What each item earns less the price of the time that it takes. */
  readonly #nets = new Float64Array(mostItems);
  /** Of each partial plan: when it ends, what it earns and is worth, the items it runs as bits, the one it runs last, and the plan before that. */
  readonly #endsMs = new Float64Array(mostStates);
  readonly #earned = new Float64Array(mostStates);
  readonly #worths = new Float64Array(mostStates);
  /** What it earns less the price of all the time until it ends: partial plans end at different times, and a beam must compare them. */
  readonly #ranks = new Float64Array(mostStates);
  readonly #used = new Int32Array(mostStates);
  readonly #last = new Int16Array(mostStates);
  readonly #before = new Int8Array(mostStates);
  #best = 0;
  /** Until when the edge's time costs nothing, and what it costs then. */
  #freeUntilMs = 0;
  #pricePerMs = 0;
  /** The partial plans of each step, the best first, so that none is copied to make room for another. */
  readonly #beam = new Int8Array(mostStates);
  /** Where in it the step that is being filled begins and ends, and the rank that a plan must exceed to be kept. */
  #first = 0;
  #end = 0;
  #floor = Number.NEGATIVE_INFINITY;

  /** When the edge will be free. */
  get freeAtMs(): number {
    return this.#freeAtMs;
  }

  /** Forgets all items; the edge will be free at this time. */
  begin(freeAtMs: number): void {
    this.#freeAtMs = freeAtMs;
    this.#items = 0;
    this.#tasks = 0;
  }

  /** What is added from now on is of another model. */
  beginModel(): void {
    this.#modelFirst = this.#items;
  }

  /**
   * Adds a task, undefined if it is only expected, that cannot begin before `earliestMs`, takes `edgeMs` as this variant
   * and earns `gain` points more on the edge than elsewhere. It is left out, and false returned, if that is nothing, if it
   * cannot be in time, or if there is no room. Tasks of one model come by deadline, and run in this order; its batches
   * come after all of them.
   */
  add(
    waiting: Waiting | undefined,
    earliestMs: number,
    deadlineMs: number,
    edgeMs: number,
    gain: number,
    variant = 0,
  ): boolean {
    const inTime = Math.max(this.#freeAtMs, earliestMs) + edgeMs <= deadlineMs;
    if (!(gain > 0) || !inTime || this.#tasks === mostTasks) return false;
    const item = this.#items++;
    this.#does[item] = 1 << this.#tasks++;
    this.#firsts[item] = item;
    this.#lasts[item] = item;
    this.#turnsBefore[item] = item === this.#modelFirst ? -1 : item - 1;
    this.#waiting[item] = waiting;
    this.#variants[item] = variant;
    this.#earliestMs[item] = earliestMs;
    this.#deadlinesMs[item] = deadlineMs;
    this.#edgeMs[item] = edgeMs;
    this.#gains[item] = gain;
    this.#noteTurn(item, deadlineMs - edgeMs - roundingMs);
    return true;
  }

  /**
   * Adds that so many of the model's tasks run together, from the one on that was added at this place, as this variant,
   * in `edgeMs`, and earn `gain`. It is left out if one of them would be late or if there is no room.
   */
  addBatch(place: number, size: number, edgeMs: number, gain: number, variant: number): void {
    const first = this.#modelFirst + place;
    const last = first + size - 1;
    const earliestMs = this.#earliestMs[last] as number;
    const deadlineMs = this.#deadlinesMs[first] as number;
    const inTime = Math.max(this.#freeAtMs, earliestMs) + edgeMs <= deadlineMs;
    if (!(gain > 0) || !inTime || this.#items === mostItems) return;
    const item = this.#items++;
    let tasks = 0;
    for (let member = first; member <= last; member++) tasks |= this.#does[member] as number;
    this.#does[item] = tasks;
    this.#firsts[item] = first;
    this.#lasts[item] = last;
    this.#turnsBefore[item] = this.#turnsBefore[first] as number;
    this.#variants[item] = variant;
    this.#earliestMs[item] = earliestMs;
    this.#deadlinesMs[item] = deadlineMs;
    this.#edgeMs[item] = edgeMs;
    this.#gains[item] = gain;
    this.#inTimeUntilMs[item] = Number.NEGATIVE_INFINITY;
  }

  /** Tells the model's items of one task of the newest. */
  #noteTurn(newest: number, inTimeUntilMs: number): void {
    this.#inTimeUntilMs[newest] = Number.POSITIVE_INFINITY;
    for (let item = newest; item >= this.#modelFirst; item--) {
      this.#inTimeUntilMs[item] = Math.min(this.#inTimeUntilMs[item] as number, inTimeUntilMs);
      this.#turnsEnd[item] = newest + 1;
    }
  }

  /** What a plan is worth if its first run takes and earns this instead; minus infinity if one of its runs is late then. */
  worthWith(plan: readonly number[], firstEdgeMs: number, firstGain: number): number {
    let endMs = this.#freeAtMs;
    let earned = 0;
    for (let i = 0; i < plan.length; i++) {
      const item = plan[i] as number;
      const edgeMs = i === 0 ? firstEdgeMs : (this.#edgeMs[item] as number);
      endMs = Math.max(endMs, this.#earliestMs[item] as number) + edgeMs;
      if (endMs > (this.#deadlinesMs[item] as number)) return Number.NEGATIVE_INFINITY;
      earned += i === 0 ? firstGain : (this.#gains[item] as number);
    }
    return earned - this.#pricePerMs * Math.max(0, endMs - this.#freeUntilMs);
  }

  /** What the last plan is worth. */
  get worth(): number {
    return this.#worths[this.#best] as number;
  }

  /** An item of a plan. */
  item(item: number): PlannedRun {
    return {
      members: this.#waiting.slice(this.#firsts[item], (this.#lasts[item] as number) + 1),
      variant: this.#variants[item] as number,
      earliestMs: this.#earliestMs[item] as number,
      edgeMs: this.#edgeMs[item] as number,
      gain: this.#gains[item] as number,
    };
  }

  /** Whether a plan runs this waiting task. */
  runs(plan: readonly number[], waiting: Waiting): boolean {
    for (const item of plan)
      for (let member = this.#firsts[item] as number; member <= (this.#lasts[item] as number); member++)
        if (this.#waiting[member] === waiting) return true;
    return false;
  }

  /**
   * The items to run, in order. What comes after `knownUntilMs` is not among them; the time that a plan takes
   * beyond it costs the price of the edge's time, in points per millisecond.
   */
  plan(knownUntilMs: number, pricePerMs: number): number[] {
    this.#freeUntilMs = Math.max(knownUntilMs, this.#freeAtMs);
    this.#pricePerMs = pricePerMs;
    for (let item = 0; item < this.#items; item++)
      this.#nets[item] = (this.#gains[item] as number) - pricePerMs * (this.#edgeMs[item] as number);
    this.#endsMs[0] = this.#freeAtMs;
    let best = 0;
    this.#first = 0;
    this.#end = 1;
    for (let step = 0; step < mostSteps && this.#first < this.#end; step++) {
      const from = this.#first;
      const to = this.#end;
      this.#first = 1 + step * beamWidth;
      this.#end = this.#first;
      this.#floor = Number.NEGATIVE_INFINITY;
      for (let i = from; i < to; i++) this.#extend(this.#beam[i] as number);
      for (let i = this.#first; i < this.#end; i++) {
        const state = this.#beam[i] as number;
        if ((this.#worths[state] as number) > (this.#worths[best] as number)) best = state;
      }
    }
    this.#best = best;
    const plan: number[] = [];
    for (let state = best; state !== 0; state = this.#before[state] as number)
      plan.push(this.#last[state] as number);
    return plan.reverse();
  }

  /** Offers the beam the plans that run one item more. */
  #extend(state: number): void {
    const does = this.#does;
    const nets = this.#nets;
    const earliestMs = this.#earliestMs;
    const edgeMs = this.#edgeMs;
    const deadlinesMs = this.#deadlinesMs;
    const inTimeUntilMs = this.#inTimeUntilMs;
    const items = this.#items;
    const pricePerMs = this.#pricePerMs;
    const used = this.#used[state] as number;
    const rankBefore = this.#ranks[state] as number;
    const atMs = this.#endsMs[state] as number;
    let floor = this.#floor;
    let next = 0;
    while (next < items) {
      const item = next++;
      const tasks = does[item] as number;
      if (used & tasks) continue;
      // While it and those behind it in its model would all be in time, it is its turn and none of theirs.
      if (atMs <= (inTimeUntilMs[item] as number)) next = this.#turnsEnd[item] as number;
      const rankAtOnce = rankBefore + (nets[item] as number);
      // An item that must be waited for ranks lower still, and most items are late by now, so few need be looked at further.
      if (rankAtOnce <= floor) continue;
      const startMs = Math.max(atMs, earliestMs[item] as number);
      const endMs = startMs + (edgeMs[item] as number);
      if (endMs > (deadlinesMs[item] as number)) continue;
      const rank = rankAtOnce - pricePerMs * (startMs - atMs);
      if (rank <= floor || this.#isNotYetDue(item, used, atMs)) continue;
      const kept = this.#makeRoom(used | tasks, rank, endMs);
      if (kept === undefined) continue;
      const earned = (this.#earned[state] as number) + (this.#gains[item] as number);
      this.#endsMs[kept] = endMs;
      this.#earned[kept] = earned;
      this.#worths[kept] = earned - pricePerMs * Math.max(0, endMs - this.#freeUntilMs);
      this.#ranks[kept] = rank;
      this.#used[kept] = used | tasks;
      this.#last[kept] = item;
      this.#before[kept] = state;
      if (this.#end - this.#first === beamWidth) {
        floor = this.#ranks[this.#beam[this.#end - 1] as number] as number;
        this.#floor = floor;
      }
    }
  }

  /** Whether the item before has not run and could still: then it is its turn. */
  #isNotYetDue(item: number, used: number, atMs: number): boolean {
    const before = this.#turnsBefore[item] as number;
    if (before < 0 || used & (this.#does[before] as number)) return false;
    const endMs = Math.max(atMs, this.#earliestMs[before] as number) + (this.#edgeMs[before] as number);
    return endMs <= (this.#deadlinesMs[before] as number);
  }

  /**
   * The number under which to keep a partial plan, which has its place in the beam by now; of plans that run the same
   * items only the best is kept, so there may be none.
   */
  #makeRoom(used: number, rank: number, endMs: number): number | undefined {
    const beam = this.#beam;
    let at = this.#first;
    while (at < this.#end && this.#used[beam[at] as number] !== used) at++;
    let state = at;
    if (at < this.#end) {
      state = beam[at] as number;
      const twinRank = this.#ranks[state] as number;
      if (rank < twinRank || (rank === twinRank && endMs >= (this.#endsMs[state] as number)))
        return undefined;
      for (; at < this.#end - 1; at++) beam[at] = beam[at + 1] as number;
    } else if (this.#end - this.#first < beamWidth) {
      this.#end++;
    } else {
      at--;
      state = beam[at] as number;
    }
    for (; at > this.#first && (this.#ranks[beam[at - 1] as number] as number) < rank; at--)
      beam[at] = beam[at - 1] as number;
    beam[at] = state;
    return state;
  }
}
