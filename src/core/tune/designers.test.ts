import { describe, expect, it } from 'vitest';
import { designers } from './designers.ts';
import { RandomDesigner } from './random.ts';
import { designerContract, type MakeDesigner } from './testing/designer-contract.ts';

describe.each(Object.entries(designers))('the %s designer', (_, make) => {
  it.each(designerContract)(
    '$title',
    ({ check }) => {
      expect(() => check(make)).not.toThrow();
    },
    30_000,
  );
});

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
