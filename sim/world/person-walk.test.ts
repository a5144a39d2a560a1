import { describe, expect, it } from 'vitest';
import { wrapAngle } from './geometry.ts';
import { plazaRadiusM } from './landscape.ts';
import { PersonWalk } from './person-walk.ts';

const dtS = 0.02;

/** Two minutes of a walk. */
function walk(seed: number): { x: number; y: number; yawRad: number; speedMS: number }[] {
  const person = new PersonWalk(seed);
  return Array.from({ length: 120 / dtS }, () => {
    person.step(dtS);
    return { ...person.pose, speedMS: person.speedMS };
  });
}

describe('PersonWalk', () => {
  it('is the same for the same seed and another for another', () => {
    expect(walk(3)).toEqual(walk(3));
    expect(walk(3).at(-1)).not.toEqual(walk(4).at(-1));
  });

  it.each([1, 2, 3, 4, 5])(
    'turns, stops, changes speed up to 2.2 m/s and stays on the plaza (seed %i)',
    (seed) => {
      const steps = walk(seed);
      const speeds = steps.map(({ speedMS }) => speedMS);
      expect(Math.max(...speeds)).toBeGreaterThan(1.6);
      expect(Math.max(...speeds)).toBeLessThanOrEqual(2.2);
      expect(Math.min(...speeds)).toBe(0);
      expect(Math.max(...steps.map(({ x, y }) => Math.hypot(x, y)))).toBeLessThan(plazaRadiusM + 2);
      const turns = steps.slice(50).map(({ yawRad }, i) => Math.abs(wrapAngle(yawRad - steps[i]!.yawRad)));
      expect(Math.max(...turns)).toBeGreaterThan(Math.PI / 3);
    },
  );
});
