/**
 * Functions of the standard normal distribution that stay exact far out in its tail, where a product of
 * probabilities or an expected improvement underflows.
 *
 * Notation: phi density, Phi distribution function, h(z) = phi(z) + z Phi(z) (the expected improvement of a
 * standard normal over -z), erfcx(x) = exp(x^2) erfc(x).
 */

const logSqrt2Pi = 0.5 * Math.log(2 * Math.PI);
const logSqrtHalfPi = 0.5 * Math.log(Math.PI / 2);
const farTail = -1e5;

/** Scaled complementary error function, relative error below 1e-12 for x >= -5 (Abramowitz & Stegun 7.1.6, 7.1.14). */
export function erfcx(x: number): number {
  if (x < 2) return Math.exp(x * x) - (2 / Math.sqrt(Math.PI)) * scaledErfSeries(x);
  let tail = x;
  for (let k = 60; k >= 1; k--) tail = x + k / 2 / tail;
  return 1 / (Math.sqrt(Math.PI) * tail);
}

/** sum_n 2^n x^(2n+1) / (2n+1)!!: exp(x^2) erf(x) without its factor 2/sqrt(pi); terms have one sign. */
function scaledErfSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return sum;
}

/** Phi(z). */
export function normalCdf(z: number): number {
  const tail = 0.5 * erfcx(Math.abs(z) / Math.SQRT2) * Math.exp(-0.5 * z * z);
  return z > 0 ? 1 - tail : tail;
}

/** log Phi(z), finite for every finite z. */
export function logNormalCdf(z: number): number {
  if (z > -1) return Math.log1p(-normalCdf(-z));
  return Math.log(0.5 * erfcx(-z / Math.SQRT2)) - 0.5 * z * z;
}

/** log h(z), finite for every finite z (Ament et al., NeurIPS 2023, arXiv:2310.20708, eq. 9 and appendix A.1). */
export function logExpectedExcess(z: number): number {
  if (z > -1) return Math.log(Math.exp(-0.5 * z * z - logSqrt2Pi) + z * normalCdf(z));
  const densityLog = -0.5 * z * z - logSqrt2Pi;
  if (z < farTail) return densityLog - 2 * Math.log(-z);
  return densityLog + log1mexp(Math.log(erfcx(-z / Math.SQRT2) * -z) + logSqrtHalfPi);
}

/** log(1 - exp(x)) for x < 0. */
function log1mexp(x: number): number {
  return x > -Math.LN2 ? Math.log(-Math.expm1(x)) : Math.log1p(-Math.exp(x));
}
