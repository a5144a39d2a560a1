import { matern52, matern52Slope, rational, rationalSlope, squaredDifference } from './kernel.ts';
import { type Cholesky, cholesky, inverse, logDeterminant, solve, solveLower } from './linalg.ts';
import { type Evaluated, minimize } from './minimize.ts';
import type { Point } from './space.ts';

/**
 * Gaussian process regression (Rasmussen & Williams 2006, algorithm 2.1) with the covariance of kernel.ts.
 *
 * Notation: n observations, D knobs; X inputs, y outputs standardised to mean 0 and deviation 1;
 * K = k(X, X) + (s2n + s2k) I; L its Cholesky factor; alpha = K^-1 y; l_d length scales; s2, s2a variances of the
 * joint and the additive part; s2n learnt and s2k known noise variance; theta = logs of l_1 … l_D, s2, s2a, s2n.
 */

/** Mean and variance of a normal belief. */
export type Belief = { mean: number; variance: number };

/** Everything that is learnt besides the data; variances in units of the standardised outputs. */
export type Hyperparameters = {
  lengthScales: Float64Array;
  signalVariance: number;
  additiveVariance: number;
  noiseVariance: number;
};

/** What a process is fitted to. */
export type GpData = {
  inputs: Point[];
  outputs: number[];
  /** For each knob, whether its values have no order. */
  categorical: boolean[];
  /** Deviations of the outputs below this are taken for noise: the unit they are standardised to. */
  smallestScale: number;
  /** Standard deviation of one output's measurement noise where it is known, in units of the outputs. */
  noiseDeviation?: number | undefined;
  /** How precise each output is: its noise, known and learnt, has the variance divided by this. Absent: 1 for all. */
  precisions?: number[];
};

type LogNormal = { center: number; deviation: number };

/**
 * Log-normal priors. Length scales grow with sqrt(D), as distances in the unit cube do, so that many knobs do
 * not make the model forget everything between observations (Hvarfner et al., ICML 2024, arXiv:2402.02229). The
 * variances are large for standardised outputs on purpose: ten trials rarely show the whole range of a robot, and
 * with small ones the model is sure of what it has not seen.
 */
const priors = {
  lengthScale: (dimensions: number): LogNormal => ({
    center: Math.log(0.7 * Math.sqrt(dimensions)),
    deviation: 0.8,
  }),
  signalVariance: { center: 1, deviation: 0.7 } as LogNormal,
  additiveVariance: { center: 1, deviation: 1 } as LogNormal,
  noiseVariance: { center: Math.log(0.01), deviation: 1 } as LogNormal,
  /** What comes on top of noise that is known: the model's own misfit. */
  misfitVariance: { center: Math.log(0.003), deviation: 1 } as LogNormal,
};

/** A fitted process. */
export class GaussianProcess {
  readonly hyperparameters: Hyperparameters;
  readonly #inputs: Float64Array;
  readonly #categorical: boolean[];
  readonly #weights: Float64Array;
  readonly #factor: Cholesky;
  readonly #alpha: Float64Array;
  readonly #offset: number;
  readonly #scale: number;
  readonly #knownNoise: number;
  /** Reused by every prediction: thousands are made per suggestion. */
  readonly #scratch: Float64Array;

