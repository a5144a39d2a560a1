import { normal, type Random, seededRandom } from '../../src/core/random.ts';
import { approach, between, clamp, type Pose2, wrapAngle } from './geometry.ts';
import { plazaRadiusM } from './landscape.ts';

/** How fast a person can turn and speed up. */
const maxTurnRadS = 2.6;
const maxAccelerationMS2 = 2.2;
/** Radians of gait per metre walked: two steps of 0.7 m are a full turn. */
const gaitRadPerM = (2 * Math.PI) / 1.4;

/**
 * The person to follow: walks at 0.6 to 2.2 m/s, turns, turns sharply, stops, and stays on the plaza. Every 1 to 3 s comes a
 * new intention. The walk depends on the seed and on the times of the steps only.
 */
export class PersonWalk {
  readonly #random: Random;
  #pose: Pose2;
  #speedMS = 0;
  #wantedSpeedMS = 1.2;
  #wantedYawRad: number;
  #intentionS: number;
  #gaitRad = 0;

  constructor(seed: number) {
    this.#random = seededRandom(seed ^ 0x3a1c);
    const yawRad = between(this.#random.next(), -Math.PI, Math.PI);
    this.#pose = { x: 0, y: 0, yawRad };
    this.#wantedYawRad = yawRad;
    this.#intentionS = 1;
  }

  get pose(): Pose2 {
    return { ...this.#pose };
  }

  get speedMS(): number {
    return this.#speedMS;
  }

  get gaitRad(): number {
    return this.#gaitRad;
  }

  step(dtS: number): void {
    this.#intentionS -= dtS;
    if (this.#intentionS <= 0) this.#decide();
    const { x, y, yawRad } = this.#pose;
    const turn = clamp(wrapAngle(this.#wantedYawRad - yawRad), -maxTurnRadS * dtS, maxTurnRadS * dtS);
    this.#speedMS = approach(this.#speedMS, this.#wantedSpeedMS, maxAccelerationMS2 * dtS);
    const yaw = wrapAngle(yawRad + turn);
    const wayM = this.#speedMS * dtS;
    this.#pose = { x: x + wayM * Math.cos(yaw), y: y + wayM * Math.sin(yaw), yawRad: yaw };
    this.#gaitRad = (this.#gaitRad + wayM * gaitRadPerM) % (2 * Math.PI);
  }

  #decide(): void {
    const random = this.#random;
    const { x, y, yawRad } = this.#pose;
    this.#intentionS = between(random.next(), 1, 3);
    const mood = random.next();
    if (mood < 0.1) {
      this.#wantedSpeedMS = 0;
      this.#intentionS = between(random.next(), 0.8, 1.6);
      return;
    }
    this.#wantedSpeedMS = between(random.next(), 0.6, 2.2);
    if (Math.hypot(x, y) > 0.6 * plazaRadiusM) {
      this.#wantedYawRad = wrapAngle(Math.atan2(-y, -x) + 0.5 * normal(random));
    } else if (mood < 0.45) {
      const side = random.next() < 0.5 ? -1 : 1;
      this.#wantedYawRad = wrapAngle(yawRad + side * between(random.next(), 1.4, 2.6));
    } else {
      this.#wantedYawRad = wrapAngle(yawRad + 0.6 * normal(random));
    }
  }
}
