import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../random.ts';
import type { Waiting } from '../task-queue.ts';
import { EdgePlanner } from './edge-plan.ts';

const settings = { freeAtMs: 0, knownUntilMs: 1e6, pricePerMs: 0 };

type Item = { model: string; earliestMs: number; deadlineMs: number; edgeMs: number; gain: number };

/** What a plan is made for. `items` go by model and deadline. */
type Asked = { items: readonly Item[]; freeAtMs: number; knownUntilMs: number; pricePerMs: number };

let models = 0;

/** An item of a model of its own. */
function item(edgeMs: number, deadlineMs: number, gain: number, earliestMs = 0): Item {
  return { model: `m${models++}`, earliestMs, deadlineMs, edgeMs, gain };
}

const planner = new EdgePlanner();

/** The items that are planned, in order; the planner takes each for a task that waits. */
function planEdge({ items, freeAtMs, knownUntilMs, pricePerMs }: Asked): Item[] {
  planner.begin(freeAtMs);
  items.forEach((each, i) => {
    const { earliestMs, deadlineMs, edgeMs, gain, model } = each;
    if (model !== items[i - 1]?.model) planner.beginModel();
    planner.add(each as unknown as Waiting, earliestMs, deadlineMs, edgeMs, gain);
  });
  return planner.plan(knownUntilMs, pricePerMs).map((i) => planner.item(i).members[0] as unknown as Item);
}

/** The best gain over all orders of all subsets. */
function bestGain(items: readonly Item[], atMs = 0): number {
  return items.reduce((best, next, i) => {
    const endMs = Math.max(atMs, next.earliestMs) + next.edgeMs;
    if (endMs > next.deadlineMs) return best;
    return Math.max(best, next.gain + bestGain(items.toSpliced(i, 1), endMs));
  }, 0);
}

type Plan = { runs: Item[]; endMs: number; earned: number; worth: number; rank: number };

/** The same search with nothing left out: every item is tried behind every plan that is kept. */
function plainSearch({ items, freeAtMs, knownUntilMs, pricePerMs }: Asked): Item[] {
  const freeUntilMs = Math.max(knownUntilMs, freeAtMs);
  let best: Plan = { runs: [], endMs: freeAtMs, earned: 0, worth: 0, rank: 0 };
  let beam = [best];
  for (let step = 0; step < 6; step++) {
    let kept: Plan[] = [];
    for (const plan of beam) {
      const startOf = (next: Item) => Math.max(plan.endMs, next.earliestMs);
      const endOf = (next: Item) => startOf(next) + next.edgeMs;
      const isOpen = (next: Item) => !plan.runs.includes(next) && endOf(next) <= next.deadlineMs;
      items.forEach((next, i) => {
        const before = items[i - 1];
        if (!isOpen(next) || (before?.model === next.model && isOpen(before))) return;
        const endMs = endOf(next);
        const earned = plan.earned + next.gain;
        const worth = earned - pricePerMs * Math.max(0, endMs - freeUntilMs);
        const waitedMs = startOf(next) - plan.endMs;
        const rank = plan.rank + (next.gain - pricePerMs * next.edgeMs) - pricePerMs * waitedMs;
        const last = kept[3];
        if (last !== undefined && rank <= last.rank) return;
        const runs = [...plan.runs, next];
        const twin = kept.find((each) => runs.every((run) => each.runs.includes(run)));
        if (twin && (rank < twin.rank || (rank === twin.rank && endMs >= twin.endMs))) return;
        kept = kept.filter((each) => each !== twin);
        const worse = kept.findIndex((each) => each.rank < rank);
        kept.splice(worse === -1 ? kept.length : worse, 0, { runs, endMs, earned, worth, rank });
        kept = kept.slice(0, 4);
      });
    }
    for (const plan of kept) if (plan.worth > best.worth) best = plan;
    beam = kept;
  }
  return best.runs;
}

