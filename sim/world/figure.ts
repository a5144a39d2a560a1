import type { Random } from '../../src/core/random.ts';
import type { Sighting } from './camera.ts';
import { type Canvas, type Color, rgb, shaded } from './canvas.ts';
import { between, type Pose2 } from './geometry.ts';

/** What a person looks like. */
export type Look = {
  heightM: number;
  /** Width compared with an average person. */
  build: number;
  skin: Color;
  hair: Color;
  top: Color;
  bottom: Color;
  shoes: Color;
  /** Worn over the top: the person to follow has one, nobody else does. */
  vest?: Color;
  helmet?: Color;
};

/** A person at one moment. */
export type Figure = Pose2 & {
  look: Look;
  /** Phase of the step, and how far the limbs swing (0 standing … 1 walking fast). */
  gaitRad: number;
  swing: number;
};

/** Fluorescent colours of ISO 20471 vests as a camera sees them. */
const vestColors: readonly Color[] = [
  rgb(214, 250, 40),
  rgb(236, 240, 30),
  rgb(255, 118, 24),
  rgb(252, 96, 40),
];
const reflective: Color = rgb(222, 226, 230);
const skins: readonly Color[] = [rgb(236, 200, 172), rgb(208, 160, 124), rgb(150, 104, 74), rgb(96, 64, 46)];
const hairs: readonly Color[] = [rgb(30, 24, 20), rgb(84, 58, 36), rgb(176, 140, 80), rgb(150, 150, 150)];

function pick<T>(items: readonly T[], random: Random): T {
  return items[Math.floor(random.next() * items.length)] as T;
}

/** Everyday clothes: any hue, but never as bright and saturated as a vest. */
function clothColor(random: Random): Color {
  const grey = between(random.next(), 25, 200);
  const tint = between(random.next(), 0, 75);
  return rgb(
    Math.min(205, grey + tint * between(random.next(), -1, 1)),
    Math.min(195, grey + tint * between(random.next(), -1, 0.6)),
    Math.min(215, grey + tint * between(random.next(), -0.6, 1)),
  );
}

/** A random person, with or without a hazard vest. */
export function randomLook(random: Random, wearsVest: boolean): Look {
  const look: Look = {
    heightM: between(random.next(), 1.58, 1.9),
    build: between(random.next(), 0.88, 1.18),
    skin: pick(skins, random),
    hair: pick(hairs, random),
    top: clothColor(random),
    bottom: shaded(clothColor(random), 0.7),
    shoes: shaded(clothColor(random), 0.5),
  };
  if (wearsVest) look.vest = shaded(pick(vestColors, random), between(random.next(), 0.92, 1.04));
  if (random.next() < (wearsVest ? 0.4 : 0.08)) {
    look.helmet = pick([rgb(240, 240, 236), rgb(240, 200, 40), rgb(40, 90, 190)], random);
  }
  return look;
}

/** Half the shoulder width seen from the angle whose |cos| is `frontal`, in metres. */
function halfShoulderM(look: Look, frontal: number): number {
  return look.heightM * look.build * (0.082 + 0.048 * frontal);
}

/** How a figure is turned to the eye: sideways −1 (walks to the left) … 1, frontal 0 … 1, and whether its face is seen. */
function turnTo(figure: Figure, eye: Pose2): { sideways: number; frontal: number; facesEye: boolean } {
  const relative = figure.yawRad - Math.atan2(figure.y - eye.y, figure.x - eye.x);
  return {
    sideways: -Math.sin(relative),
    frontal: Math.abs(Math.cos(relative)),
    facesEye: Math.cos(relative) < 0,
  };
}

/** Width of the box around a figure in metres, as seen from `eye`. */
export function figureWidthM(figure: Figure, eye: Pose2): number {
  const { sideways, frontal } = turnTo(figure, eye);
  const { heightM } = figure.look;
  const stride = Math.abs(sideways) * figure.swing * Math.abs(Math.sin(figure.gaitRad)) * 0.2 * heightM;
  return 2 * Math.max(halfShoulderM(figure.look, frontal) + 0.035 * heightM, stride);
}

