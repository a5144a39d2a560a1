import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { EnqueuedDesigner } from './enqueued.ts';
import { SobolDesigner } from './sobol.ts';

const problem = {
  space: [{ name: 'rate', domain: { type: 'real', low: 0, high: 10 } as const }],
  constraints: [],
};
const first = { configuration: { rate: 1 }, reason: 'known' };

describe('EnqueuedDesigner', () => {
  it('suggests the queue until each entry is observed, then the other designer', () => {
    const inner = new SobolDesigner({ problem, random: seededRandom(1) });
    const designer = new EnqueuedDesigner({ queue: [first], designer: inner });
    designer.update({ configuration: { rate: 7 }, margins: {} });
    expect(designer.suggest()).toEqual(first);
    expect(designer.suggest()).toEqual(first);
    designer.update({ configuration: { rate: 1 }, margins: {} });
    expect(designer.suggest()).toEqual(inner.suggest());
  });

  it('hands every observation on', () => {
    const seen: unknown[] = [];
    const inner = { suggest: () => first, update: (observation: unknown) => void seen.push(observation) };
    const designer = new EnqueuedDesigner({ queue: [first], designer: inner });
    designer.update({ configuration: { rate: 1 }, margins: {} });
    expect(seen).toEqual([{ configuration: { rate: 1 }, margins: {} }]);
  });
});
