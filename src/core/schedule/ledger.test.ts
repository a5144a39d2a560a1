import { describe, expect, it } from 'vitest';
import { Ledger, utilityOf } from './ledger.ts';
import type { ModelProfile, Task } from './task.ts';
import { mediumModels } from './virtual-bench.fixture.ts';

const hazardVest = mediumModels[0] as ModelProfile;

function task(id: number): Task {
  return { id, source: 'drone0', model: 'HV', createdMs: 0, deadlineMs: 650 };
}

describe('Ledger', () => {
  it('keeps created equal to pending plus fates', () => {
    const ledger = new Ledger(mediumModels);
    ledger.open(task(0));
    ledger.open(task(1));
    ledger.close(0, 'on-time-cloud', 400, 'answered');
    const { created, pending, fates, utility } = ledger.totals();
    expect({ created, pending, onTime: fates['on-time-cloud'], utility }).toEqual({
      created: 2,
      pending: 1,
      onTime: 1,
      utility: 100,
    });
    expect(ledger.totalsByModel().HV).toEqual(ledger.totals());
    expect(ledger.totalsByModel().BP?.created).toBe(0);
    expect(ledger.pending()).toEqual([task(1)]);
  });

  it('writes down when, where and why a task ended', () => {
    const ledger = new Ledger(mediumModels);
    ledger.open(task(0));
    expect(ledger.close(0, 'expired-edge', 700, 'too late')).toEqual({
      task: task(0),
      fate: 'expired-edge',
      atMs: 700,
      place: 'edge',
      reason: 'too late',
      utility: 0,
    });
  });

  it('throws when a task gets a second fate, an id comes back or a model is unknown', () => {
    const ledger = new Ledger(mediumModels);
    ledger.open(task(3));
    ledger.close(3, 'abandoned', 1, 'stop');
    expect(() => ledger.close(3, 'late-edge', 2, 'again')).toThrow();
    expect(() => ledger.open(task(3))).toThrow();
    expect(() => ledger.open({ ...task(4), model: 'XX' })).toThrow();
    expect(ledger.totals().created).toBe(1);
  });

  it('hands out copies, so that nobody else can change the books', () => {
    const ledger = new Ledger(mediumModels);
    ledger.totals().fates['late-edge'] = 7;
    expect(ledger.totals().fates['late-edge']).toBe(0);
  });
});

describe('utilityOf', () => {
  it('is benefit minus cost on time, minus the cost late or failed, else nothing', () => {
    expect(utilityOf('on-time-edge', hazardVest)).toBe(124);
    expect(utilityOf('on-time-cloud', hazardVest)).toBe(100);
    expect(utilityOf('late-edge', hazardVest)).toBe(-1);
    expect(utilityOf('late-cloud', hazardVest)).toBe(-25);
    expect(utilityOf('failed-cloud', hazardVest)).toBe(-25);
    expect(utilityOf('expired-cloud', hazardVest)).toBe(0);
    expect(utilityOf('dropped-cost', hazardVest)).toBe(0);
    expect(utilityOf('abandoned', hazardVest)).toBe(0);
  });
});
