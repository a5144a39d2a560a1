import { type Random, seededRandom } from '../../src/core/random.ts';
import type { CameraModel } from './camera.ts';
import { type Figure, randomLook } from './figure.ts';
import { between, type Pose3 } from './geometry.ts';
import { createLandscape, type Landscape, plazaRadiusM } from './landscape.ts';
import { lightAt } from './light.ts';
import type { Scene } from './render-camera.ts';

/** A scene for training or scoring a network, and where the camera stands in it. */
export type Shot = { scene: Scene; eye: Pose3 };

/** How often the person with the vest is in the picture. */
const vestShare = 0.75;

/**
 * The shots of a seed: endless, independent scenes with people at 1.2 to 11 m in all poses, light and places. A
 * landscape serves ten shots. Training and held-out scenes come from disjoint seeds.
 */
export function* randomShots(seed: number, camera: CameraModel): Generator<Shot> {
  const random = seededRandom(seed);
  while (true) {
    const landscapeSeed = Math.floor(random.next() * 2 ** 31);
    const landscape = createLandscape(landscapeSeed);
    for (let i = 0; i < 10; i++) yield randomShot(random, camera, landscape, landscapeSeed);
  }
}

function randomShot(random: Random, camera: CameraModel, landscape: Landscape, landscapeSeed: number): Shot {
  const eye: Pose3 = {
    x: between(random.next(), -0.7, 0.7) * plazaRadiusM,
    y: between(random.next(), -0.7, 0.7) * plazaRadiusM,
    z: between(random.next(), 1.1, 1.8),
    yawRad: between(random.next(), -Math.PI, Math.PI),
  };
  const crowd = Math.floor(random.next() ** 1.5 * 6);
  const figures = Array.from({ length: crowd }, () => randomFigure(random, camera, eye, false));
  if (random.next() < vestShare) figures.push(randomFigure(random, camera, eye, true));
  const light = lightAt(landscapeSeed, between(random.next(), 0, 600));
  return { eye, scene: { landscape, figures, light, noiseSeed: Math.floor(random.next() * 2 ** 31) } };
}

/** Somebody in, or half in, the camera's view. */
function randomFigure(random: Random, camera: CameraModel, eye: Pose3, wearsVest: boolean): Figure {
  const depthM = between(random.next() ** 1.3, 1.2, 11);
  const col = between(random.next(), -0.05, 1.05) * camera.width;
  const rightM = ((col - camera.centerCol) / camera.focalPx) * depthM;
  const cos = Math.cos(eye.yawRad);
  const sin = Math.sin(eye.yawRad);
  return {
    x: eye.x + depthM * cos + rightM * sin,
    y: eye.y + depthM * sin - rightM * cos,
    yawRad: between(random.next(), -Math.PI, Math.PI),
    look: randomLook(random, wearsVest),
    gaitRad: between(random.next(), 0, 2 * Math.PI),
    swing: random.next() < 0.2 ? 0 : between(random.next(), 0.3, 1),
  };
}
