import { describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../random.ts';
import { GaussianProcess, type GpData, negativeLogPosterior } from './gp.ts';
import type { Point } from './space.ts';

function sampled(count: number, f: (x: Point) => number, noise: number, seed: number): GpData {
  const random = seededRandom(seed);
  const inputs = Array.from({ length: count }, () => [
    random.next(),
    random.next(),
    Math.round(random.next()),
  ]);
  const outputs = inputs.map((x) => f(x) + noise * normal(random));
  return { inputs, outputs, categorical: [false, false, true], smallestScale: 1e-6 };
}

describe('a Gaussian process', () => {
  it.each([undefined, [1, 0.2, 1, 0.4, 1, 0.1, 1, 1, 0.9]])(
    'has the gradient of its posterior right, precisions %j',
    (precisions) => {
      const data = sampled(9, ([x = 0, y = 0]) => Math.sin(5 * x) + y, 0.1, 1);
      const evaluate = negativeLogPosterior({ ...data, ...(precisions && { precisions }) });
      const at = Float64Array.of(-0.7, 0.2, -0.3, 0.4, 0.1, -3);
      const { gradient } = evaluate(at);
      for (let t = 0; t < at.length; t++) {
        const h = 1e-5;
        const up = evaluate(at.with(t, at[t]! + h)).value;
        const down = evaluate(at.with(t, at[t]! - h)).value;
        expect(gradient[t]).toBeCloseTo((up - down) / (2 * h), 4);
      }
    },
  );

  it('predicts a smooth function between its observations, with honest error bars', () => {
    const f = ([x = 0, y = 0, c = 0]: Point) => 10 + 3 * Math.sin(4 * x) - 2 * y + c;
    const process = new GaussianProcess(sampled(40, f, 0.02, 2));
    const { inputs } = sampled(200, f, 0, 3);
    const errors = inputs.map((x) => {
      const { mean, variance } = process.predict(x);
      return { error: Math.abs(mean - f(x)), deviation: Math.sqrt(variance) };
    });
    const rootMeanSquare = Math.sqrt(
      errors.reduce((sum, { error }) => sum + error * error, 0) / errors.length,
    );
    const covered = errors.filter(({ error, deviation }) => error < 2.5 * deviation + 0.02).length;
    expect(rootMeanSquare).toBeLessThan(0.15);
    expect(covered).toBeGreaterThan(180);
  });

  it('learns the noise', () => {
    const noisy = new GaussianProcess(sampled(50, ([x = 0]) => 4 * x, 0.5, 4));
    const exact = new GaussianProcess(sampled(50, ([x = 0]) => 4 * x, 0.01, 4));
    expect(Math.sqrt(noisy.noiseVariance)).toBeGreaterThan(0.3);
    expect(Math.sqrt(noisy.noiseVariance)).toBeLessThan(0.8);
    expect(Math.sqrt(exact.noiseVariance)).toBeLessThan(0.15);
  });

  it('finds out which knob matters', () => {
    const { lengthScales } = new GaussianProcess(sampled(40, ([x = 0]) => Math.sin(6 * x), 0.01, 5))
      .hyperparameters;
    expect(lengthScales[0]).toBeLessThan(lengthScales[1]! / 2);
    expect(lengthScales[0]).toBeLessThan(lengthScales[2]! / 2);
  });

  it('believes a measurement the less, the less precise it is', () => {
    const at = [0.5, 0.5, 0];
    const data = {
      inputs: [at, at, [0, 0, 0], [1, 1, 1]],
      outputs: [1, 2, 0, 3],
      categorical: [false, false, true],
      smallestScale: 1e-6,
      noiseDeviation: 0.5,
    };
    const between = new GaussianProcess(data);
    const { hyperparameters } = between;
    const first = new GaussianProcess({ ...data, precisions: [1, 0.1, 1, 1] }, hyperparameters);
    const second = new GaussianProcess({ ...data, precisions: [0.1, 1, 1, 1] }, hyperparameters);
    const means = [first, between, second].map((process) => process.predict(at).mean);
    expect(means).toEqual([...means].sort((a, b) => a - b));
    expect(means[2]! - means[0]!).toBeGreaterThan(0.3);
  });

  it('foretells how much less it would doubt one place after measuring another', () => {
    // So large a unit that one more output changes nothing but the variance.
    const data = { ...sampled(9, ([x = 0, y = 0]) => x + y, 0, 4), smallestScale: 10, noiseDeviation: 1 };
    const process = new GaussianProcess(data);
    const target = [0.9, 0.2, 1];
    const share = process.teachingAbout(target);
    for (const place of [target, [0.8, 0.4, 1], [0.1, 0.1, 0]]) {
      const wiser = new GaussianProcess(
        { ...data, inputs: [...data.inputs, place], outputs: [...data.outputs, 0] },
        process.hyperparameters,
      );
      const left = wiser.predict(target).variance / process.predict(target).variance;
      expect(share(place)).toBeCloseTo(1 - left, 9);
      expect(share(place)).toBeGreaterThan(0);
    }
  });

  it('averages repeated measurements of one place', () => {
    const at = [0.5, 0.5, 0];
    const inputs = [at, at, at, at, [0, 0, 0], [1, 1, 1]];
    const outputs = [1.2, 0.8, 1.1, 0.9, 0, 2];
    const process = new GaussianProcess({
      inputs,
      outputs,
      categorical: [false, false, true],
      smallestScale: 1e-6,
    });
    const { mean, variance } = process.predict(at);
    expect(mean).toBeCloseTo(1, 1);
    expect(variance).toBeLessThan(process.noiseVariance);
  });
});
