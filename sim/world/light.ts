import { seededRandom } from '../../src/core/random.ts';
import { between } from './geometry.ts';

/** How bright each colour arrives at the sensor; 1 is as painted. */
export type Light = { red: number; green: number; blue: number };

/** Clouds and the hour: the light of a place by seed at a time, always the same for the same pair. */
export function lightAt(seed: number, timeS: number): Light {
  const random = seededRandom(seed ^ 0x11c47);
  const wave = (periodS: number) =>
    Math.sin((2 * Math.PI * timeS) / periodS + between(random.next(), 0, 2 * Math.PI));
  const brightness = 0.88 + 0.16 * wave(23) + 0.1 * wave(7.3);
  const warmth = 0.07 * wave(31);
  return { red: brightness * (1 + warmth), green: brightness, blue: brightness * (1 - warmth) };
}
