import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { MinHeap } from './min-heap.ts';

describe('MinHeap', () => {
  it('gives items by key, equals in the order in which they came (seeds 1 to 20)', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = seededRandom(seed);
      const heap = new MinHeap<number>();
      let list: { key: number; item: number }[] = [];
      for (let item = 0; item < 500; item++) {
        if (random.next() < 0.6) {
          const key = Math.floor(random.next() * 20);
          heap.push(key, item);
          list = [...list, { key, item }].sort((a, b) => a.key - b.key || a.item - b.item);
        } else {
          expect(heap.peek()).toBe(list[0]?.item);
          expect(heap.peekKey()).toBe(list[0]?.key);
          expect(heap.pop()).toBe(list.shift()?.item);
        }
        expect(heap.size).toBe(list.length);
      }
    }
  });
});
