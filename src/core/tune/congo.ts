import { normal, type Random, seededRandom } from '../random.ts';
import type { Designer, Observation, Problem, Suggestion } from './designer.ts';
import { type HalfSpace, projectOnto } from './linear-projection.ts';
import { marginScale } from './margin-scale.ts';
import { keyOf, type Point, UnitSpace } from './space.ts';
import { recoverSparse } from './sparse-recovery.ts';
import { isBetter, type Quality, qualityOf } from './trial-quality.ts';
import { TriedPoints } from './tried-points.ts';

/**
 * Notation: d numeric knobs with more than one value; s of them taken to matter at once; x place in the unit cube; m
 * probes a round; h deviation of a probe's displacement in units of the whole range of a knob.
 */

const seedRange = 2 ** 32;
/** Keeps the draws of probes apart from those of single trials. */
const probeSeedOffset = 2 ** 31;

/** One knob in so many is taken to matter at once. */
const knobsPerActive = 7;

/** Relative noise of a measurement where it is not known. */
const usualNoise = 0.03;
/**
 * h = 0.5 sqrt(noise): a gradient is off by noise / h by chance and by h L / 2 through the curvature L, together least at
 * about sqrt(noise / L); L = 4 is that of a quadratic that gains half its value between the edge and the middle of a knob.
 */
const probePerRootNoise = 0.5;
const probeLimits = { least: 0.01, most: 0.15 };

/** A knob whose values are nearer to each other than this share of h can be moved by one without an effect that shows. */
const fineShare = 0.2;

const mostNudges = 50;

const firstStep = 0.2;
const stepLimits = { least: 0.02, most: 0.3 };
/** A step in the direction of the last one makes the next longer, one against it shorter. */
const stepGrowth = 1.3;
const stepShrinkage = 0.8;

/** x keeps away from each bound by so many deviations of what noise and probes do to the margin. */
const guardDeviations = 1.5;

/** The objective, then the warped margins; undefined what is not known. */
type Outputs = (number | undefined)[];
type Measured = { point: Point; outputs: Outputs; quality: Quality };
/** The place and the probes around it. */
type Round = { base: Measured; probes: Measured[] };

/** Options of the designer. */
export type CongoOptions = {
  problem: Problem;
  /** A seed is drawn from it once; later draws by others change nothing. */
  random: Random;
};

/**
 * Compressive online gradient ascent, CONGO-E (ICLR 2025, arXiv:2407.06325): in each round the place x is measured, then
 * m places around it, fewer than there are knobs; from these a sparse gradient of every output is recovered, and x goes a
 * step along that of the objective, projected onto what the linearised constraints allow. It forgets what is older than a
 * round and never ends: made for many knobs of which few matter and an optimum that moves slowly. Categories stay as they are where
 * it starts. See docs/search.md.
 */
export class CongoDesigner implements Designer {
  readonly #problem: Problem;
  readonly #space: UnitSpace;
  readonly #tried: TriedPoints;
  readonly #seed: number;
  readonly #scales;
  /** The numeric knobs that can be turned. */
  readonly #knobs: number[];
  readonly #sparsity: number;
  readonly #probeCount: number;
  readonly #probeDeviation: number;
  /** x, unrounded. */
  #at: Point;
  /** The last place that was measured; where it stands. */
  #stand: Measured | undefined;
  #round: Round | undefined;
  /** The round before, from which gradients are recovered as well: the optimum moves slowly. */
  #earlier: Round | undefined;
  /** Displacements of the round's probes that are still to be measured. */
  #queue: Point[] = [];
  #stepLength = firstStep;
  #lastStep: Float64Array | undefined;
  #rounds = 0;
  #observed = 0;
  #pending: { point: Point; reason: string } | undefined;

