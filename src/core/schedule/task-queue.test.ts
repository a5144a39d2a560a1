import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { TaskQueue, type Waiting } from './task-queue.ts';

type Given = { id: number; deadlineMs: number; edgeMs: number; createdMs?: number };

function waiting({ id, deadlineMs, edgeMs, createdMs = id }: Given): Waiting {
  const task = { id, source: 's', model: 'm', createdMs, deadlineMs };
  return { task, deadlineMs, edgeMs, cloudMs: 0, probe: false, displaced: false, node: 0, place: 0 };
}

function queueOf(...tasks: Given[]): TaskQueue<Waiting> {
  const queue = new TaskQueue<Waiting>();
  for (const task of tasks) queue.insert(waiting(task), task.deadlineMs);
  return queue;
}

function drain(queue: TaskQueue<Waiting>): number[] {
  const ids: number[] = [];
  for (let entry = queue.shift(); entry !== undefined; entry = queue.shift()) ids.push(entry.task.id);
  return ids;
}

const three = [
  { id: 0, deadlineMs: 500, edgeMs: 10 },
  { id: 1, deadlineMs: 300, edgeMs: 20 },
  { id: 2, deadlineMs: 500, edgeMs: 40 },
];

describe('TaskQueue', () => {
  it('gives the most urgent first, equals by arrival', () => {
    expect(drain(queueOf(...three))).toEqual([1, 0, 2]);
  });

  it('sums the work ahead of a new task, equals included', () => {
    const queue = queueOf(...three);
    expect([200, 300, 499, 500].map((priority) => queue.workAheadMs(priority))).toEqual([0, 20, 20, 70]);
  });

  it('takes out the oldest wherever it stands', () => {
    const queue = queueOf(...three);
    expect(queue.removeOldest()?.task.id).toBe(0);
    expect(drain(queue)).toEqual([1, 2]);
  });

  it('does not take another queue’s task for its own', () => {
    const queue = queueOf(...three);
    const other = new TaskQueue<Waiting>();
    const foreign = waiting({ id: 3, deadlineMs: 400, edgeMs: 10 });
    other.insert(foreign, 400);
    expect(queue.has(foreign)).toBe(false);
    expect(queue.remove(foreign)).toBe(false);
    expect(drain(queue)).toEqual([1, 0, 2]);
  });

  it('can be put in another order without losing a task', () => {
    const queue = queueOf(...three);
    queue.reorder(({ task }) => -task.id);
    expect(drain(queue)).toEqual([2, 1, 0]);
  });

  it('answers like a plain sorted list, whatever is put in and taken out (seeds 1 to 8)', () => {
    for (let seed = 1; seed <= 8; seed++) {
      const random = seededRandom(seed);
      const below = (n: number) => Math.floor(random.next() * n);
      const queue = new TaskQueue<Waiting>();
      let list: { entry: Waiting; priority: number; at: number }[] = [];
      for (let step = 0; step < 300; step++) {
        const roll = random.next();
        if (roll < 0.6) {
          const entry = waiting({
            id: step,
            deadlineMs: below(2000),
            edgeMs: 1 + below(50),
            createdMs: below(100),
          });
          const priority = below(10);
          queue.insert(entry, priority);
          list.push({ entry, priority, at: step });
          list.sort((a, b) => a.priority - b.priority || a.at - b.at);
        } else if (roll < 0.8 && list.length > 0) {
          const [slot] = list.splice(below(list.length), 1);
          const { entry } = slot as { entry: Waiting };
          expect(queue.remove(entry)).toBe(true);
          expect(queue.remove(entry)).toBe(false);
        } else if (roll < 0.9 && list.length > 0) {
          const oldestMs = Math.min(...list.map(({ entry }) => entry.task.createdMs));
          const removed = queue.removeOldest() as Waiting;
          expect(removed.task.createdMs).toBe(oldestMs);
          list = list.filter(({ entry }) => entry !== removed);
        } else {
          expect(queue.shift()).toBe(list.shift()?.entry);
        }
        const priority = below(10);
        const startMs = below(1000);
        const skipFirst = random.next() < 0.5;
        expect(idsOf([...queue])).toEqual(idsOf(list.map(({ entry }) => entry)));
        expect(queue.workAheadMs(priority)).toBe(
          sum(list.filter((slot) => slot.priority <= priority).map(({ entry }) => entry)),
        );
        const behind = list.filter((slot) => slot.priority > priority).map(({ entry }) => entry);
        expect(queue.sizeBehind(priority)).toBe(behind.length);
        expect(queue.missedBehind(priority, startMs, skipFirst)).toEqual(
          missed(skipFirst ? behind.slice(1) : behind, startMs),
        );
        expect(queue.latestStartMs).toBe(latestStart(list.map(({ entry }) => entry)));
      }
    }
  });
});

function idsOf(entries: Waiting[]): number[] {
  return entries.map(({ task }) => task.id);
}

function sum(entries: Waiting[]): number {
  return entries.reduce((total, { edgeMs }) => total + edgeMs, 0);
}

function missed(entries: Waiting[], startMs: number): Waiting[] {
  let atMs = startMs;
  return entries.filter((entry) => {
    if (entry.deadlineMs < atMs + entry.edgeMs) return true;
    atMs += entry.edgeMs;
    return false;
  });
}

function latestStart(entries: Waiting[]): number {
  let atMs = 0;
  return Math.min(
    Number.POSITIVE_INFINITY,
    ...entries.map(({ deadlineMs, edgeMs }) => {
      atMs += edgeMs;
      return deadlineMs - atMs;
    }),
  );
}
