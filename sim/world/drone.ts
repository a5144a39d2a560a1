import { clamp, type Pose3, wrapAngle } from './geometry.ts';

/** A velocity in the drone's own frame: forward, left, up in m/s, and counter-clockwise yaw in rad/s (REP 103). */
export type BodyVelocity = { vx: number; vy: number; vz: number; yawRate: number };

const still: BodyVelocity = { vx: 0, vy: 0, vz: 0, yawRate: 0 };

/** Limits in the manner of a Tello under `rc` commands. */
const maxPlaneMS = 3;
const maxClimbMS = 1;
const maxYawRadS = 1.75;
const lowestM = 0.5;
const highestM = 3;
/** Time constant of the velocity's first-order response. */
const lagS = 0.25;
/** Without a command for this long the drone hovers. */
const commandTimeoutS = 0.5;

/** Planar kinematics with yaw and altitude; follows body velocity commands with a lag. */
export class Drone {
  #pose: Pose3;
  #velocity = still;
  #command = still;
  #commandAgeS = Infinity;

  constructor(pose: Pose3) {
    this.#pose = { ...pose };
  }

  get pose(): Pose3 {
    return { ...this.#pose };
  }

  /** What it flies now, not what was commanded. */
  get velocity(): BodyVelocity {
    return { ...this.#velocity };
  }

  /** Holds until the next one or the timeout. Values past the limits are cut to them; what is not a number counts as 0. */
  command(wanted: BodyVelocity): void {
    const within = (value: number, limit: number) => (Number.isNaN(value) ? 0 : clamp(value, -limit, limit));
    this.#command = {
      vx: within(wanted.vx, maxPlaneMS),
      vy: within(wanted.vy, maxPlaneMS),
      vz: within(wanted.vz, maxClimbMS),
      yawRate: within(wanted.yawRate, maxYawRadS),
    };
    this.#commandAgeS = 0;
  }

  step(dtS: number): void {
    this.#commandAgeS += dtS;
    const wanted = this.#commandAgeS <= commandTimeoutS ? this.#command : still;
    const part = 1 - Math.exp(-dtS / lagS);
    const towards = (from: number, to: number) => from + (to - from) * part;
    const { vx, vy, vz, yawRate } = this.#velocity;
    this.#velocity = {
      vx: towards(vx, wanted.vx),
      vy: towards(vy, wanted.vy),
      vz: towards(vz, wanted.vz),
      yawRate: towards(yawRate, wanted.yawRate),
    };
    this.#move(dtS);
  }

  #move(dtS: number): void {
    const { vx, vy, vz, yawRate } = this.#velocity;
    const { x, y, z, yawRad } = this.#pose;
    const cos = Math.cos(yawRad);
    const sin = Math.sin(yawRad);
    this.#pose = {
      x: x + (vx * cos - vy * sin) * dtS,
      y: y + (vx * sin + vy * cos) * dtS,
      z: clamp(z + vz * dtS, lowestM, highestM),
      yawRad: wrapAngle(yawRad + yawRate * dtS),
    };
  }
}
