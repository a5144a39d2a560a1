import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { designers } from './designers.ts';
import { SafeDesigner } from './safe-designer.ts';
import { safeties, withSafety } from './safety.ts';
import { designerContract } from './testing/designer-contract.ts';

describe('a search under a safety', () => {
  it('is kept within what is feasible by `safe` alone', () => {
    const options = () => ({ problem: { space: [], constraints: [] }, random: seededRandom(1) });
    const isSafe = safeties.map((safety) => [
      safety,
      withSafety(safety, designers.sobol)(options()) instanceof SafeDesigner,
    ]);
    expect(Object.fromEntries(isSafe)).toEqual({ priced: false, safe: true, free: false });
  });

  // The clause of 200 observations takes long, and is of the same models.
  const clauses = designerContract.filter(({ title }) => !title.includes('200'));
  it.each(clauses)(
    '$title where harm is free',
    ({ check }) => {
      expect(() => check(withSafety('free', designers['constrained-gp']))).not.toThrow();
    },
    60_000,
  );
});
