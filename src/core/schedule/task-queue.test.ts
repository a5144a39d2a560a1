import { describe, expect, it } from 'vitest';
import { TaskQueue } from './task-queue.ts';

function queueOf(...tasks: { id: number; deadlineMs: number; expectedMs: number }[]): TaskQueue<null> {
  const queue = new TaskQueue<null>();
  for (const { id, deadlineMs, expectedMs } of tasks) {
    const task = { id, source: 's', model: 'm', createdMs: id, deadlineMs };
    queue.insert({ task, payload: null, expectedMs, probe: false }, deadlineMs);
  }
  return queue;
}

function drain(queue: TaskQueue<null>): number[] {
  const ids: number[] = [];
  for (let entry = queue.shift(); entry !== undefined; entry = queue.shift()) ids.push(entry.task.id);
  return ids;
}

const three = [
  { id: 0, deadlineMs: 500, expectedMs: 10 },
  { id: 1, deadlineMs: 300, expectedMs: 20 },
  { id: 2, deadlineMs: 500, expectedMs: 40 },
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

  it('can be put in another order without losing a task', () => {
    const queue = queueOf(...three);
    queue.reorder((task) => -task.id);
    expect(drain(queue)).toEqual([2, 1, 0]);
  });
});
