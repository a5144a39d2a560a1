import { matern52, matern52Slope } from './kernel.ts';
import { type Cholesky, cholesky, inverse, logDeterminant, solve, solveLower } from './linalg.ts';
import { type Evaluated, type Minimum, minimize } from './minimize.ts';
import type { Point } from './space.ts';

export const config = { additive: 'rq' as 'none' | 'linear' | 'matern' | 'rq', addCenter: 1, addDev: 1, noiseDev: 1, noiseCenter: Math.log(0.003), lsScale: 0.5, lsDev: 0.8, sigDev:0.7, sigCenter: 1, iters: 12 , starts: 2, rq: 0.4, loo: 0, infl: 0, ens: 0 };

export type Belief = { mean: number; variance: number };
export type Hyperparameters = { lengthScales: Float64Array; signalVariance: number; additiveVariance: number; noiseVariance: number };
export type GpData = {
  inputs: Point[];
  outputs: number[];
  categorical: boolean[];
  smallestScale: number;
  /** known noise variance of one observation, in output units squared */
  knownNoise?: number | undefined;
};
type LogNormal = { center: number; deviation: number };

const priors = {
  lengthScale: (dimensions: number): LogNormal => ({ center: Math.log(config.lsScale * Math.sqrt(dimensions)), deviation: config.lsDev }),
};

/** k without noise between x and y. */
export class GaussianProcess {
  readonly hyperparameters: Hyperparameters;
  readonly #inputs: Float64Array;
  readonly #n: number;
  readonly #categorical: boolean[];
  readonly #weights: Float64Array;
  readonly #factor: Cholesky;
  readonly #alpha: Float64Array;
  readonly #offset: number;
  readonly #scale: number;
  readonly #scratch: Float64Array;
  readonly #known: number;
  readonly #inflation: number;

