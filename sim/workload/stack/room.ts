import { normal, type Random } from '../../../src/core/random.ts';

/** A planar scan: ranges in metres from `angleMin` on, `angleIncrement` radians apart. */
export type Scan = { angleMin: number; angleIncrement: number; ranges: Float32Array };

const beams = 1799;
/** The whole circle, the first beam straight behind. */
const angleMin = -Math.PI;
const angleIncrement = (2 * Math.PI) / beams;
/** Half length and half width of the room, and the pillars' orbit and radius. */
const halfX = 8;
const halfY = 5;
const orbitM = 3;
const pillarM = 0.4;
const pillars = 5;
const noiseM = 0.01;

/** A lidar in the middle of a room of 16 x 10 m in which five pillars go round: ranges by ray casting, with noise of 1 cm. */
export class Room {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** The scan of 1799 beams at a time. */
  scan(timeS: number): Scan {
    const ranges = new Float32Array(beams);
    for (let i = 0; i < beams; i++) {
      const angle = angleMin + i * angleIncrement;
      ranges[i] = distanceM(Math.cos(angle), Math.sin(angle), timeS) + noiseM * normal(this.#random);
    }
    return { angleMin, angleIncrement, ranges };
  }
}

/** From the middle to the nearest wall or pillar in a direction, noise left out. */
export function distanceM(directionX: number, directionY: number, timeS: number): number {
  let nearest = Math.min(halfX / Math.abs(directionX), halfY / Math.abs(directionY));
  for (let k = 0; k < pillars; k++) {
    const angle = (2 * Math.PI * k) / pillars + 0.3 * timeS;
    const [x, y] = [orbitM * Math.cos(angle), orbitM * Math.sin(angle)];
    const along = x * directionX + y * directionY;
    const across = x * directionY - y * directionX;
    if (along <= 0 || Math.abs(across) >= pillarM) continue;
    nearest = Math.min(nearest, along - Math.sqrt(pillarM ** 2 - across ** 2));
  }
  return nearest;
}
