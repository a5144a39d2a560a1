import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/core/random.ts';
import { telloCamera } from './camera.ts';
import { type Figure, randomLook } from './figure.ts';
import { createLandscape } from './landscape.ts';
import { renderCamera, type Scene, trueBoxes } from './render-camera.ts';

const camera = telloCamera(320, 240);
const eye = { x: 0, y: 0, z: 1.4, yawRad: 0 };
const landscape = { ...createLandscape(1), props: [] };
const vest = 0xd6fa28;

function person(x: number, y: number, wearsVest: boolean): Figure {
  const look = randomLook(seededRandom(2), wearsVest);
  if (wearsVest) look.vest = vest;
  return { x, y, yawRad: 0, look: { ...look, heightM: 1.75 }, gaitRad: 0.5, swing: 0.6 };
}

function scene(...figures: Figure[]): Scene {
  return { landscape, figures, light: { red: 1, green: 1, blue: 1 }, noiseSeed: 1 };
}

function render(shown: Scene, from = eye): Uint8Array {
  const data = new Uint8Array(camera.width * camera.height * 3);
  renderCamera(camera, from, shown, data);
  return data;
}

const isSame = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

/** Bounding box, in fractions of the image, of the pixels that have about the vest's colour. */
function vestPixels(data: Uint8Array): {
  count: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
} {
  const found = { count: 0, left: 1, right: 0, top: 1, bottom: 0 };
  for (let i = 0; i < camera.width * camera.height; i++) {
    const [red, green, blue] = [data[3 * i]!, data[3 * i + 1]!, data[3 * i + 2]!];
    if (Math.abs(red - 214) + Math.abs(green - 250) + Math.abs(blue - 40) > 60) continue;
    const x = (i % camera.width) / camera.width;
    const y = Math.floor(i / camera.width) / camera.height;
    found.count++;
    found.left = Math.min(found.left, x);
    found.right = Math.max(found.right, x);
    found.top = Math.min(found.top, y);
    found.bottom = Math.max(found.bottom, y);
  }
  return found;
}

describe('renderCamera', () => {
  it('draws the vest inside the true box, and the box at the size that a pinhole camera gives', () => {
    const shown = scene(person(4, 0.5, true));
    const [box] = renderCamera(camera, eye, shown, new Uint8Array(camera.width * camera.height * 3));
    expect(box?.label).toBe('hazard_vest');
    expect(box?.height).toBeCloseTo((1.75 * camera.focalPx) / 4 / camera.height);
    expect(box?.centerX).toBeCloseTo(0.5 - (0.5 * camera.focalPx) / 4 / camera.width);
    const pixels = vestPixels(render(shown));
    expect(pixels.count).toBeGreaterThan(200);
    expect(pixels.left).toBeGreaterThan(box!.centerX - box!.width / 2 - 0.01);
    expect(pixels.right).toBeLessThan(box!.centerX + box!.width / 2 + 0.01);
    expect(pixels.top).toBeGreaterThan(box!.centerY - box!.height / 2);
    expect(pixels.bottom).toBeLessThan(box!.centerY + box!.height / 2);
  });

  it('lets the nearer person hide the farther one, and says so', () => {
    const alone = trueBoxes(camera, eye, scene(person(5, 0, true)));
    expect(alone[0]?.visible).toBe(1);
    const hidden = scene(person(2.5, 0, false), person(5, 0, true));
    expect(trueBoxes(camera, eye, hidden).find(({ label }) => label === 'hazard_vest')?.visible).toBe(0);
    expect(vestPixels(render(hidden)).count).toBe(0);
  });

  it('shows nobody who is behind the camera', () => {
    expect(trueBoxes(camera, eye, scene(person(-3, 0, true)))).toEqual([]);
  });

  it('changes the background with the heading and the brightness with the light', () => {
    const ahead = render(scene());
    expect(isSame(render(scene(), { ...eye, yawRad: 1 }), ahead)).toBe(false);
    const mean = (data: Uint8Array) => data.reduce((sum, value) => sum + value, 0) / data.length;
    const dark = render({ ...scene(), light: { red: 0.5, green: 0.5, blue: 0.5 } });
    expect(mean(dark) / mean(ahead)).toBeCloseTo(0.5, 1);
  });

  it('gives other noise for another frame, but the same for the same', () => {
    expect(isSame(render(scene()), render(scene()))).toBe(true);
    expect(isSame(render({ ...scene(), noiseSeed: 2 }), render(scene()))).toBe(false);
  });
});
