import { describe, expect, it } from 'vitest';
import { ParkedTasks } from './parked-tasks.ts';
import type { Waiting } from './task-queue.ts';

function waiting(id: number, model: string, deadlineMs: number): Waiting {
  const task = { id, source: 's', model, createdMs: id, deadlineMs };
  return { task, deadlineMs, edgeMs: 10, cloudMs: 20, probe: false, displaced: false, node: 0, place: 0 };
}

describe('ParkedTasks', () => {
  it('knows who is next, and each model’s tasks by deadline', () => {
    const parked = new ParkedTasks();
    const [a, b, c] = [waiting(0, 'm', 900), waiting(1, 'm', 500), waiting(2, 'n', 700)] as const;
    parked.park(a, 300);
    parked.park(b, 400);
    parked.park(c, 100);
    expect(parked.peek()).toBe(c);
    expect(parked.nextReleaseMs()).toBe(100);
    expect(firstOf(parked, 'm')).toEqual([b, a]);
    expect(parked.workMs).toBe(30);
    expect(parked.remove(c)).toBe(true);
    expect(parked.remove(c)).toBe(false);
    expect([...parked]).toEqual([a, b]);
    expect(parked.removeOldest()).toBe(a);
    expect(firstOf(parked, 'm')).toEqual([b]);
  });
});

function firstOf(parked: ParkedTasks, model: string): Waiting[] {
  const found: Waiting[] = [];
  const count = parked.ofModel(model)?.first(10, found) ?? 0;
  return found.slice(0, count);
}
