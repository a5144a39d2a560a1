/**
 * What the noise of measurements leaves to be found: the best configurations that keep a distance from their bounds, found with
 * the truth. Whoever keeps that distance, however much he knows, cannot have less regret.
 */
import { seededRandom } from '../src/core/random.ts';
import { logNormalCdf } from '../src/core/tune/gaussian.ts';
import { trustedProbability } from '../src/core/tune/recommend.ts';
import { bestFound, type Shortfall } from './tuner-oracle.ts';
import type { BenchProblem } from './tuner-problems.ts';

const distances = [0, 0.25, 0.5, 1, 2];
const effort = { starts: 16, steps: 20_000 };

/** Prints a line per problem; regret in % of the best known. */
export function printLimits(problems: readonly BenchProblem[]): void {
  const headers = [
    'problem',
    ...distances.map((one) => `${one} deviations from each bound`),
    `meets all again with ${trustedProbability}`,
  ];
  console.log(
    'Regret, in % of the best known, of the best configuration whose every constrained metric truly keeps that distance from its ' +
      'bound, in standard deviations of one measurement, and of the best that a fresh measurement finds to meet everything with ' +
      `that probability. Found by ${effort.starts} climbs of ${effort.steps} steps on the truth, seed 1.`,
  );
  console.log(`| ${headers.join(' | ')} |\n|${'---|'.repeat(headers.length)}`);
  for (const problem of problems) {
    const kept = distances.map((one) => bestOf(problem, keeping(problem, one)));
    // What keeps a greater distance keeps the smaller one too, whatever the climbs found.
    const best = [...kept.map((_, i) => Math.max(...kept.slice(i))), bestOf(problem, meetingAgain(problem))];
    console.log(`| ${[problem.name, ...best.map((one) => percentMissed(problem, one))].join(' | ')} |`);
  }
}

function bestOf(problem: BenchProblem, shortfall: Shortfall): number {
  return bestFound(problem, seededRandom(1).next, shortfall, effort);
}

function percentMissed({ oracle }: BenchProblem, best: number): string {
  return ((100 * Math.max(0, oracle - best)) / Math.abs(oracle)).toFixed(1);
}

function keeping(problem: BenchProblem, deviations: number): Shortfall {
  const distancesOf = deviationsFromBounds(problem);
  return (metrics) =>
    distancesOf(metrics).reduce((sum, distance) => sum + Math.max(0, deviations - distance), 0);
}

function meetingAgain(problem: BenchProblem): Shortfall {
  const distancesOf = deviationsFromBounds(problem);
  return (metrics) =>
    Math.log(trustedProbability) -
    distancesOf(metrics).reduce((sum, distance) => sum + logNormalCdf(distance), 0);
}

/** How far the true metrics lie within their bounds, in deviations of a measurement whose noise is a share of the value. */
function deviationsFromBounds({ message }: BenchProblem): (metrics: Record<string, number>) => number[] {
  const { constraints, noise } = message;
  const exact = constraints.find(({ metric }) => !noise[metric]);
  if (exact) throw new Error(`${message.name} measures ${exact.metric} exactly: there is no limit by noise`);
  return (metrics) =>
    constraints.map(({ metric, op, value: bound }) => {
      const value = metrics[metric]!;
      return (op === '<=' ? bound - value : value - bound) / (noise[metric]! * Math.abs(value));
    });
}
