import { normal, seededRandom } from '../../src/core/random.ts';
import type { CameraModel, Sighting } from './camera.ts';
import { sight } from './camera.ts';
import { Canvas } from './canvas.ts';
import { drawFigure, type Figure, figureWidthM } from './figure.ts';
import type { Pose3 } from './geometry.ts';
import {
  drawProp,
  groundPeriodM,
  groundTexels,
  type Landscape,
  type Prop,
  skylineBins,
} from './landscape.ts';
import type { Light } from './light.ts';

/** All that a camera can see at one moment. */
export type Scene = { landscape: Landscape; figures: Figure[]; light: Light; noiseSeed: number };

/** Where a person really is in the image; fractions of the image, origin at the top left, parts outside it included. */
export type TrueBox = {
  label: 'person' | 'hazard_vest';
  centerX: number;
  centerY: number;
  width: number;
  height: number;
  distanceM: number;
  /** Part of the body's width that is in the image and not behind something nearer, 0 to 1. */
  visible: number;
};

/** Nearer than this nothing is drawn. */
const nearM = 0.35;

type Drawable = { seen: Sighting; halfWidthM: number; heightM: number } & (
  | { figure: Figure }
  | { prop: Prop }
);

/**
 * Renders what the camera at `eye` sees into `data` (rgb8, width × height × 3 bytes) and returns the boxes of all people in
 * front of it. Painter's order; the same scene gives the same bytes.
 */
export function renderCamera(camera: CameraModel, eye: Pose3, scene: Scene, data: Uint8Array): TrueBox[] {
  const canvas = new Canvas(camera.width, camera.height, data);
  drawSky(canvas, camera, eye, scene.landscape);
  drawGround(canvas, camera, eye, scene.landscape);
  const drawables = inView(camera, eye, scene);
  for (const drawable of drawables) {
    if ('figure' in drawable) drawFigure(canvas, drawable.figure, eye, drawable.seen);
    else drawProp(canvas, drawable.prop, drawable.seen);
  }
  expose(data, scene.light, scene.noiseSeed);
  return boxesOf(camera, drawables);
}

/** The boxes that {@link renderCamera} would return, without the picture. */
export function trueBoxes(camera: CameraModel, eye: Pose3, scene: Scene): TrueBox[] {
  return boxesOf(camera, inView(camera, eye, scene));
}

/** What the camera can see, from far to near. */
function inView(camera: CameraModel, eye: Pose3, scene: Scene): Drawable[] {
  const found: Drawable[] = [];
  const add = (drawable: Drawable) => {
    const { seen, halfWidthM } = drawable;
    if (seen.depthM < nearM) return;
    const half = halfWidthM * seen.pxPerM;
    if (seen.col + half > 0 && seen.col - half < camera.width) found.push(drawable);
  };
  for (const prop of scene.landscape.props) {
    add({
      prop,
      seen: sight(camera, eye, prop.x, prop.y),
      halfWidthM: prop.widthM / 2,
      heightM: prop.heightM,
    });
  }
  for (const figure of scene.figures) {
    const halfWidthM = figureWidthM(figure, eye) / 2;
    add({ figure, seen: sight(camera, eye, figure.x, figure.y), halfWidthM, heightM: figure.look.heightM });
  }
  return found.sort((a, b) => b.seen.depthM - a.seen.depthM);
}

function drawSky(canvas: Canvas, camera: CameraModel, eye: Pose3, landscape: Landscape): void {
  const { skyTop, skyLow, skylineHeightRad, skylineColor } = landscape;
  const horizon = Math.ceil(camera.horizonRow);
  const blend = (shift: number, part: number) =>
    Math.round(((skyTop >> shift) & 255) * (1 - part) + ((skyLow >> shift) & 255) * part);
  for (let row = 0; row < horizon; row++) {
    const part = row / horizon;
    canvas.fillSpan(row, 0, camera.width, (blend(16, part) << 16) | (blend(8, part) << 8) | blend(0, part));
  }
  for (let col = 0; col < camera.width; col++) {
    const heading = eye.yawRad - Math.atan((col + 0.5 - camera.centerCol) / camera.focalPx);
    const turn = heading / (2 * Math.PI);
    const bin = Math.floor((turn - Math.floor(turn)) * skylineBins) % skylineBins;
    const color = skylineColor[bin]!;
    const top = Math.max(0, Math.round(camera.horizonRow - skylineHeightRad[bin]! * camera.focalPx));
    for (let row = top; row < horizon; row++) {
      const i = (row * camera.width + col) * 3;
      canvas.data[i] = color >> 16;
      canvas.data[i + 1] = (color >> 8) & 255;
      canvas.data[i + 2] = color & 255;
    }
  }
}