/** Draws a walking or standing person, feet at the sighted ground point. Parts are fractions of the height. */
export function drawFigure(canvas: Canvas, figure: Figure, eye: Pose2, seen: Sighting): void {
  const { look, gaitRad, swing } = figure;
  const unit = look.heightM * seen.pxPerM;
  const { sideways, frontal, facesEye } = turnTo(figure, eye);
  const halfShoulder = halfShoulderM(look, frontal) * seen.pxPerM;
  const bob = 0.012 * swing * Math.abs(Math.cos(gaitRad)) * unit;
  const x = seen.col;
  const y = (up: number) => seen.groundRow - up * unit - bob;

  canvas.shadeEllipse(x, seen.groundRow, 0.2 * unit, Math.max(1, 0.04 * unit), 0.6);
  const hipOut = 0.05 * unit * (0.35 + 0.65 * frontal);
  const far = sideways >= 0 ? -1 : 1;
  for (const leg of [far, -far]) drawLeg(leg, leg === far ? 0.82 : 1);
  drawArm(far, 0.8);

  const waist = halfShoulder * 0.86;
  const torso = [
    x - halfShoulder,
    y(0.82),
    x + halfShoulder,
    y(0.82),
    x + waist,
    y(0.47),
    x - waist,
    y(0.47),
  ];
  canvas.fillConvex(torso, look.top);
  if (look.vest !== undefined) drawVest(look.vest);
  drawArm(-far, 0.94);
  drawHead();

  function drawLeg(side: number, light: number): void {
    const angle = side * Math.sin(gaitRad) * swing * 0.55;
    const bend = Math.max(0, side * Math.cos(gaitRad)) * swing * 0.7;
    const hipX = x + side * hipOut;
    const kneeX = hipX + Math.sin(angle) * 0.24 * unit * sideways;
    const kneeUp = 0.49 - Math.cos(angle) * 0.24;
    const shin = angle - bend;
    const footX = kneeX + Math.sin(shin) * 0.22 * unit * sideways;
    const footUp = Math.max(0.01, kneeUp - Math.cos(shin) * 0.22);
    const color = shaded(look.bottom, light);
    canvas.fillBar(hipX, y(0.49), kneeX, y(kneeUp), 0.095 * unit * look.build, color);
    canvas.fillBar(kneeX, y(kneeUp), footX, y(footUp), 0.07 * unit * look.build, color);
    const toe = sideways * 0.05 * unit;
    const shoeTop = y(footUp + 0.025);
    const shoeBottom = Math.max(shoeTop + 1, y(footUp - 0.01) + bob);
    canvas.fillRect(
      Math.min(footX, footX + toe) - 0.03 * unit,
      shoeTop,
      Math.max(footX, footX + toe) + 0.03 * unit,
      shoeBottom,
      look.shoes,
    );
  }

  function drawArm(side: number, light: number): void {
    const angle = -side * Math.sin(gaitRad) * swing * 0.6;
    const shoulderX = x + side * halfShoulder * (0.2 + 0.8 * frontal);
    const elbowX = shoulderX + (Math.sin(angle) * sideways + side * 0.12 * frontal) * 0.17 * unit;
    const elbowUp = 0.8 - Math.cos(angle) * 0.17;
    const handX = elbowX + Math.sin(angle + 0.25) * 0.16 * unit * sideways;
    const handUp = elbowUp - Math.cos(angle + 0.25) * 0.16;
    const sleeve = shaded(look.top, light);
    canvas.fillBar(shoulderX, y(0.81), elbowX, y(elbowUp), 0.065 * unit * look.build, sleeve);
    canvas.fillBar(elbowX, y(elbowUp), handX, y(handUp), 0.052 * unit * look.build, sleeve);
    canvas.fillEllipse(handX, y(handUp), 0.03 * unit, 0.03 * unit, look.skin);
  }

  function drawVest(color: Color): void {
    canvas.fillConvex(
      [
        x - halfShoulder,
        y(0.815),
        x + halfShoulder,
        y(0.815),
        x + waist * 1.06,
        y(0.5),
        x - waist * 1.06,
        y(0.5),
      ],
      color,
    );
    if (facesEye && frontal > 0.5)
      canvas.fillRect(x - 0.006 * unit, y(0.8), x + 0.006 * unit, y(0.5), shaded(color, 0.6));
    for (const up of [0.565, 0.665]) {
      canvas.fillRect(
        x - halfShoulder * 0.93,
        y(up + 0.014),
        x + halfShoulder * 0.93,
        y(up - 0.014),
        reflective,
      );
    }
    for (const side of frontal > 0.4 ? [-1, 1] : [0]) {
      const stripe = x + side * halfShoulder * 0.52;
      canvas.fillRect(stripe - 0.012 * unit, y(0.815), stripe + 0.012 * unit, y(0.665), reflective);
    }
  }

  function drawHead(): void {
    canvas.fillRect(x - 0.022 * unit, y(0.86), x + 0.022 * unit, y(0.815), shaded(look.skin, 0.85));
    const center = y(0.922);
    canvas.fillEllipse(x, center, 0.052 * unit, 0.072 * unit, facesEye ? look.skin : look.hair);
    if (facesEye)
      canvas.fillEllipse(x - sideways * 0.012 * unit, y(0.965), 0.05 * unit, 0.038 * unit, look.hair);
    if (look.helmet !== undefined) canvas.fillEllipse(x, y(0.957), 0.062 * unit, 0.046 * unit, look.helmet);
  }
}
