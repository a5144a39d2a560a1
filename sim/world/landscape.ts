import { type Random, seededRandom } from '../../src/core/random.ts';
import type { Sighting } from './camera.ts';
import { type Canvas, type Color, rgb, shaded } from './canvas.ts';
import { between } from './geometry.ts';

/** Something that stands still: scenery, or a thing that has a vest's colours without being a person. */
export type Prop = {
  kind: 'tree' | 'building' | 'post' | 'sign' | 'cone';
  x: number;
  y: number;
  heightM: number;
  widthM: number;
  color: Color;
};

/** The place in which people walk. */
export type Landscape = {
  props: Prop[];
  /** Ground colours, `groundTexels` × `groundTexels`, repeated every `groundPeriodM` metres; rgb8. */
  ground: Uint8Array;
  skyTop: Color;
  skyLow: Color;
  /** Far skyline all around: height in radians of elevation and colour for each of `skylineBins` headings. */
  skylineHeightRad: Float32Array;
  skylineColor: Uint32Array;
};

/** Texels per side of the ground texture. */
export const groundTexels = 128;
/** Metres after which the ground texture repeats. */
export const groundPeriodM = 8;
/** Headings in the skyline table. */
export const skylineBins = 1024;
/** People walk within this distance of the origin; tall props stand outside. */
export const plazaRadiusM = 14;

/** A landscape by seed. */
export function createLandscape(seed: number): Landscape {
  const random = seededRandom(seed);
  const warmth = between(random.next(), -14, 14);
  return {
    ground: groundTexture(random, warmth),
    skyTop: rgb(90 + warmth, 140, 200 - warmth),
    skyLow: rgb(190 + warmth, 208, 222 - warmth),
    ...skyline(random),
    props: [...scenery(random), ...distractors(random)],
  };
}

/** Paving: slabs in slightly different tones with darker joints, speckled. */
function groundTexture(random: Random, warmth: number): Uint8Array {
  const texels = new Uint8Array(groundTexels * groundTexels * 3);
  const base = between(random.next(), 95, 150);
  const green = random.next() < 0.3 ? 22 : 0;
  const slab = 16;
  const slabs = groundTexels / slab;
  const tones = Array.from({ length: slabs * slabs }, () => between(random.next(), -16, 16));
  for (let v = 0; v < groundTexels; v++) {
    for (let u = 0; u < groundTexels; u++) {
      const joint = u % slab === 0 || v % slab === 0 ? -26 : 0;
      const tone =
        base +
        tones[Math.floor(v / slab) * slabs + Math.floor(u / slab)]! +
        joint +
        between(random.next(), -9, 9);
      const i = (v * groundTexels + u) * 3;
      texels[i] = tone + warmth - green;
      texels[i + 1] = tone + green / 2;
      texels[i + 2] = tone - warmth - green;
    }
  }
  return texels;
}

function skyline(random: Random): Pick<Landscape, 'skylineHeightRad' | 'skylineColor'> {
  const skylineHeightRad = new Float32Array(skylineBins);
  const skylineColor = new Uint32Array(skylineBins);
  let bin = 0;
  while (bin < skylineBins) {
    const wide = Math.round(between(random.next(), 8, 40));
    const isWood = random.next() < 0.5;
    const height = between(random.next(), 0.02, isWood ? 0.07 : 0.14);
    const tone = between(random.next(), 90, 165);
    const color = isWood ? rgb(tone * 0.55, tone * 0.75, tone * 0.5) : rgb(tone, tone * 0.96, tone * 0.92);
    for (const end = Math.min(skylineBins, bin + wide); bin < end; bin++) {
      skylineHeightRad[bin] = height + (isWood ? between(random.next(), 0, 0.012) : 0);
      skylineColor[bin] = color;
    }
  }
  return { skylineHeightRad, skylineColor };
}

function scenery(random: Random): Prop[] {
  return Array.from({ length: 46 }, () => {
    const isTree = random.next() < 0.6;
    const radius = between(random.next(), plazaRadiusM + (isTree ? 3 : 10), 48);
    const tone = between(random.next(), 0.7, 1.15);
    return {
      kind: isTree ? 'tree' : 'building',
      ...around(random, radius),
      heightM: isTree ? between(random.next(), 3, 8) : between(random.next(), 3.5, 13),
      widthM: isTree ? between(random.next(), 2, 5) : between(random.next(), 5, 14),
      color: isTree
        ? rgb(60 * tone, between(random.next(), 95, 130) * tone, 50 * tone)
        : rgb(170 * tone, between(random.next(), 120, 165) * tone, between(random.next(), 100, 160) * tone),
    };
  });
}

