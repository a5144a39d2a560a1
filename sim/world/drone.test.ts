import { describe, expect, it } from 'vitest';
import { Drone } from './drone.ts';

const start = { x: 0, y: 0, z: 1.4, yawRad: 0 };
const still = { vx: 0, vy: 0, vz: 0, yawRate: 0 };

/** Flies with a fresh command at every step. */
function fly(drone: Drone, command: typeof still, seconds: number): void {
  for (let i = 0; i < seconds * 100; i++) {
    drone.command(command);
    drone.step(0.01);
  }
}

describe('Drone', () => {
  it('answers a command with a lag and then flies it', () => {
    const drone = new Drone(start);
    fly(drone, { ...still, vx: 1 }, 0.25);
    expect(drone.velocity.vx).toBeCloseTo(1 - Math.exp(-1), 2);
    fly(drone, { ...still, vx: 1 }, 3);
    expect(drone.velocity.vx).toBeCloseTo(1, 2);
    expect(drone.pose.x).toBeCloseTo(3.25 - 0.25, 1);
  });

  it('flies in its own frame: left of a drone that looks along y is −x', () => {
    const drone = new Drone({ ...start, yawRad: Math.PI / 2 });
    fly(drone, { ...still, vy: 1 }, 1);
    expect(drone.pose.x).toBeLessThan(-0.5);
    expect(drone.pose.y).toBeCloseTo(0);
  });

  it('hovers half a second after the last command', () => {
    const drone = new Drone(start);
    fly(drone, { ...still, vx: 2 }, 1);
    for (let i = 0; i < 40; i++) drone.step(0.01);
    expect(drone.velocity.vx).toBeGreaterThan(1.9);
    for (let i = 0; i < 200; i++) drone.step(0.01);
    expect(drone.velocity.vx).toBeCloseTo(0, 1);
  });

  it('cuts commands to its limits, stays in its band of altitudes, and takes no harm from what is not a number', () => {
    const drone = new Drone(start);
    fly(drone, { vx: 99, vy: 0, vz: 99, yawRate: -99 }, 5);
    expect(drone.velocity.vx).toBeCloseTo(3);
    expect(drone.velocity.yawRate).toBeCloseTo(-1.75);
    expect(drone.pose.z).toBe(3);
    fly(drone, { vx: Number.NaN, vy: 0, vz: -99, yawRate: Number.NaN }, 5);
    expect(drone.velocity.vx).toBeCloseTo(0);
    expect(drone.pose.z).toBe(0.5);
  });
});
