import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { trackingErrorM, World } from './world.ts';

/** Ten seconds under a fixed command; the world's state at the end, and the hash of the picture. */
function run(world: World, dtS = 0.02): { person: unknown; drone: unknown; error: number; picture: string } {
  for (let i = 0; i < 10 / dtS; i++) {
    world.command({ vx: 0.5, vy: 0, vz: 0, yawRate: 0.2 });
    world.step(dtS);
  }
  const picture = new Uint8Array(world.camera.width * world.camera.height * 3);
  world.render(picture);
  return {
    person: world.person,
    drone: world.drone,
    error: world.trackingErrorM,
    picture: createHash('sha256').update(picture).digest('hex'),
  };
}

describe('World', () => {
  it('is the same for the same seed, picture included, and another for another', () => {
    const first = run(new World({ seed: 5 }));
    expect(run(new World({ seed: 5 }))).toEqual(first);
    const other = run(new World({ seed: 6 }));
    expect(other.person).not.toEqual(first.person);
    expect(other.picture).not.toEqual(first.picture);
  });

  it('repeats everything after a reset', () => {
    const world = new World({ seed: 7 });
    const first = run(world);
    world.reset();
    expect(world.timeS).toBe(0);
    expect(run(world)).toEqual(first);
  });

  it('has the same walk whatever the length of the steps', () => {
    const coarse = new World({ seed: 8 });
    const fine = new World({ seed: 8 });
    for (let i = 0; i < 100; i++) coarse.step(0.1);
    for (let i = 0; i < 1250; i++) fine.step(0.008);
    expect(Math.abs(fine.timeS - coarse.timeS)).toBeLessThan(0.006);
    expect(Math.hypot(fine.person.x - coarse.person.x, fine.person.y - coarse.person.y)).toBeLessThan(0.02);
  });

  it('starts with the drone at its ideal place and the person in view', () => {
    const world = new World({ seed: 9 });
    expect(world.trackingErrorM).toBeCloseTo(0);
    expect(world.personInView).toBe(true);
    const [box] = world.trueBoxes().filter(({ label }) => label === 'hazard_vest');
    expect(box?.centerX).toBeCloseTo(0.5);
    expect(box?.distanceM).toBeCloseTo(3);
  });

  it('loses the person from view when the drone turns away', () => {
    const world = new World({ seed: 9 });
    for (let i = 0; i < 60; i++) {
      world.command({ vx: 0, vy: 0, vz: 0, yawRate: 1.75 });
      world.step(0.02);
    }
    expect(world.personInView).toBe(false);
  });
});

describe('trackingErrorM', () => {
  const drone = { x: 1, y: 2, yawRad: Math.PI / 2 };

  it('is zero with the person straight ahead at 3 m, and grows with wrong distance and wrong bearing', () => {
    expect(trackingErrorM(drone, { x: 1, y: 5, yawRad: 0 })).toBeCloseTo(0);
    expect(trackingErrorM(drone, { x: 1, y: 6.5, yawRad: 0 })).toBeCloseTo(1.5);
    expect(trackingErrorM(drone, { x: 3, y: 5, yawRad: 0 })).toBeCloseTo(2);
    expect(trackingErrorM(drone, { x: 1, y: -1, yawRad: 0 })).toBeCloseTo(6);
  });
});