  /** `hyperparameters` are learnt from the data when they are not given. Needs one observation. */
  constructor(data: GpData, hyperparameters: Hyperparameters = learn(data)) {
    const { offset, scale, standardised } = standardise(data);
    const n = data.inputs.length;
    this.hyperparameters = hyperparameters;
    this.#inputs = Float64Array.from(data.inputs.flat());
    this.#categorical = data.categorical;
    this.#weights = hyperparameters.lengthScales.map((l) => 1 / (l * l));
    this.#knownNoise = ((data.noiseDeviation ?? 0) / scale) ** 2;
    this.#scratch = new Float64Array(n);
    const covariance = new Float64Array(n * n);
    for (const [i, point] of data.inputs.entries()) {
      covariance.set(this.#covariancesTo(point), i * n);
      covariance[i * n + i]! += (hyperparameters.noiseVariance + this.#knownNoise) / precisionOf(data, i);
    }
    this.#factor = cholesky(covariance, n);
    this.#alpha = solve(this.#factor, standardised);
    this.#offset = offset;
    this.#scale = scale;
  }

  /** Variance of the noise of one observation of precision 1, in squared units of the outputs. */
  get noiseVariance(): number {
    return (this.hyperparameters.noiseVariance + this.#knownNoise) * this.#scale * this.#scale;
  }

  /** Belief about the noise-free output at a point, in units of the outputs. */
  predict(point: Point): Belief {
    const alpha = this.#alpha;
    const k = this.#covariancesTo(point);
    let mean = 0;
    for (let i = 0; i < k.length; i++) mean += k[i]! * alpha[i]!;
    const v = solveLower(this.#factor, k, k);
    const variance = this.#varianceLeft(v);
    return { mean: this.#offset + this.#scale * mean, variance: variance * this.#scale * this.#scale };
  }

  /**
   * How much a measurement at a point would teach about `target`: the share, 0 to 1, of the variance of the belief there
   * that it takes away, k_n(x, x*)^2 / (k_n(x*, x*) (k_n(x, x) + s2n)) with the covariance k_n of the beliefs (Rasmussen &
   * Williams, eq. 2.24).
   */
  teachingAbout(target: Point): (point: Point) => number {
    const { noiseVariance } = this.hyperparameters;
    const known = this.#whitened(target).slice();
    const left = this.#varianceLeft(known);
    return (point) => {
      const v = this.#whitened(point);
      let covariance = this.#covariance(point, target, 0);
      for (let i = 0; i < v.length; i++) covariance -= v[i]! * known[i]!;
      return covariance ** 2 / (left * (this.#varianceLeft(v) + noiseVariance + this.#knownNoise));
    };
  }

  /** L^-1 k(X, x), in the scratch memory. */
  #whitened(x: Point): Float64Array {
    const k = this.#covariancesTo(x);
    return solveLower(this.#factor, k, k);
  }

  /** Of the belief at the point of which `v` is the whitened covariance. */
  #varianceLeft(v: Float64Array): number {
    const { signalVariance, additiveVariance } = this.hyperparameters;
    let explained = 0;
    for (let i = 0; i < v.length; i++) explained += v[i]! * v[i]!;
    return Math.max(signalVariance + additiveVariance - explained, 1e-9);
  }

  /** k(x, X), in the scratch memory. */
  #covariancesTo(x: Point): Float64Array {
    const out = this.#scratch;
    for (let i = 0; i < out.length; i++) out[i] = this.#covariance(x, this.#inputs, i * x.length);
    return out;
  }

  /** k(x, x') with x' = others[from], …, others[from + D - 1]. */
  #covariance(x: Point, others: ArrayLike<number>, from: number): number {
    const { signalVariance, additiveVariance } = this.hyperparameters;
    const dimensions = this.#categorical.length;
    let r2 = 0;
    let additive = 0;
    for (let d = 0; d < dimensions; d++) {
      const t = squaredDifference(x[d]!, others[from + d]!, this.#categorical[d]!) * this.#weights[d]!;
      r2 += t;
      additive += rational(dimensions * t);
    }
    return signalVariance * matern52(r2) + (additiveVariance * additive) / dimensions;
  }
}

function standardise({ outputs, smallestScale }: GpData) {
  const n = Math.max(outputs.length, 1);
  const offset = outputs.reduce((sum, y) => sum + y, 0) / n;
  const variance = outputs.reduce((sum, y) => sum + (y - offset) ** 2, 0) / n;
  const scale = Math.max(Math.sqrt(variance), smallestScale);
  return { offset, scale, standardised: Float64Array.from(outputs, (y) => (y - offset) / scale) };
}

function precisionOf({ precisions }: GpData, i: number): number {
  return precisions?.[i] ?? 1;
}

function noisePrior({ noiseDeviation }: GpData): LogNormal {
  return noiseDeviation === undefined ? priors.noiseVariance : priors.misfitVariance;
}

/** Length scales at the start of the searches, times their prior's centre; the best end wins. */
const startFactors = [1, 0.3];
const effort = { maxIterations: 12, tolerance: 1e-2 };

/**
 * Hyperparameters of greatest marginal likelihood times priors, searched from `start`, or from two places where
 * none is given.
 */
export function learn(data: GpData, start?: Hyperparameters): Hyperparameters {
  const dimensions = data.categorical.length;
  const objective = negativeLogPosterior(data);
  if (start) return fromTheta(minimize(objective, toTheta(start), effort).at);
  const { center } = priors.lengthScale(dimensions);
  const ends = startFactors.map((factor) => {
    const theta = new Float64Array(dimensions + 3).fill(center + Math.log(factor), 0, dimensions);
    theta[dimensions] = priors.signalVariance.center;
    theta[dimensions + 1] = priors.additiveVariance.center;
    theta[dimensions + 2] = noisePrior(data).center;
    return minimize(objective, theta, effort);
  });
  return fromTheta(ends.reduce((a, b) => (b.value < a.value ? b : a)).at);
}

/**
 * -log p(y | X, theta) - log p(theta) and its gradient in theta (Rasmussen & Williams eq. 5.8 and 5.9):
 * d/dtheta = -1/2 tr((alpha alpha^T - K^-1) dK/dtheta), with a quadratic term per prior.
 */
export function negativeLogPosterior(data: GpData): (theta: Float64Array) => Evaluated {
  const { categorical } = data;
  const n = data.inputs.length;
  const dimensions = categorical.length;
  const { standardised, scale } = standardise(data);
  const knownNoise = ((data.noiseDeviation ?? 0) / scale) ** 2;
  const differences = pairwiseDifferences(data);
  const pairs = (n * (n - 1)) / 2;
  const joint = new Float64Array(pairs);
  const additive = new Float64Array(pairs);
  /** dk / d(log l_d) per pair and knob. */
  const slopes = new Float64Array(pairs * dimensions);
  const covariance = new Float64Array(n * n);
  const thetaPriors = [
    ...categorical.map(() => priors.lengthScale(dimensions)),
    priors.signalVariance,
    priors.additiveVariance,
    noisePrior(data),
  ];

  const fillPair = (pair: number, weights: Float64Array, theta: Hyperparameters): number => {
    const base = pair * dimensions;
    const share = theta.additiveVariance / dimensions;
    let r2 = 0;
    let sum = 0;
    for (let d = 0; d < dimensions; d++) {
      const t = differences[base + d]! * weights[d]!;
      const q = rational(dimensions * t);
      r2 += t;
      sum += q;
      slopes[base + d] = share * rationalSlope(q) * dimensions * t;
    }
    const m = matern52(r2);
    const jointSlope = theta.signalVariance * matern52Slope(r2, m);
    for (let d = 0; d < dimensions; d++)
      slopes[base + d]! += jointSlope * differences[base + d]! * weights[d]!;
    joint[pair] = m;
    additive[pair] = sum / dimensions;
    return theta.signalVariance * m + share * sum;
  };

  const fillCovariance = (weights: Float64Array, theta: Hyperparameters) => {
    const variance = theta.signalVariance + theta.additiveVariance;
    const noise = theta.noiseVariance + knownNoise;
    for (let i = 0, pair = 0; i < n; i++) {
      for (let j = 0; j < i; j++, pair++) {
        covariance[i * n + j] = fillPair(pair, weights, theta);
        covariance[j * n + i] = covariance[i * n + j]!;
      }
      covariance[i * n + i] = variance + noise / precisionOf(data, i);
    }
  };

  /** Gradient of the likelihood's part. */
  const likelihoodGradient = (factor: Cholesky, alpha: Float64Array, theta: Hyperparameters) => {
    const precision = inverse(factor);
    const gradient = new Float64Array(dimensions + 3);
    let [jointPart, additivePart, diagonal, noisePart] = [0, 0, 0, 0];
    for (let i = 0, pair = 0; i < n; i++) {
      for (let j = 0; j < i; j++, pair++) {
        const w = precision[i * n + j]! - alpha[i]! * alpha[j]!;
        for (let d = 0; d < dimensions; d++) gradient[d]! += w * slopes[pair * dimensions + d]!;
        jointPart += w * joint[pair]!;
        additivePart += w * additive[pair]!;
      }
      const w = 0.5 * (precision[i * n + i]! - alpha[i]! * alpha[i]!);
      diagonal += w;
      noisePart += w / precisionOf(data, i);
    }
    gradient[dimensions] = (jointPart + diagonal) * theta.signalVariance;
    gradient[dimensions + 1] = (additivePart + diagonal) * theta.additiveVariance;
    gradient[dimensions + 2] = noisePart * theta.noiseVariance;
    return gradient;
  };

  return (theta) => {
    const hyperparameters = fromTheta(theta);
    const weights = hyperparameters.lengthScales.map((l) => 1 / (l * l));
    fillCovariance(weights, hyperparameters);
    const factor = cholesky(covariance, n);
    const alpha = solve(factor, standardised);
    const gradient = likelihoodGradient(factor, alpha, hyperparameters);
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

function toTheta(theta: Hyperparameters): Float64Array {
  const { lengthScales, signalVariance, additiveVariance, noiseVariance } = theta;
  return Float64Array.of(...lengthScales, signalVariance, additiveVariance, noiseVariance).map(Math.log);
}

function fromTheta(theta: Float64Array): Hyperparameters {
  const values = theta.map(Math.exp);
  const dimensions = theta.length - 3;
  return {
    lengthScales: values.slice(0, dimensions),
    signalVariance: values[dimensions]!,
    additiveVariance: values[dimensions + 1]!,
    noiseVariance: values[dimensions + 2]!,
  };
}

/** Squared differences per pair i > j and knob, pairs in row order. */
function pairwiseDifferences({ inputs, categorical }: GpData): Float64Array {
  const n = inputs.length;
  const dimensions = categorical.length;
  const result = new Float64Array(((n * (n - 1)) / 2) * dimensions);
  for (let i = 0, at = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      for (let d = 0; d < dimensions; d++, at++)
        result[at] = squaredDifference(inputs[i]![d]!, inputs[j]![d]!, categorical[d]!);
    }
  }
  return result;
}
