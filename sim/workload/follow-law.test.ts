import { describe, expect, it } from 'vitest';
import { World } from '../world/world.ts';
import { FollowLaw } from './follow-law.ts';

const label = 'hazard_vest';
const law = () => new FollowLaw({ label });

/** A person of 1.75 m at 3 m, straight ahead. */
const ideal = {
  label,
  score: 0.9,
  centerX: 0.5,
  centerY: 0.5,
  width: 0.15,
  height: (1.75 * 2.277) / 2.4 / 3,
};

describe('FollowLaw', () => {
  it('hovers at the ideal place', () => {
    const command = law().update([ideal], 1000);
    expect(command.vx).toBeCloseTo(0, 2);
    expect(command.yawRate).toBeCloseTo(0);
  });

  it('turns towards the person, approaches when far and backs off when near', () => {
    expect(law().update([{ ...ideal, centerX: 0.3 }], 1000).yawRate).toBeGreaterThan(0.3);
    expect(law().update([{ ...ideal, centerX: 0.7 }], 1000).yawRate).toBeLessThan(-0.3);
    expect(law().update([{ ...ideal, height: ideal.height / 2 }], 1000).vx).toBeGreaterThan(0.5);
    expect(law().update([{ ...ideal, height: ideal.height * 1.5 }], 1000).vx).toBeLessThan(-0.5);
  });

  it('does not follow others', () => {
    expect(law().update([{ ...ideal, label: 'person', centerX: 0.2 }], 1000).yawRate).not.toBeGreaterThan(
      1.5,
    );
    const following = law();
    following.update([{ ...ideal, centerX: 0.6 }], 1000);
    const stray = { ...ideal, centerX: 0.02, score: 0.95 };
    expect(following.update([stray, { ...ideal, centerX: 0.6 }], 1050).yawRate).toBeLessThan(0);
  });

  it('fades the command when the person is gone, waits, then looks where they were last seen', () => {
    const following = law();
    const command = following.update([{ ...ideal, centerX: 0.2, height: 0.3 }], 1000);
    expect(following.update([], 1250).vx).toBeCloseTo(command.vx / 2);
    expect(following.update([], 1700)).toEqual({ vx: 0, vy: 0, vz: 0, yawRate: 0 });
    expect(following.update([], 2300).yawRate).toBeGreaterThan(0.5);
    expect(following.update([], 4000).yawRate).toBeLessThan(-0.5);
  });

  it('ignores a picture that is older than the last', () => {
    const following = law();
    const command = following.update([{ ...ideal, centerX: 0.4 }], 1000);
    expect(following.update([{ ...ideal, centerX: 0.9 }], 950)).toEqual(command);
  });
});

/** Mean distance from the ideal place and share of time without the person in view, over half a minute with perfect detections. */
function fly(seed: number, rateHz: number, delayMs: number): { errorM: number; lost: number } {
  const world = new World({ seed });
  const following = law();
  const underWay: { dueMs: number; command: ReturnType<FollowLaw['update']> }[] = [];
  const stepMs = 10;
  const total = { errorM: 0, lost: 0 };
  let pictures = 0;
  const steps = 30_000 / stepMs;
  for (let step = 0; step < steps; step++) {
    const nowMs = step * stepMs;
    if (nowMs >= (pictures * 1000) / rateHz) {
      pictures++;
      const seen = world
        .trueBoxes()
        .filter(({ centerX, visible }) => centerX >= 0 && centerX < 1 && visible > 0.4);
      const command = following.update(
        seen.map((box) => ({ ...box, score: 1 })),
        nowMs,
      );
      underWay.push({ dueMs: nowMs + delayMs, command });
    }
    while (underWay[0] !== undefined && underWay[0].dueMs <= nowMs) world.command(underWay.shift()!.command);
    world.step(stepMs / 1000);
    total.errorM += world.trackingErrorM / steps;
    total.lost += world.personInView ? 0 : 1 / steps;
  }
  return total;
}

describe('following the walk', () => {
  it.each([1, 2, 3, 4, 5])(
    'is close at 25 Hz and 60 ms, and at least twice as far off at 15 Hz and 240 ms (seed %i)',
    (seed) => {
      const quick = fly(seed, 25, 60);
      const slow = fly(seed, 15, 240);
      expect(quick.errorM).toBeLessThan(0.3);
      expect(quick.lost).toBeLessThan(0.02);
      expect(slow.errorM).toBeGreaterThan(2 * quick.errorM);
    },
  );

  it('still follows at the limits of the spec, 20 Hz and 120 ms', () => {
    for (const seed of [1, 2, 3]) expect(fly(seed, 20, 120).errorM).toBeLessThan(0.3);
  });
});
