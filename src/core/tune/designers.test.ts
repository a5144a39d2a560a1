import { describe, expect, it } from 'vitest';
import { designers } from './designers.ts';
import { RandomDesigner } from './random.ts';
import { safeties, withSafety } from './safety.ts';
import { designerContract, type MakeDesigner } from './testing/designer-contract.ts';

/** A safe designer tries what is known to be good again on purpose; the last would only take long. */
const onlyUnrestricted = [
  'tries all configurations of a small space before it repeats one',
  'repeats nothing in a large space',
  'goes on after 200 observations',
];

describe.each(Object.entries(designers))('the %s designer', (_, make) => {
  it.each(designerContract)(
    '$title',
    ({ check }) => {
      expect(() => check(make)).not.toThrow();
    },
    30_000,
  );
});

describe.each(safeties.filter((safety) => safety !== 'priced'))(
  'a designer under the safety %s',
  (safety) => {
    it.each(['constrained-gp', 'trust-region'] as const)(
      'keeps to the contract: %s',
      (name) => {
        const clauses = designerContract.filter(({ title }) => !onlyUnrestricted.includes(title));
        expect(() => {
          for (const { check } of clauses) check(withSafety(safety, designers[name]));
        }).not.toThrow();
      },
      60_000,
    );
  },
);

describe('the designer contract', () => {
  it('is broken by a designer that always suggests the same', () => {
    const stubborn: MakeDesigner = ({ problem, random }) => {
      const { configuration } = new RandomDesigner({ problem, random }).suggest();
      return { suggest: () => ({ configuration, reason: 'always' }), update: () => {} };
    };
    const broken = designerContract.filter(({ check }) => {
      try {
        check(stubborn);
        return false;
      } catch {
        return true;
      }
    });
    expect(broken.map(({ title }) => title)).toContain('repeats nothing in a large space');
  });
});
