import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { DeadlineHeap } from './deadline-heap.ts';
import type { Waiting } from './task-queue.ts';

function waiting(id: number, deadlineMs: number): Waiting {
  const task = { id, source: 's', model: 'm', createdMs: 0, deadlineMs };
  return { task, deadlineMs, edgeMs: 10, cloudMs: 20, probe: false, displaced: false, node: 0, place: 0 };
}

function firstOf(heap: DeadlineHeap<Waiting>, most: number): Waiting[] {
  const found: Waiting[] = [];
  return found.slice(0, heap.first(most, found));
}

describe('DeadlineHeap', () => {
  it('lists the first by deadline, equals by arrival, and no more than are asked for', () => {
    const heap = new DeadlineHeap<Waiting>();
    const [a, b, c] = [waiting(0, 900), waiting(1, 500), waiting(2, 500)] as const;
    for (const entry of [a, b, c]) heap.insert(entry);
    expect(firstOf(heap, 2)).toEqual([b, c]);
    expect(firstOf(heap, 5)).toEqual([b, c, a]);
  });

  it('does not take another heap’s task for its own', () => {
    const heap = new DeadlineHeap<Waiting>();
    const other = new DeadlineHeap<Waiting>();
    const [own, foreign] = [waiting(0, 500), waiting(1, 500)] as const;
    heap.insert(own);
    other.insert(foreign);
    expect(heap.remove(foreign)).toBe(false);
    expect(heap.peek()).toBe(own);
  });

  it('answers like a plain sorted list, whatever is put in and taken out (seeds 1 to 8)', () => {
    for (let seed = 1; seed <= 8; seed++) {
      const random = seededRandom(seed);
      const below = (n: number) => Math.floor(random.next() * n);
      const heap = new DeadlineHeap<Waiting>();
      const list: Waiting[] = [];
      for (let step = 0; step < 400; step++) {
        if (random.next() < 0.6) {
          const entry = waiting(step, below(20));
          heap.insert(entry);
          list.push(entry);
          list.sort((a, b) => a.deadlineMs - b.deadlineMs || a.task.id - b.task.id);
        } else if (list.length > 0) {
          const [entry] = list.splice(below(list.length), 1) as [Waiting];
          expect(heap.remove(entry)).toBe(true);
          expect(heap.remove(entry)).toBe(false);
        }
        const most = below(list.length + 2);
        expect(heap.peek()).toBe(list[0]);
        expect(firstOf(heap, most)).toEqual(list.slice(0, most));
      }
    }
  });
});
