import { seededRandom } from '../../src/core/random.ts';
import { type CameraModel, sight, telloCamera } from './camera.ts';
import { type BodyVelocity, Drone } from './drone.ts';
import { type Figure, type Look, randomLook } from './figure.ts';
import type { Pose2, Pose3 } from './geometry.ts';
import { createLandscape, type Landscape } from './landscape.ts';
import { lightAt } from './light.ts';
import { PassersBy } from './passers-by.ts';
import { PersonWalk } from './person-walk.ts';
import { renderCamera, type Scene, type TrueBox, trueBoxes } from './render-camera.ts';

/** How far behind the person the drone should be. */
export const idealDistanceM = 3;
const startAltitudeM = 1.4;
/** The world moves in steps of this length whatever the caller's, so that the walk does not depend on the caller's timing. */
const innerStepS = 0.005;

/**
 * Distance between the person and the point 3 m straight ahead of the drone, on the ground plane: how far the drone would
 * have to be shifted, without turning, to have the person centred at 3 m. It is zero exactly when the range is 3 m and
 * the bearing 0, both of which a camera shows (box height, box centre).
 */
export function trackingErrorM(drone: Pose2, person: Pose2): number {
  const aheadX = drone.x + idealDistanceM * Math.cos(drone.yawRad);
  const aheadY = drone.y + idealDistanceM * Math.sin(drone.yawRad);
  return Math.hypot(person.x - aheadX, person.y - aheadY);
}

/** The demo's world: a person with a hazard vest who walks, passers-by, and a drone with a camera. Same seed, same walk. */
export class World {
  readonly seed: number;
  readonly camera: CameraModel;
  readonly #landscape: Landscape;
  readonly #look: Look;
  #person!: PersonWalk;
  #passersBy!: PassersBy;
  #drone!: Drone;
  #steps = 0;
  #leftS = 0;
  #frames = 0;

  constructor({ seed, width = 320, height = 240 }: { seed: number; width?: number; height?: number }) {
    this.seed = seed;
    this.camera = telloCamera(width, height);
    this.#landscape = createLandscape(seed);
    this.#look = { ...randomLook(seededRandom(seed ^ 0x51ee), true), heightM: 1.75 };
    this.reset();
  }

  /** Back to the start: the same walk again, the drone at its ideal place behind the person. */
  reset(): void {
    this.#person = new PersonWalk(this.seed);
    this.#passersBy = new PassersBy(this.seed, this.#person.pose);
    const { x, y, yawRad } = this.#person.pose;
    this.#drone = new Drone({
      x: x - idealDistanceM * Math.cos(yawRad),
      y: y - idealDistanceM * Math.sin(yawRad),
      z: startAltitudeM,
      yawRad,
    });
    this.#steps = 0;
    this.#leftS = 0;
    this.#frames = 0;
  }

  /** Moves everything on by `dtS` seconds. Less than one inner step (5 ms) is kept for the next call. */
  step(dtS: number): void {
    this.#leftS += dtS;
    while (this.#leftS >= innerStepS) {
      this.#leftS -= innerStepS;
      this.#steps++;
      this.#person.step(innerStepS);
      this.#passersBy.step(innerStepS, this.#person.pose);
      this.#drone.step(innerStepS);
    }
  }

  /** What the drone should fly from now on; after 0.5 s without a command it hovers. */
  command(velocity: BodyVelocity): void {
    this.#drone.command(velocity);
  }

  /** Seconds since the start or the last reset. */
  get timeS(): number {
    return this.#steps * innerStepS;
  }

  get drone(): Pose3 {
    return this.#drone.pose;
  }

  get droneVelocity(): BodyVelocity {
    return this.#drone.velocity;
  }

  get person(): Pose2 {
    return this.#person.pose;
  }

  /** See {@link trackingErrorM}. */
  get trackingErrorM(): number {
    return trackingErrorM(this.#drone.pose, this.#person.pose);
  }

  /** Whether the person's middle is inside the camera's image now. */
  get personInView(): boolean {
    const { x, y } = this.#person.pose;
    const { depthM, col } = sight(this.camera, this.#drone.pose, x, y);
    return depthM > 0 && col >= 0 && col < this.camera.width;
  }

  /** Renders the drone's view into `data` (rgb8, `camera.width × camera.height × 3` bytes); returns where people really are in it. */
  render(data: Uint8Array): TrueBox[] {
    return renderCamera(this.camera, this.#drone.pose, this.#scene(this.#frames++), data);
  }

  /** Where people really are in the drone's view now, nearest last; without rendering it. */
  trueBoxes(): TrueBox[] {
    return trueBoxes(this.camera, this.#drone.pose, this.#scene(0));
  }

  #scene(frame: number): Scene {
    const { pose, gaitRad, speedMS } = this.#person;
    const followed: Figure = { ...pose, look: this.#look, gaitRad, swing: Math.min(1, speedMS / 1.6) };
    return {
      landscape: this.#landscape,
      figures: [...this.#passersBy.figures(), followed],
      light: lightAt(this.seed, this.timeS),
      noiseSeed: this.seed + frame,
    };
  }
}
