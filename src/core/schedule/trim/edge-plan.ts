import type { Waiting } from '../task-queue.ts';

/** Something the edge could do. */
export type PlanItem = {
  /** The waiting task; undefined for one that is only expected. */
  waiting: Waiting | undefined;
  model: string;
  /** It cannot begin before, and must end by. */
  earliestMs: number;
  deadlineMs: number;
  edgeMs: number;
  /** Points that running it on the edge earns over what becomes of it otherwise. */
  gain: number;
};

/** A partial plan: `used` are the items that it runs, as bits, `last` the one that it runs last. */
type State = {
  atMs: number;
  gain: number;
  score: number;
  used: number;
  last: PlanItem | undefined;
  before: State | undefined;
};

/** Partial plans kept at each step, and the most steps. */
const beamWidth = 4;
const mostSteps = 6;
/** Items are bits of an integer. */
const mostItems = 30;

/**
 * Looks for the order of runs that earns most, by beam search, and gives them in this order. What comes after
 * `knownUntilMs` is not among the items; the time that a plan takes beyond it costs the price of the edge's time,
 * in points per millisecond. Items of one model must stand together, by deadline: they run in this order.
 */
export function planEdge(options: {
  items: readonly PlanItem[];
  freeAtMs: number;
  knownUntilMs: number;
  pricePerMs: number;
}): PlanItem[] {
  const { freeAtMs, pricePerMs } = options;
  const items = options.items.filter(
    ({ earliestMs, deadlineMs, edgeMs, gain }) =>
      gain > 0 && Math.max(freeAtMs, earliestMs) + edgeMs <= deadlineMs,
  );
  const knownUntilMs = Math.max(options.knownUntilMs, freeAtMs);
  const count = Math.min(items.length, mostItems);
  let best: State = { atMs: freeAtMs, gain: 0, score: 0, used: 0, last: undefined, before: undefined };
  let beam = [best];
  for (let step = 0; step < mostSteps && beam.length > 0; step++) {
    const next: State[] = [];
    for (const state of beam) {
      for (let i = 0; i < count; i++) {
        if (state.used & (1 << i)) continue;
        const item = items[i] as PlanItem;
        if (i > 0 && comesFirst(items[i - 1] as PlanItem, item, state, i - 1)) continue;
        const endMs = Math.max(state.atMs, item.earliestMs) + item.edgeMs;
        if (endMs > item.deadlineMs) continue;
        const gain = state.gain + item.gain;
        const score = gain - pricePerMs * Math.max(0, endMs - knownUntilMs);
        if (isWorthKeeping(next, score))
          keep(next, { atMs: endMs, gain, score, used: state.used | (1 << i), last: item, before: state });
      }
    }
    for (const state of next) if (state.score > best.score) best = state;
    beam = next;
  }
  const plan: PlanItem[] = [];
  for (let state: State | undefined = best; state?.last !== undefined; state = state.before)
    plan.unshift(state.last);
  return plan;
}

/** Whether the item before is of the same model, not yet run, and could still be: then it is its turn. */
function comesFirst(before: PlanItem, item: PlanItem, { used, atMs }: State, index: number): boolean {
  if (before.model !== item.model || used & (1 << index)) return false;
  return Math.max(atMs, before.earliestMs) + before.edgeMs <= before.deadlineMs;
}

function isWorthKeeping(beam: readonly State[], score: number): boolean {
  return beam.length < beamWidth || score > (beam.at(-1) as State).score;
}

/** Keeps the best few, and of those that did the same things only the best. */
function keep(beam: State[], state: State): void {
  for (let i = 0; i < beam.length; i++) {
    const other = beam[i] as State;
    if (other.used !== state.used) continue;
    if (state.score < other.score || (state.score === other.score && state.atMs >= other.atMs)) return;
    beam.splice(i, 1);
    break;
  }
  let at = beam.length;
  while (at > 0 && (beam[at - 1] as State).score < state.score) at--;
  beam.splice(at, 0, state);
  if (beam.length > beamWidth) beam.pop();
}
