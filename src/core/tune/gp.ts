import {
  matern52,
  matern52Slope,
  type PointMatrix,
  pointMatrix,
  squaredDifferences,
  squaredDistances,
} from './kernel.ts';
import { type Cholesky, cholesky, inverse, logDeterminant, solve, solveLower } from './linalg.ts';
import { type Evaluated, type Minimum, minimize } from './minimize.ts';
import type { Point } from './space.ts';

/**
 * Gaussian process regression with a Matérn 5/2 covariance (Rasmussen & Williams 2006, algorithm 2.1).
 *
 * Notation: n observations, D knobs; X inputs, y outputs standardised to mean 0 and deviation 1;
 * K = k(X, X) + s2n I; L its Cholesky factor; alpha = K^-1 y; l_d length scales; s2 signal variance;
 * s2n noise variance; theta = (log l_1 … log l_D, log s2, log s2n).
 */

/** Mean and variance of a normal belief. */
export type Belief = { mean: number; variance: number };

/** Everything that is learnt besides the data; variances in units of the standardised outputs. */
export type Hyperparameters = { lengthScales: Float64Array; signalVariance: number; noiseVariance: number };

/** What a process is fitted to. */
export type GpData = {
  inputs: Point[];
  outputs: number[];
  /** For each knob, whether its values have no order. */
  categorical: boolean[];
  /** Deviations of the outputs below this are taken for noise: the unit they are standardised to. */
  smallestScale: number;
};

type LogNormal = { center: number; deviation: number };

/**
 * Log-normal priors. Length scales grow with sqrt(D), as distances in the unit cube do, so that many knobs do
 * not make the model forget everything between observations (Hvarfner et al., ICML 2024, arXiv:2402.02229).
 */
const priors = {
  lengthScale: (dimensions: number): LogNormal => ({
    center: Math.log(0.5 * Math.sqrt(dimensions)),
    deviation: 0.8,
  }),
  signalVariance: { center: 0, deviation: 0.7 } as LogNormal,
  noiseVariance: { center: Math.log(0.01), deviation: 1 } as LogNormal,
};

/** A fitted process. */
export class GaussianProcess {
  readonly hyperparameters: Hyperparameters;
  readonly #inputs: PointMatrix;
  readonly #weights: Float64Array;
  readonly #factor: Cholesky;
  readonly #alpha: Float64Array;
  readonly #offset: number;
  readonly #scale: number;
  /** Reused by every prediction: thousands are made per suggestion. */
  readonly #scratch: Float64Array;

  private constructor(data: GpData, hyperparameters: Hyperparameters) {
    const { offset, scale, standardised } = standardise(data);
    const weights = hyperparameters.lengthScales.map((l) => 1 / (l * l));
    const n = data.inputs.length;
    const inputs = pointMatrix(data.inputs, data.categorical);
    const covariance = new Float64Array(n * n);
    for (const [i, point] of data.inputs.entries()) {
      const r2 = squaredDistances(inputs, point, weights);
      for (let j = 0; j < n; j++) covariance[i * n + j] = hyperparameters.signalVariance * matern52(r2[j]!);
      covariance[i * n + i]! += hyperparameters.noiseVariance;
    }
    this.hyperparameters = hyperparameters;
    this.#inputs = inputs;
    this.#weights = weights;
    this.#factor = cholesky(covariance, n);
    this.#alpha = solve(this.#factor, standardised);
    this.#offset = offset;
    this.#scale = scale;
    this.#scratch = new Float64Array(n);
  }

  /** Fits hyperparameters by maximum marginal likelihood with priors. Needs one observation. */
  static fit(data: GpData): GaussianProcess {
    return new GaussianProcess(data, fitHyperparameters(data));
  }

  /** Variance of the noise of one observation, in squared units of the outputs. */
  get noiseVariance(): number {
    return this.hyperparameters.noiseVariance * this.#scale * this.#scale;
  }

