import { type Random, seededRandom } from '../../src/core/random.ts';
import { type Figure, type Look, randomLook } from './figure.ts';
import { between, type Pose2 } from './geometry.ts';

const count = 4;
/** Where passers-by come from and go to, measured from the person they happen to pass. */
const horizonM = 11;
const gaitRadPerM = (2 * Math.PI) / 1.4;

type PasserBy = { look: Look; pose: Pose2; speedMS: number; leftM: number; gaitRad: number };

/** People without a vest who cross the scene on straight lines, near the person to follow but not through them. */
export class PassersBy {
  readonly #random: Random;
  readonly #people: PasserBy[];

  constructor(seed: number, center: Pose2) {
    this.#random = seededRandom(seed ^ 0x7e0b);
    this.#people = Array.from({ length: count }, (_, i) => {
      const person = this.#start(center);
      // Spread over their ways, so that the first one does not arrive when all do.
      walk(person, (i / count) * 2 * horizonM);
      return person;
    });
  }

  step(dtS: number, center: Pose2): void {
    this.#people.forEach((person, i) => {
      walk(person, person.speedMS * dtS);
      if (person.leftM <= 0) this.#people[i] = this.#start(center);
    });
  }

  figures(): Figure[] {
    return this.#people.map(({ look, pose, gaitRad, speedMS }) => ({
      ...pose,
      look,
      gaitRad,
      swing: Math.min(1, speedMS / 1.6),
    }));
  }

  #start(center: Pose2): PasserBy {
    const random = this.#random;
    const from = between(random.next(), -Math.PI, Math.PI);
    const aside = between(random.next(), 1.5, 5) * (random.next() < 0.5 ? -1 : 1);
    const yawRad = from + Math.PI;
    return {
      look: randomLook(random, false),
      pose: {
        x: center.x + horizonM * Math.cos(from) - aside * Math.sin(yawRad),
        y: center.y + horizonM * Math.sin(from) + aside * Math.cos(yawRad),
        yawRad,
      },
      speedMS: between(random.next(), 0.8, 1.7),
      leftM: 2 * horizonM,
      gaitRad: between(random.next(), 0, 2 * Math.PI),
    };
  }
}

function walk(person: PasserBy, wayM: number): void {
  person.pose.x += wayM * Math.cos(person.pose.yawRad);
  person.pose.y += wayM * Math.sin(person.pose.yawRad);
  person.leftM -= wayM;
  person.gaitRad = (person.gaitRad + wayM * gaitRadPerM) % (2 * Math.PI);
}
