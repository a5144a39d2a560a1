/** A function's value and gradient at one place. */
export type Evaluated = { value: number; gradient: Float64Array };

/** The end of a search. */
export type Minimum = { at: Float64Array; value: number; iterations: number };

const sufficientDecrease = 1e-4;
const halvings = 20;

/**
 * Finds a local minimum by BFGS with a backtracking line search (Nocedal & Wright, Numerical Optimization, 2006,
 * algorithms 3.1 and 6.1). No coordinate moves more than `maxStep` in one iteration, which keeps exponentiated
 * coordinates sane. Stops at `maxIterations`, or when an iteration gains less than `tolerance`.
 */
export function minimize(
  evaluate: (at: Float64Array) => Evaluated,
  start: Float64Array,
  { maxIterations = 30, tolerance = 1e-3, maxStep = 1 } = {},
): Minimum {
  const n = start.length;
  const inverseHessian = identity(n);
  let at = start;
  let current = evaluate(at);
  let iterations = 0;
  while (iterations < maxIterations) {
    iterations++;
    const step = descentStep(inverseHessian, current.gradient, maxStep);
    const next = searchLine(evaluate, at, current, step);
    if (!next) break;
    const gain = current.value - next.evaluated.value;
    updateInverseHessian(inverseHessian, next.step, difference(next.evaluated.gradient, current.gradient));
    at = next.at;
    current = next.evaluated;
    if (gain < tolerance) break;
  }
  return { at, value: current.value, iterations };
}

/** -H g, or -g when rounding has spoilt H; shortened to `maxStep` in its largest coordinate. */
function descentStep(h: Float64Array, gradient: Float64Array, maxStep: number): Float64Array {
  const n = gradient.length;
  let step = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) step[i]! -= h[i * n + j]! * gradient[j]!;
  }
  if (!(dot(step, gradient) < 0)) step = gradient.map((g) => -g);
  const largest = step.reduce((most, s) => Math.max(most, Math.abs(s)), 0);
  return largest > maxStep ? step.map((s) => (s * maxStep) / largest) : step;
}

function searchLine(
  evaluate: (at: Float64Array) => Evaluated,
  at: Float64Array,
  current: Evaluated,
  direction: Float64Array,
): { at: Float64Array; evaluated: Evaluated; step: Float64Array } | undefined {
  const slope = dot(direction, current.gradient);
  for (let halving = 0, length = 1; halving < halvings; halving++, length /= 2) {
    const step = direction.map((s) => s * length);
    const there = at.map((x, i) => x + step[i]!);
    const evaluated = evaluate(there);
    if (evaluated.value <= current.value + sufficientDecrease * length * slope)
      return { at: there, evaluated, step };
  }
  return undefined;
}

/** Nocedal & Wright eq. 6.17, skipped where the curvature along the step is not positive. */
function updateInverseHessian(h: Float64Array, s: Float64Array, y: Float64Array): void {
  const n = s.length;
  const curvature = dot(s, y);
  if (!(curvature > 1e-10)) return;
  const hy = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) hy[i]! += h[i * n + j]! * y[j]!;
  }
  const scale = (1 + dot(y, hy) / curvature) / curvature;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++)
      h[i * n + j]! += scale * s[i]! * s[j]! - (hy[i]! * s[j]! + s[i]! * hy[j]!) / curvature;
  }
}

function identity(n: number): Float64Array {
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) matrix[i * n + i] = 1;
  return matrix;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value - b[i]!);
}