/** The ground plane: along a row all points have the same depth, so texture coordinates grow linearly. */
function drawGround(canvas: Canvas, camera: CameraModel, eye: Pose3, landscape: Landscape): void {
  const { ground } = landscape;
  const { data } = canvas;
  const mask = groundTexels - 1;
  const texelsPerM = groundTexels / groundPeriodM;
  const cos = Math.cos(eye.yawRad);
  const sin = Math.sin(eye.yawRad);
  let i = Math.ceil(camera.horizonRow) * camera.width * 3;
  for (let row = Math.ceil(camera.horizonRow); row < camera.height; row++) {
    const depthM = (eye.z * camera.focalPx) / (row + 0.5 - camera.horizonRow);
    const stepM = depthM / camera.focalPx;
    const rightM = (0.5 - camera.centerCol) * stepM;
    let u = (eye.x + depthM * cos + rightM * sin) * texelsPerM;
    let v = (eye.y + depthM * sin - rightM * cos) * texelsPerM;
    const du = stepM * sin * texelsPerM;
    const dv = -stepM * cos * texelsPerM;
    for (let col = 0; col < camera.width; col++) {
      const texel = ((Math.floor(v) & mask) * groundTexels + (Math.floor(u) & mask)) * 3;
      data[i] = ground[texel]!;
      data[i + 1] = ground[texel + 1]!;
      data[i + 2] = ground[texel + 2]!;
      i += 3;
      u += du;
      v += dv;
    }
  }
}

const noiseLength = 8192;
const noiseSource = seededRandom(1);
/** Sensor noise in grey levels: a fixed table that is entered at random places. */
const noise = Int8Array.from({ length: noiseLength }, () => Math.round(3.5 * normal(noiseSource)));

/** Applies the light and the sensor's noise to every pixel. */
function expose(data: Uint8Array, light: Light, noiseSeed: number): void {
  const out = new Uint8ClampedArray(data.buffer, data.byteOffset, data.length);
  const scale = (gain: number) => Float32Array.from({ length: 256 }, (_, value) => value * gain);
  const red = scale(light.red);
  const green = scale(light.green);
  const blue = scale(light.blue);
  let at = Math.imul(noiseSeed, 0x9e3779b1) >>> 0;
  for (let i = 0; i < out.length; i += 3) {
    // A new entry point every 512 pixels keeps the table's period from showing as a pattern.
    if (i % 1536 === 0) at = (Math.imul(at, 1664525) + 1013904223) >>> 0;
    const n = (at >>> 13) + i;
    out[i] = red[out[i]!]! + noise[n & (noiseLength - 1)]!;
    out[i + 1] = green[out[i + 1]!]! + noise[(n + 2731) & (noiseLength - 1)]!;
    out[i + 2] = blue[out[i + 2]!]! + noise[(n + 5461) & (noiseLength - 1)]!;
  }
}

/** Boxes of the figures among the drawables, which are sorted from far to near. */
function boxesOf(camera: CameraModel, drawables: readonly Drawable[]): TrueBox[] {
  const boxes: TrueBox[] = [];
  drawables.forEach((drawable, index) => {
    if (!('figure' in drawable)) return;
    const { seen, halfWidthM, heightM, figure } = drawable;
    boxes.push({
      label: figure.look.vest === undefined ? 'person' : 'hazard_vest',
      centerX: seen.col / camera.width,
      centerY: (seen.groundRow - (heightM * seen.pxPerM) / 2) / camera.height,
      width: (2 * halfWidthM * seen.pxPerM) / camera.width,
      height: (heightM * seen.pxPerM) / camera.height,
      distanceM: Math.hypot(seen.depthM, seen.rightM),
      visible: visiblePart(camera, drawable, drawables.slice(index + 1)),
    });
  });
  return boxes;
}

/** Samples columns across the body at chest height and counts those that nothing nearer covers. */
function visiblePart(camera: CameraModel, body: Drawable, nearer: readonly Drawable[]): number {
  const samples = 11;
  const half = body.halfWidthM * body.seen.pxPerM;
  const chestRow = body.seen.groundRow - 0.65 * body.heightM * body.seen.pxPerM;
  let free = 0;
  for (let i = 0; i < samples; i++) {
    const col = body.seen.col + half * ((2 * i + 1) / samples - 1);
    if (col < 0 || col >= camera.width) continue;
    const covered = nearer.some(
      ({ seen, halfWidthM, heightM }) =>
        Math.abs(seen.col - col) < halfWidthM * seen.pxPerM &&
        seen.groundRow - heightM * seen.pxPerM < chestRow,
    );
    if (!covered) free++;
  }
  return free / samples;
}