  private constructor(data: GpData, hyperparameters: Hyperparameters) {
    const { offset, scale, standardised } = standardise(data);
    const n = data.inputs.length;
    this.hyperparameters = hyperparameters;
    this.#weights = hyperparameters.lengthScales.map((l) => 1 / (l * l));
    this.#categorical = data.categorical;
    this.#inputs = Float64Array.from(data.inputs.flat());
    this.#n = n;
    this.#known = (data.knownNoise ?? 0) / (scale * scale);
    this.#scratch = new Float64Array(n);
    const covariance = new Float64Array(n * n);
    for (const [i, point] of data.inputs.entries()) {
      this.#covariances(point, this.#scratch);
      covariance.set(this.#scratch, i * n);
      covariance[i * n + i]! += hyperparameters.noiseVariance + this.#known;
    }
    this.#factor = cholesky(covariance, n);
    this.#alpha = solve(this.#factor, standardised);
    this.#offset = offset;
    this.#scale = scale;
    this.#inflation = 1;
    if (config.loo > 0) {
      const precision = inverse(this.#factor);
      let z2 = 0;
      for (let i = 0; i < n; i++) z2 += this.#alpha[i]! ** 2 / precision[i * n + i]!;
      this.#inflation = Math.max(1, (config.loo * z2 + config.infl) / n);
    }
    else if (config.infl > 0) this.#inflation = 1 + config.infl / n;
  }

  static fit(data: GpData, hyperparameters = learn(data)): GaussianProcess {
    return new GaussianProcess(data, hyperparameters);
  }

  get noiseVariance(): number {
    return (this.hyperparameters.noiseVariance + this.#known) * this.#scale * this.#scale;
  }

  #covariances(x: Point, out: Float64Array): void {
    const D = this.#categorical.length;
    const { signalVariance, additiveVariance } = this.hyperparameters;
    const w = this.#weights;
    const rq = config.rq * D;
    for (let i = 0, at = 0; i < this.#n; i++) {
      let r2 = 0;
      let add = 0;
      for (let d = 0; d < D; d++, at++) {
        const xi = this.#inputs[at]!;
        let d2: number;
        if (this.#categorical[d]) {
          d2 = x[d] === xi ? 0 : 1;
        } else d2 = (x[d]! - xi) * (x[d]! - xi);
        r2 += d2 * w[d]!;
        if (config.additive === 'linear') add += (this.#categorical[d] ? (1 - d2) * 0.5 : (x[d]! - 0.5) * (xi - 0.5)) * w[d]!;
        else if (config.additive === 'matern') add += matern52(d2 * w[d]! * D);
        else if (config.additive === 'rq') add += 1 / (1 + d2 * w[d]! * rq);
      }
      if (config.additive === 'matern' || config.additive === 'rq') add /= D;
      out[i] = signalVariance * matern52(r2) + additiveVariance * add;
    }
  }

  #prior(x: Point): number {
    const { signalVariance, additiveVariance } = this.hyperparameters;
    if (config.additive === 'none') return signalVariance;
    if (config.additive !== 'linear') return signalVariance + additiveVariance;
    let add = 0;
    for (let d = 0; d < x.length; d++) add += (this.#categorical[d] ? 0.5 : (x[d]! - 0.5) ** 2) * this.#weights[d]!;
    return signalVariance + additiveVariance * add;
  }

  predict(point: Point): Belief {
    const alpha = this.#alpha;
    const k = this.#scratch;
    this.#covariances(point, k);
    let mean = 0;
    for (let i = 0; i < k.length; i++) mean += k[i]! * alpha[i]!;
    const v = solveLower(this.#factor, k, k);
    let explained = 0;
    for (let i = 0; i < v.length; i++) explained += v[i]! * v[i]!;
    const variance = Math.max(this.#prior(point) - explained, 1e-9);
    return { mean: this.#offset + this.#scale * mean, variance: variance * this.#inflation * this.#scale * this.#scale };
  }
}

function standardise({ outputs, smallestScale }: GpData) {
  const n = outputs.length;
  if (n === 0) return { offset: 0, scale: smallestScale, standardised: new Float64Array(0) };
  const offset = outputs.reduce((sum, y) => sum + y, 0) / n;
  const variance = outputs.reduce((sum, y) => sum + (y - offset) ** 2, 0) / n;
  const scale = Math.max(Math.sqrt(variance), smallestScale);
  return { offset, scale, standardised: Float64Array.from(outputs, (y) => (y - offset) / scale) };
}

/** Learns hyperparameters; `start` is where the search begins. */
export function learn(data: GpData, start?: Hyperparameters): Hyperparameters {
  const dimensions = data.categorical.length;
  const objective = negativeLogPosterior(data);
  const { center } = priors.lengthScale(dimensions);
  if (start) return fromTheta(minimize(objective, toTheta(start), { maxIterations: config.iters, tolerance: 1e-2 }).at);
  const ends = [1, 0.3].map((factor): Minimum => {
    const theta = new Float64Array(dimensions + 3).fill(center + Math.log(factor), 0, dimensions);
    theta[dimensions] = config.sigCenter;
    theta[dimensions + 1] = config.addCenter;
    theta[dimensions + 2] = config.noiseCenter;
    return minimize(objective, theta, { maxIterations: config.iters, tolerance: 1e-2 });
  });
  const best = ends.reduce((a, b) => (b.value < a.value ? b : a));
  return fromTheta(best.at);
}

function toTheta(h: Hyperparameters): Float64Array {
  return Float64Array.of(...h.lengthScales, h.signalVariance, h.additiveVariance, h.noiseVariance).map(Math.log);
}

export function negativeLogPosterior(data: GpData): (theta: Float64Array) => Evaluated {
  const { inputs, categorical } = data;
  const n = inputs.length;
  const D = categorical.length;
  const { standardised, scale } = standardise(data);
  const known = (data.knownNoise ?? 0) / (scale * scale);
  const P = (n * (n + 1)) / 2;
  const differences = new Float64Array(P * D);
  const prod = new Float64Array(P * D);
  for (let i = 0, at = 0; i < n; i++)
    for (let j = 0; j <= i; j++)
      for (let d = 0; d < D; d++, at++) {
        const a = inputs[i]![d]!;
        const b = inputs[j]![d]!;
        differences[at] = categorical[d] ? Number(a !== b) : (a - b) * (a - b);
        prod[at] = categorical[d] ? 0.5 * Number(a === b) : (a - 0.5) * (b - 0.5);
      }
  const slopes = new Float64Array(P);
  const corr = new Float64Array(P);
  const adds = new Float64Array(P);
  const addSlope = new Float64Array(config.additive !== 'none' ? P * D : 0);
  const covariance = new Float64Array(n * n);
  const thetaPriors: LogNormal[] = [
    ...categorical.map(() => priors.lengthScale(D)),
    { center: config.sigCenter, deviation: config.sigDev },
    { center: config.addCenter, deviation: config.addDev },
    { center: config.noiseCenter, deviation: config.noiseDev },
  ];
  return (theta) => {
    const h = fromTheta(theta);
    const w = h.lengthScales.map((l) => 1 / (l * l));
    for (let i = 0, pair = 0; i < n; i++) {
      for (let j = 0; j <= i; j++, pair++) {
        let r2 = 0;
        let add = 0;
        const base = pair * D;
        for (let d = 0; d < D; d++) {
          const s = differences[base + d]! * w[d]!;
          r2 += s;
          if (config.additive === 'linear') add += prod[base + d]! * w[d]!;
          else if (config.additive === 'matern') {
            const m = matern52(s * D);
            add += m;
            addSlope[base + d] = s === 0 ? 0 : matern52Slope(s * D, m) * s;
          } else if (config.additive === 'rq') {
            const m = 1 / (1 + s * D * config.rq);
            add += m;
            addSlope[base + d] = 2 * m * m * s * config.rq;
          }
        }
        if (config.additive === 'matern' || config.additive === 'rq') add /= D;
        const c = matern52(r2);
        corr[pair] = c;
        slopes[pair] = matern52Slope(r2, c);
        adds[pair] = add;
        const k = h.signalVariance * c + h.additiveVariance * add;
        covariance[i * n + j] = k;
        covariance[j * n + i] = k;
      }
      covariance[i * n + i]! += h.noiseVariance + known;
    }
    const factor = cholesky(covariance, n);
    const alpha = solve(factor, standardised);
    const precision = inverse(factor);
    const gradient = new Float64Array(D + 3);
    let signal = 0;
    let addG = 0;
    let noise = 0;
    for (let i = 0, pair = 0; i < n; i++) {
      for (let j = 0; j <= i; j++, pair++) {
        const ww = (precision[i * n + j]! - alpha[i]! * alpha[j]!) * (i === j ? 0.5 : 1);
        const base = pair * D;
        const common = ww * h.signalVariance * slopes[pair]!;
        for (let d = 0; d < D; d++) gradient[d]! += common * differences[base + d]! * w[d]!;
        if (config.additive === 'linear') {
          const c2 = -2 * ww * h.additiveVariance;
          for (let d = 0; d < D; d++) gradient[d]! += c2 * prod[base + d]! * w[d]!;
        } else if (config.additive !== 'none') {
          const c2 = ww * h.additiveVariance;
          for (let d = 0; d < D; d++) gradient[d]! += c2 * addSlope[base + d]!;
        }
        signal += ww * corr[pair]!;
        addG += ww * adds[pair]!;
        if (i === j) noise += ww;
      }
    }
    gradient[D] = signal * h.signalVariance;
    gradient[D + 1] = addG * h.additiveVariance;
    gradient[D + 2] = noise * h.noiseVariance;
    let value = 0.5 * (logDeterminant(factor) + n * Math.log(2 * Math.PI));
    for (let i = 0; i < n; i++) value += 0.5 * standardised[i]! * alpha[i]!;
    for (const [t, { center, deviation }] of thetaPriors.entries()) {
      const z = (theta[t]! - center) / deviation;
      value += 0.5 * z * z;
      gradient[t]! += z / deviation;
    }
    return { value, gradient };
  };
}

function fromTheta(theta: Float64Array): Hyperparameters {
  const values = theta.map(Math.exp);
  const D = theta.length - 3;
  return { lengthScales: values.slice(0, D), signalVariance: values[D]!, additiveVariance: config.additive === 'none' ? 0 : values[D + 1]!, noiseVariance: values[D + 2]! };
}