  constructor({ problem, random }: CongoOptions) {
    this.#problem = problem;
    this.#space = new UnitSpace(problem.space);
    this.#tried = new TriedPoints(this.#space);
    this.#seed = Math.floor(random.next() * seedRange);
    this.#scales = problem.constraints.map((name) => marginScale(problem.constraintInfo?.[name]));
    this.#knobs = problem.space.flatMap((_, knob) =>
      !this.#space.categorical[knob] && this.#space.coordinates(knob, 2).length > 1 ? [knob] : [],
    );
    const d = this.#knobs.length;
    this.#sparsity = Math.max(1, Math.ceil(d / knobsPerActive));
    this.#probeCount = probeCount(d, this.#sparsity);
    this.#probeDeviation = probeDeviation(problem);
    this.#at = this.#space.snap(this.#space.names.map(() => 0.5));
  }

  suggest(): Suggestion {
    this.#pending ??= this.#plan();
    return { configuration: this.#space.decode(this.#pending.point), reason: this.#pending.reason };
  }

  update(observation: Observation): void {
    const asked = this.#pending ?? this.#plan();
    this.#observed++;
    this.#tried.mark(observation);
    this.#pending = undefined;
    const point = this.#space.encode(observation.configuration);
    if (!point) return;
    const measured = {
      point,
      outputs: this.#outputsOf(observation),
      quality: qualityOf(this.#problem, observation),
    };
    if (keyOf(point) !== keyOf(asked.point)) this.#considerForeign(measured);
    else if (this.#round) {
      this.#round.probes.push(measured);
      this.#endProbe(this.#round);
    } else if (measured.outputs.every((output) => output === undefined))
      this.#at = this.#stand?.point ?? this.#at;
    else this.#openRound(measured);
  }

  #plan(): { point: Point; reason: string } {
    const random = seededRandom(this.#seed + this.#observed);
    const name = `gradient round ${this.#rounds + 1}`;
    if (!this.#round) {
      return { point: this.#untriedNear(this.#at, random), reason: `${name}: where it stands` };
    }
    const probe = this.#displaced(this.#round.base.point, this.#queue[0]!, random);
    const number = this.#round.probes.length + 1;
    return {
      point: this.#untriedNear(probe, random),
      reason: `${name}: probe ${number} of ${this.#probeCount} around it`,
    };
  }

  /**
   * What was not asked for, as the configuration in force: it goes on from there when that is better than where it stands.
   * Else the probe that was asked for is given up: someone had a reason not to measure it.
   */
  #considerForeign(measured: Measured): void {
    if (!this.#stand || isBetter(measured.quality, this.#stand.quality)) {
      this.#at = measured.point;
      this.#openRound(measured);
    } else if (this.#round) this.#endProbe(this.#round);
  }

  #openRound(base: Measured): void {
    const random = seededRandom(this.#seed + this.#observed + probeSeedOffset);
    this.#stand = base;
    this.#round = { base, probes: [] };
    this.#queue = Array.from({ length: this.#probeCount }, () => this.#drawDisplacement(base.point, random));
  }

  #endProbe(round: Round): void {
    this.#queue.shift();
    if (this.#queue.length > 0) return;
    this.#step(round);
    this.#earlier = round;
    this.#round = undefined;
    this.#rounds++;
  }

  /** Normal in every numeric knob; one that would leave the range goes the other way. */
  #drawDisplacement(from: Point, random: Random): Point {
    const displacement = from.map(() => 0);
    for (const knob of this.#knobs) {
      const p = this.#probeDeviation * normal(random);
      const there = from[knob]! + p;
      displacement[knob] = there < 0 || there > 1 ? -p : p;
    }
    return displacement;
  }

  /** Values far apart are rounded by chance, so that knobs with few of them are moved as far as the others on the mean. */
  #displaced(from: Point, displacement: Point, random: Random): Point {
    const target = from.map((u, knob) => u + (displacement[knob] ?? 0));
    const point = this.#space.snap(target);
    for (const knob of this.#knobs) {
      const wanted = target[knob]! - from[knob]!;
      const next = this.#space.moved(knob, from[knob]!, Math.sign(wanted) * Number.MIN_VALUE) - from[knob]!;
      if (next === 0 || Math.abs(wanted) >= Math.abs(next)) continue;
      point[knob] = random.next() < wanted / next ? from[knob]! + next : from[knob]!;
    }
    return this.#space.snap(point);
  }

  /** The point itself, or one a few small steps away, so that nothing is tried twice. */
  #untriedNear(from: Point, random: Random): Point {
    let point = this.#space.snap(from);
    const fine = this.#knobs.filter((knob) => this.#isFine(knob, point));
    const knobs = fine.length > 0 ? fine : this.#knobs;
    for (let i = 0; i < mostNudges && knobs.length > 0 && this.#tried.has(point); i++) {
      const knob = knobs[Math.floor(random.next() * knobs.length)]!;
      const side = random.next() < 0.5 ? -1 : 1;
      point = point.with(knob, this.#space.moved(knob, point[knob]!, side * Number.MIN_VALUE));
    }
    if (!this.#tried.has(point)) return point;
    return this.#tried.exhausted
      ? this.#space.snap(from)
      : this.#tried.untried(() => this.#space.names.map(() => random.next()));
  }

  /** Whether the next value is much nearer than a probe. */
  #isFine(knob: number, point: Point): boolean {
    const side = point[knob]! < 0.5 ? 1 : -1;
    const next = this.#space.moved(knob, point[knob]!, side * Number.MIN_VALUE);
    return Math.abs(next - point[knob]!) < fineShare * this.#probeDeviation;
  }

  /** The objective, then the warped margins. One that should have been measured and was not counts as missed by its whole bound. */
  #outputsOf({ objective, margins, censored }: Observation): Outputs {
    const warped = this.#problem.constraints.map((name, j) => {
      const margin = margins[name] ?? Number.NaN;
      if (!Number.isNaN(margin)) return this.#scales[j]!.warp(margin);
      return censored ? undefined : this.#scales[j]!.warp(-1);
    });
    return [objective !== undefined && Number.isFinite(objective) ? objective : undefined, ...warped];
  }

  /** x goes a step, and stays where nothing was learnt. */
  #step(round: Round): void {
    const [objective, ...margins] = round.base.outputs.map((_, output) => this.#gradient(round, output));
    const steepness = norm(objective!);
    const wanted = objective!.map((g) => (steepness > 0 ? (this.#stepLength * g) / steepness : 0));
    const step = projectOnto(wanted, this.#allowed(round.base, margins), this.#bounds());
    const length = norm(step);
    const limited = step.map((u) => (length > this.#stepLength ? (u * this.#stepLength) / length : u));
    this.#adaptLength(limited);
    const at = [...this.#at];
    for (const [i, knob] of this.#knobs.entries()) at[knob]! += limited[i]!;
    this.#at = at;
  }

  /** Sparse gradient of one output over the numeric knobs, by the displacements that were really measured. */
  #gradient(round: Round, output: number): Float64Array {
    const rounds = this.#earlier ? [this.#earlier, round] : [round];
    const differences = rounds.flatMap(({ base, probes }) =>
      probes.flatMap(({ point, outputs }) => {
        const [from, to] = [base.outputs[output], outputs[output]];
        if (from === undefined || to === undefined) return [];
        const displacement = this.#knobs.map((knob) => point[knob]! - base.point[knob]!);
        return [{ displacement, difference: to - from }];
      }),
    );
    // As in CONGO-E, displacements are brought to the size that the recovery expects: about 1 / sqrt(m) each.
    const scale = Math.sqrt(this.#probeCount) * this.#probeDeviation;
    const rows = differences.map(({ displacement }) => displacement.map((p) => p / scale));
    const values = differences.map(({ difference }) => difference / scale);
    return recoverSparse(rows, values, this.#knobs.length, this.#sparsity);
  }

  /** The steps after which each linearised constraint still holds by its guard distance. */
  #allowed({ outputs }: Measured, gradients: readonly Float64Array[]): HalfSpace[] {
    return gradients.flatMap((normalVector, j): HalfSpace[] => {
      const margin = outputs[j + 1];
      const steepness = norm(normalVector);
      if (margin === undefined || steepness === 0) return [];
      const noise = this.#scales[j]!.noiseDeviation ?? usualNoise;
      const guard = guardDeviations * Math.hypot(noise, this.#probeDeviation * steepness);
      return [{ normal: normalVector, least: guard - margin }];
    });
  }

  #bounds(): { low: Float64Array; high: Float64Array } {
    return {
      low: Float64Array.from(this.#knobs, (knob) => -this.#at[knob]!),
      high: Float64Array.from(this.#knobs, (knob) => 1 - this.#at[knob]!),
    };
  }

  #adaptLength(step: Float64Array): void {
    const along = this.#lastStep ? dot(step, this.#lastStep) : 0;
    const factor = along > 0 ? stepGrowth : along < 0 ? stepShrinkage : 1;
    this.#stepLength = Math.min(Math.max(this.#stepLength * factor, stepLimits.least), stepLimits.most);
    this.#lastStep = step;
  }
}

/** m = 2 s ln(d / s), at least s + 1 and at most d. */
function probeCount(d: number, s: number): number {
  return Math.min(Math.max(Math.ceil(2 * s * Math.log(d / s)), s + 1), Math.max(d, 1));
}

function probeDeviation({ constraints, constraintInfo, objectiveRelativeNoise }: Problem): number {
  const noises = constraints.map((name) => constraintInfo?.[name]?.relativeNoise ?? usualNoise);
  const noise = Math.max(objectiveRelativeNoise ?? usualNoise, ...noises);
  return Math.min(Math.max(probePerRootNoise * Math.sqrt(noise), probeLimits.least), probeLimits.most);
}

function norm(v: Float64Array): number {
  return Math.sqrt(dot(v, v));
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}