describe('planEdge', () => {
  it('leaves the edge idle for something better that is expected', () => {
    const small = item(300, 600, 20);
    const large = item(700, 800, 200, 50);
    expect(planEdge({ ...settings, items: [small, large] })).toEqual([large]);
  });

  it('does not spend time that will earn more later', () => {
    const item0 = item(500, 1000, 40);
    expect(planEdge({ ...settings, items: [item0], knownUntilMs: 0, pricePerMs: 0.1 })).toEqual([]);
    expect(planEdge({ ...settings, items: [item0], knownUntilMs: 0, pricePerMs: 0.05 })).toEqual([item0]);
  });

  it('begins with many short runs that earn more for their time than the long ones', () => {
    const long = Array.from({ length: 5 }, () => item(700, 2000, 100));
    const short = Array.from({ length: 5 }, (_, i) => item(100, 500 + i, 40));
    const items = [...long, ...short];
    const planned = planEdge({ ...settings, items, knownUntilMs: 1200, pricePerMs: 0.2 });
    expect(planned.slice(0, 5)).toEqual(short);
    expect(planned.slice(5)).toHaveLength(1);
  });

  it('runs a model’s items by deadline, and passes over one that is too late', () => {
    const [late, first, second] = [90, 300, 900].map((deadlineMs) => ({
      ...item(100, deadlineMs, 10),
      model: 'm',
    })) as [Item, Item, Item];
    expect(planEdge({ ...settings, items: [late, first, second] })).toEqual([first, second]);
  });

  it('finds at least 90 % of the best gain over random items (seeds 1 to 50)', () => {
    let found = 0;
    let best = 0;
    for (let seed = 1; seed <= 50; seed++) {
      const random = seededRandom(seed);
      const items = Array.from({ length: 7 }, () => {
        const earliestMs = Math.floor(random.next() * 400);
        const edgeMs = 100 + Math.floor(random.next() * 500);
        return item(edgeMs, earliestMs + edgeMs + random.next() * 600, 10 + random.next() * 200, earliestMs);
      });
      found += planEdge({ ...settings, items }).reduce((sum, { gain }) => sum + gain, 0);
      best += bestGain(items);
    }
    expect(found).toBeGreaterThan(0.9 * best);
    expect(found).toBeLessThanOrEqual(best);
  });

  it('runs tasks together where that earns more, once the last of them is there, and none late', () => {
    const plan = (batchMs: number) => {
      const tasks = ['a', 'b'].map((name) => name as unknown as Waiting);
      planner.begin(0);
      planner.beginModel();
      planner.add(tasks[0], 0, 200, 150, 10);
      planner.add(undefined, 20, 220, 150, 10);
      planner.addBatch(0, 2, batchMs, 20, 1);
      planner.beginModel();
      planner.add(tasks[1], 0, 400, 100, 5);
      return planner.plan(1e6, 0).map((i) => planner.item(i));
    };
    expect(plan(180)).toMatchObject([
      { members: ['a', undefined], earliestMs: 20, edgeMs: 180, gain: 20, variant: 1 },
      { members: ['b'] },
    ]);
    // Together they would end at 201, and the first is due at 200.
    expect(plan(181)).toMatchObject([{ members: ['a'], variant: 0 }, { members: ['b'] }]);
  });

  it('says what a plan is worth if its first run takes longer and earns more', () => {
    planner.begin(0);
    for (const [earliestMs, deadlineMs] of [
      [0, 300],
      [200, 350],
    ] as const) {
      planner.beginModel();
      planner.add({} as Waiting, earliestMs, deadlineMs, 100, 10);
    }
    const plan = planner.plan(250, 0.1);
    expect(planner.worth).toBeCloseTo(20 - 5);
    expect(planner.worthWith(plan, 200, 14)).toBeCloseTo(24 - 5);
    expect(planner.worthWith(plan, 230, 16)).toBeCloseTo(26 - 8);
    expect(planner.worthWith(plan, 260, 30)).toBe(Number.NEGATIVE_INFINITY);
  });

  it('finds what a search without short cuts finds, ties included (seeds 1 to 400)', () => {
    for (let seed = 1; seed <= 400; seed++) {
      const random = seededRandom(seed);
      const below = (n: number) => Math.floor(random.next() * n);
      const slack = 1 + below(20);
      const items = ['a', 'b', 'c', 'd'].flatMap((model) =>
        Array.from({ length: below(6) }, () => {
          const earliestMs = random.next() < 0.5 ? 0 : 10 * below(30);
          const edgeMs = 10 * (1 + below(10));
          const deadlineMs = earliestMs + edgeMs + 10 * slack * below(10);
          return { model, earliestMs, deadlineMs, edgeMs, gain: 5 * (1 + below(4)) };
        }).sort((a, b) => a.deadlineMs - b.deadlineMs),
      );
      const asked = { items, freeAtMs: 0, knownUntilMs: 100 * below(10), pricePerMs: 0.01 * below(10) };
      expect(planEdge(asked)).toEqual(plainSearch(asked));
    }
  });
});