/** Cones, signs and posts: many in the very colours of a vest. */
function distractors(random: Random): Prop[] {
  const orange = rgb(255, 108, 24);
  const yellow = rgb(240, 226, 36);
  return Array.from({ length: 26 }, () => {
    const dice = random.next();
    const kind = dice < 0.45 ? 'cone' : dice < 0.75 ? 'sign' : 'post';
    const radius = kind === 'cone' ? between(random.next(), 2, 18) : between(random.next(), 9, 20);
    const bright = random.next() < 0.5 ? orange : yellow;
    return {
      kind,
      ...around(random, radius),
      heightM: kind === 'cone' ? between(random.next(), 0.4, 0.8) : between(random.next(), 1.4, 2.8),
      widthM:
        kind === 'cone'
          ? 0.35
          : kind === 'sign'
            ? between(random.next(), 0.4, 0.9)
            : between(random.next(), 0.08, 0.2),
      color: kind === 'post' && random.next() < 0.6 ? rgb(110, 112, 116) : bright,
    };
  });
}

function around(random: Random, radius: number): { x: number; y: number } {
  const heading = between(random.next(), 0, 2 * Math.PI);
  return { x: radius * Math.cos(heading), y: radius * Math.sin(heading) };
}

/** Draws one prop, its foot at the sighted ground point. */
export function drawProp(canvas: Canvas, prop: Prop, seen: Sighting): void {
  const x = seen.col;
  const bottom = seen.groundRow;
  const tall = prop.heightM * seen.pxPerM;
  const half = (prop.widthM * seen.pxPerM) / 2;
  const top = bottom - tall;
  switch (prop.kind) {
    case 'tree':
      canvas.fillRect(x - half * 0.12, bottom - tall * 0.45, x + half * 0.12, bottom, rgb(88, 66, 48));
      canvas.fillEllipse(x, bottom - tall * 0.62, half, tall * 0.34, prop.color);
      canvas.fillEllipse(
        x - half * 0.25,
        bottom - tall * 0.75,
        half * 0.6,
        tall * 0.25,
        shaded(prop.color, 1.15),
      );
      break;
    case 'building':
      canvas.fillRect(x - half, top, x + half, bottom, prop.color);
      drawWindows(canvas, x - half, top, 2 * half, tall, prop, seen.pxPerM);
      break;
    case 'post':
      canvas.fillRect(x - half, top, x + half, bottom, prop.color);
      canvas.fillRect(x - half, top + tall * 0.2, x + half, top + tall * 0.3, rgb(230, 230, 230));
      break;
    case 'sign':
      canvas.fillRect(x - 0.03 * seen.pxPerM, top, x + 0.03 * seen.pxPerM, bottom, rgb(120, 122, 126));
      canvas.fillRect(x - half, top, x + half, top + half * 1.8, prop.color);
      canvas.fillRect(x - half * 0.7, top + half * 0.7, x + half * 0.7, top + half * 1.1, rgb(40, 40, 40));
      break;
    case 'cone':
      canvas.fillConvex(
        [x - half, bottom, x - half * 0.15, top, x + half * 0.15, top, x + half, bottom],
        prop.color,
      );
      canvas.fillRect(
        x - half * 0.5,
        bottom - tall * 0.55,
        x + half * 0.5,
        bottom - tall * 0.38,
        rgb(235, 235, 235),
      );
      break;
  }
}

function drawWindows(
  canvas: Canvas,
  left: number,
  top: number,
  wide: number,
  tall: number,
  prop: Prop,
  pxPerM: number,
): void {
  const pitch = 2.6 * pxPerM;
  const glass = shaded(prop.color, 0.55);
  for (let y = top + pitch * 0.3; y + pitch * 0.5 < top + tall; y += pitch) {
    for (let x = left + pitch * 0.3; x + pitch * 0.45 < left + wide; x += pitch) {
      if (x < canvas.width && x + pitch > 0) canvas.fillRect(x, y, x + pitch * 0.45, y + pitch * 0.5, glass);
    }
  }
}
