import type { Detection } from '../../src/core/perception/detection.ts';
import { telloCamera } from '../world/camera.ts';
import type { BodyVelocity } from '../world/drone.ts';
import { clamp } from '../world/geometry.ts';
import { idealDistanceM } from '../world/world.ts';

type Track = { value: number; rate: number; sum: number };

const nothing: Track = { value: 0, rate: 0, sum: 0 };
const hover: BodyVelocity = { vx: 0, vy: 0, vz: 0, yawRate: 0 };

/**
 * Gains of the two PID loops, and the bound on each integral. They are tuned for commands at 20 Hz or more from pictures of at
 * most 120 ms, as the demo's spec requires; at 16 Hz and 240 ms the loops begin to swing.
 */
const turn = { p: 8, i: 5, d: 1.4, maxSum: 0.06 };
const advance = { p: 6, i: 1.5, d: 0.3, maxSum: 0.8 };
const maxForwardMS = 3;
const maxYawRadS = 1.75;
/** The person's height that distances are judged by. */
const personHeightM = 1.75;
/** How long the last command fades out, how long the drone then waits for somebody to step out of the way. */
const fadeS = 0.5;
const patienceS = 1;
/** Then it looks around: first to where the person was last seen, and after this long the other way round. */
const searchYawRadS = 1.3;
const sideS = 0.8;

/** Focal length as a multiple of the image's width and height; the same at every image size of the camera's 4:3. */
const { focalPx, width, height } = telloCamera(4, 3);

/**
 * Keeps a person centred at 3 m by what a camera shows: PID on the bearing (box centre) turns the drone, PID on the distance
 * (box height) moves it. While the person is out of sight the last command fades out, the drone waits a moment, then turns
 * to look for them. The same updates give the same commands.
 */
export class FollowLaw {
  readonly #label: string;
  #seenS = -Infinity;
  #bearing = nothing;
  #excessM = nothing;
  #command = hover;

  constructor({ label }: { label: string }) {
    this.#label = label;
  }

  /** What to fly after a picture in which these were found. `stampMs` is the picture's time; an old picture changes nothing. */
  update(detections: readonly Detection[], stampMs: number): BodyVelocity {
    const stampS = stampMs / 1000;
    const person = this.#choose(detections);
    if (person === undefined) return this.#search(stampS);
    const dtS = stampS - this.#seenS;
    if (dtS <= 0) return this.#command;
    const known = dtS <= fadeS;
    this.#bearing = track(known ? this.#bearing : undefined, bearingRad(person), dtS, turn.maxSum);
    this.#excessM = track(
      known ? this.#excessM : undefined,
      depthM(person) - idealDistanceM,
      dtS,
      advance.maxSum,
    );
    this.#seenS = stampS;
    this.#command = {
      ...hover,
      vx: clamp(pid(advance, this.#excessM), -maxForwardMS, maxForwardMS),
      yawRate: clamp(pid(turn, this.#bearing), -maxYawRadS, maxYawRadS),
    };
    return this.#command;
  }

  /** The best detection; a jump away from where the person was costs score, so that a stray hit seldom wins. */
  #choose(detections: readonly Detection[]): Detection | undefined {
    const worth = (d: Detection) => d.score - 0.5 * Math.abs(bearingRad(d) - this.#bearing.value);
    let best: Detection | undefined;
    for (const detection of detections) {
      if (detection.label === this.#label && (best === undefined || worth(detection) > worth(best)))
        best = detection;
    }
    return best;
  }

  #search(stampS: number): BodyVelocity {
    const unseenS = stampS - this.#seenS;
    if (unseenS <= fadeS) {
      const left = 1 - unseenS / fadeS;
      return { ...hover, vx: this.#command.vx * left, yawRate: this.#command.yawRate * left };
    }
    if (unseenS <= patienceS) return hover;
    const lastSide = this.#bearing.value + 0.2 * this.#bearing.rate >= 0 ? 1 : -1;
    const side = unseenS <= patienceS + sideS ? lastSide : -lastSide;
    return { ...hover, yawRate: side * searchYawRadS };
  }
}

function bearingRad(detection: Detection): number {
  return Math.atan((0.5 - detection.centerX) * (width / focalPx));
}

function depthM(detection: Detection): number {
  return (personHeightM * focalPx) / (height * Math.max(detection.height, 0.02));
}

function track(before: Track | undefined, value: number, dtS: number, maxSum: number): Track {
  if (before === undefined) return { value, rate: 0, sum: 0 };
  const weight = clamp(dtS / 0.1, 0, 1);
  return {
    value,
    rate: before.rate + weight * ((value - before.value) / dtS - before.rate),
    sum: clamp(before.sum + value * dtS, -maxSum, maxSum),
  };
}

function pid(gains: { p: number; i: number; d: number }, { value, rate, sum }: Track): number {
  return gains.p * value + gains.i * sum + gains.d * rate;
}
