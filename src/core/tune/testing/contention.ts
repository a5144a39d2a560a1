import type { Configuration } from '../../knobs/knob.ts';
import { normal, type Random, seededRandom } from '../../random.ts';
import type { Observation, Problem, SearchSpace } from '../designer.ts';

/**
 * A made-up robot for trying designers: a camera, a detector, a preview, a second network and a controller share
 * a small CPU. Each demand grows with its rate; past the budget everything is served late and less often, so the
 * core service (the detector's command) loses its rate and its latency. Numbers are chosen, not measured.
 */
export type ContentionProblem = {
  problem: Problem;
  /** What the robot runs with today: everything at full rate, which overloads it. */
  inForce: Configuration;
  /** The true outcome, without noise. */
  truth(configuration: Configuration): Observation;
  /** A measurement: every quantity times 1 + noise, 3 to 5 percent. */
  measure(configuration: Configuration, random: Random): Observation;
};

/** The same robot with its two objectives, `preview` and `second`, without weights; each 0 to 1. */
export function contentionTradeOff(seed: number): ContentionProblem {
  const single = contentionProblem(seed);
  const withParts = (observation: Observation, factor: () => number): Observation => {
    const parts = Object.entries(single.parts(observation.configuration));
    const objectives = Object.fromEntries(parts.map(([name, value]) => [name, value * factor()]));
    return { ...observation, objectives };
  };
  return {
    problem: { ...single.problem, objectives: ['preview', 'second'] },
    inForce: single.inForce,
    truth: (configuration) => withParts(single.truth(configuration), () => 1),
    measure: (configuration, random) =>
      withParts(single.measure(configuration, random), () => 1 + noise.objective * normal(random)),
  };
}

const space: SearchSpace = [
  { name: 'camera fps', domain: { type: 'ordinal', values: [5, 10, 15, 20, 25, 30] } },
  { name: 'detector rate', domain: { type: 'real', low: 1, high: 30 } },
  { name: 'detector input', domain: { type: 'ordinal', values: [160, 224, 320] } },
  { name: 'preview rate', domain: { type: 'real', low: 0.5, high: 30 } },
  { name: 'preview quality', domain: { type: 'integer', low: 1, high: 10 } },
  { name: 'preview cpu', domain: { type: 'real', low: 0.05, high: 0.9 } },
  { name: 'second rate', domain: { type: 'real', low: 0.5, high: 10 } },
  { name: 'second place', domain: { type: 'categorical', values: ['edge', 'cloud'] } },
];

const inForce: Configuration = {
  'camera fps': 30,
  'detector rate': 30,
  'detector input': 320,
  'preview rate': 30,
  'preview quality': 10,
  'preview cpu': 0.9,
  'second rate': 10,
  'second place': 'edge',
};

const constraints = ['command rate', 'command latency', 'detection range', 'cpu headroom'];
const required = { rateHz: 15, latencyMs: 120, rangeM: 8, load: 0.95 };
const noise = { rate: 0.03, latency: 0.05, load: 0.03, objective: 0.03 };
const slowestLatencyMs = 2000;

/** An instance whose costs and budget vary with the seed by some ten percent. */
export function contentionProblem(seed: number): ContentionProblem & {
  /** What the true objective is the sum of, weights left out. */
  parts(configuration: Configuration): Record<string, number>;
} {
  const random = seededRandom(seed);
  const vary = () => Math.exp(0.1 * normal(random));
  const cost = {
    camera: 0.004 * vary(),
    detector: 0.024 * vary(),
    preview: 0.03 * vary(),
    edge: 0.045 * vary(),
    cloud: 0.012 * vary(),
  };
  const budgetCores = 0.9 * vary();

  const quantities = (configuration: Configuration) => {
    const value = (name: string) => configuration[name] as number;
    const fps = value('camera fps');
    const detectorHz = Math.min(value('detector rate'), fps);
    const pixels = (value('detector input') / 320) ** 2;
    const detectorS = cost.detector * (0.15 + 0.85 * pixels);
    const previewHz = Math.min(value('preview rate'), fps);
    const previewS = cost.preview * (0.3 + 0.07 * value('preview quality'));
    const previewCores = Math.min(previewHz * previewS, value('preview cpu'));
    const secondS = configuration['second place'] === 'edge' ? cost.edge : cost.cloud;
    const demand = fps * cost.camera + detectorHz * detectorS + previewCores + value('second rate') * secondS;
    const load = demand / budgetCores;
    const served = Math.min(1, 1 / load);
    const queueing = 1 + 0.6 * (load < 0.99 ? load / (1 - load) : 99);
    const preview = (previewCores / previewS / 30) * served * (0.5 + 0.05 * value('preview quality'));
    const second = (value('second rate') / 10) * served;
    return {
      rateHz: detectorHz * served,
      latencyMs: Math.min(1000 / fps / 2 + 1000 * detectorS * queueing + 15, slowestLatencyMs),
      rangeM: 4 + 6 * Math.sqrt(pixels),
      load,
      preview,
      second,
    };
  };

  const observe = (configuration: Configuration, factor: (deviation: number) => number): Observation => {
    const { rateHz, latencyMs, rangeM, load, preview, second } = quantities(configuration);
    const objective = 0.6 * preview + 0.4 * second;
    return {
      configuration,
      objective: objective * factor(noise.objective),
      margins: {
        'command rate': (rateHz * factor(noise.rate)) / required.rateHz - 1,
        'command latency': 1 - (latencyMs * factor(noise.latency)) / required.latencyMs,
        'detection range': rangeM / required.rangeM - 1,
        'cpu headroom': 1 - (Math.min(load, 1.05) * factor(noise.load)) / required.load,
      },
    };
  };

  return {
    problem: { space, constraints },
    inForce,
    parts: (configuration) => {
      const { preview, second } = quantities(configuration);
      return { preview, second };
    },
    truth: (configuration) => observe(configuration, () => 1),
    measure: (configuration, chance) => observe(configuration, (deviation) => 1 + deviation * normal(chance)),
  };
}