  /** Belief about the noise-free output at a point, in units of the outputs. */
  predict(point: Point): Belief {
    const { signalVariance } = this.hyperparameters;
    const alpha = this.#alpha;
    const k = squaredDistances(this.#inputs, point, this.#weights, this.#scratch);
    let mean = 0;
    for (let i = 0; i < k.length; i++) {
      k[i] = signalVariance * matern52(k[i]!);
      mean += k[i]! * alpha[i]!;
    }
    const v = solveLower(this.#factor, k, k);
    let explained = 0;
    for (let i = 0; i < v.length; i++) explained += v[i]! * v[i]!;
    const variance = Math.max(signalVariance - explained, 1e-9);
    return { mean: this.#offset + this.#scale * mean, variance: variance * this.#scale * this.#scale };
  }
}

function standardise({ outputs, smallestScale }: GpData) {
  const n = outputs.length;
  const offset = outputs.reduce((sum, y) => sum + y, 0) / n;
  const variance = outputs.reduce((sum, y) => sum + (y - offset) ** 2, 0) / n;
  const scale = Math.max(Math.sqrt(variance), smallestScale);
  return { offset, scale, standardised: Float64Array.from(outputs, (y) => (y - offset) / scale) };
}

/** Length scales at the start of the searches, times their prior's centre; the best end wins. */
const startFactors = [1, 0.3];
/** With more observations than this the likelihood has one clear mode and the first start is enough. */
const ambiguousUpTo = 20;
/** Hyperparameters are learnt from the last so many observations: an evaluation costs their cube. */
const learntFrom = 40;

function fitHyperparameters(data: GpData): Hyperparameters {
  const dimensions = data.categorical.length;
  const inputs = data.inputs.slice(-learntFrom);
  const outputs = data.outputs.slice(-learntFrom);
  const objective = negativeLogPosterior({ ...data, inputs, outputs });
  const { center } = priors.lengthScale(dimensions);
  const factors = inputs.length > ambiguousUpTo ? startFactors.slice(0, 1) : startFactors;
  const ends = factors.map((factor): Minimum => {
    const start = new Float64Array(dimensions + 2).fill(center + Math.log(factor), 0, dimensions);
    start[dimensions] = priors.signalVariance.center;
    start[dimensions + 1] = priors.noiseVariance.center;
    return minimize(objective, start, { maxIterations: 12, tolerance: 1e-2 });
  });
  const best = ends.reduce((a, b) => (b.value < a.value ? b : a));
  return fromTheta(best.at);
}

/**
 * -log p(y | X, theta) - log p(theta) and its gradient in theta (Rasmussen & Williams eq. 5.8 and 5.9):
 * d/dtheta = -1/2 tr((alpha alpha^T - K^-1) dK/dtheta), with a quadratic term per prior.
 */
export function negativeLogPosterior(data: GpData): (theta: Float64Array) => Evaluated {
  const { inputs, categorical } = data;
  const n = inputs.length;
  const dimensions = categorical.length;
  const { standardised } = standardise(data);
  const differences = pairwiseDifferences(inputs, categorical);
  const correlations = new Float64Array((n * (n - 1)) / 2);
  const slopes = new Float64Array(correlations.length);
  const covariance = new Float64Array(n * n);
  const thetaPriors = [
    ...categorical.map(() => priors.lengthScale(dimensions)),
    priors.signalVariance,
    priors.noiseVariance,
  ];

  const fillCovariance = (weights: Float64Array, signalVariance: number, noiseVariance: number) => {
    for (let i = 0, pair = 0; i < n; i++) {
      for (let j = 0; j < i; j++, pair++) {
        let r2 = 0;
        for (let d = 0; d < dimensions; d++) r2 += differences[pair * dimensions + d]! * weights[d]!;
        correlations[pair] = matern52(r2);
        slopes[pair] = matern52Slope(r2, correlations[pair]!);
        covariance[i * n + j] = signalVariance * correlations[pair]!;
        covariance[j * n + i] = covariance[i * n + j]!;
      }
      covariance[i * n + i] = signalVariance + noiseVariance;
    }
  };

  /** Gradient of the likelihood's part; in the logarithms of l_d, s2 and s2n. */
  const likelihoodGradient = (
    factor: Cholesky,
    alpha: Float64Array,
    theta: Hyperparameters,
    weights: Float64Array,
  ) => {
    const precision = inverse(factor);
    const gradient = new Float64Array(dimensions + 2);
    let signal = 0;
    let noise = 0;
    for (let i = 0, pair = 0; i < n; i++) {
      for (let j = 0; j < i; j++, pair++) {
        const w = precision[i * n + j]! - alpha[i]! * alpha[j]!;
        const common = w * theta.signalVariance * slopes[pair]!;
        for (let d = 0; d < dimensions; d++) gradient[d]! += common * differences[pair * dimensions + d]!;
        signal += w * correlations[pair]!;
      }
      const w = precision[i * n + i]! - alpha[i]! * alpha[i]!;
      signal += 0.5 * w;
      noise += 0.5 * w;
    }
    for (let d = 0; d < dimensions; d++) gradient[d]! *= weights[d]!;
    gradient[dimensions] = signal * theta.signalVariance;
    gradient[dimensions + 1] = noise * theta.noiseVariance;
    return gradient;
  };

  return (theta) => {
    const hyperparameters = fromTheta(theta);
    const weights = hyperparameters.lengthScales.map((l) => 1 / (l * l));
    fillCovariance(weights, hyperparameters.signalVariance, hyperparameters.noiseVariance);
    const factor = cholesky(covariance, n);
    const alpha = solve(factor, standardised);
    const gradient = likelihoodGradient(factor, alpha, hyperparameters, weights);
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
  const dimensions = theta.length - 2;
  return {
    lengthScales: values.slice(0, dimensions),
    signalVariance: values[dimensions]!,
    noiseVariance: values[dimensions + 1]!,
  };
}

/** Squared differences per pair i > j and knob, pairs in row order. */
function pairwiseDifferences(inputs: Point[], categorical: boolean[]): Float64Array {
  const matrix = pointMatrix(inputs, categorical);
  const n = inputs.length;
  const dimensions = categorical.length;
  const result = new Float64Array(((n * (n - 1)) / 2) * dimensions);
  for (let i = 0, at = 0; i < n; i++) {
    for (let j = 0; j < i; j++, at += dimensions) squaredDifferences(matrix, i, j, result, at);
  }
  return result;
}
