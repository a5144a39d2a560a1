/** One search of a designer on one problem, and its figures, as tunebench defines them. */
import { performance } from 'node:perf_hooks';
import type { Configuration } from '../src/core/knobs/knob.ts';
import { seededRandom } from '../src/core/random.ts';
import { observationOf, problemOf, toProtocol } from '../src/core/tune/ask-tell/exchange.ts';
import { readOpening } from '../src/core/tune/ask-tell/messages.ts';
import type { Designer, Observation, Problem } from '../src/core/tune/designer.ts';
import type { DesignerOptions } from '../src/core/tune/designers.ts';
import { chooseTried, trustedProbability } from '../src/core/tune/recommend.ts';
import { type BenchProblem, isTrulyFeasible, type Metrics, type Settings } from './tuner-problems.ts';

/** What one run came to; trials count from 1, infinite where it never happened. */
export type Figures = {
  firstFeasible: number;
  /** Trials until within 5 % of the best there is. */
  withinFive: number;
  /** Share of the best there is that the best truly feasible trial misses, after 5, 20 and all trials. */
  regret5: number;
  regret20: number;
  regret: number;
  /** The same of what tunebench would deploy: the best that looked feasible, infinite where that truly breaks a constraint. */
  deployedRegret: number;
  deployedInfeasible: boolean;
  /** The same of what `chooseTried` puts first of what never failed: what a study would verify; infinite also where all failed. */
  recommendedRegret: number;
  recommendedInfeasible: boolean;
  /** That is not trusted: a study would search on, and verify it or another with its last measurement. */
  isUntrusted: boolean;
  hurt: number;
  hurtAfterFirst: number;
  meanMs: number;
  worstMs: number;
};

type Trial = { truth: Metrics; seen: Metrics; observation: Observation; ms: number };
type Search = { problem: Problem; trace: Trial[] };

/** What `trials` trials come to. */
export function play(
  problem: BenchProblem,
  make: (options: DesignerOptions) => Designer,
  seed: number,
  trials: number,
): Figures {
  return figures(problem, search(problem, make, seed, trials));
}

/** What `trials` trials measure. */
export function measure(
  problem: BenchProblem,
  make: (options: DesignerOptions) => Designer,
  seed: number,
  trials: number,
): Observation[] {
  return search(problem, make, seed, trials).trace.map(({ observation }) => observation);
}

function search(
  problem: BenchProblem,
  make: (options: DesignerOptions) => Designer,
  seed: number,
  trials: number,
): Search {
  const opening = readOpening(JSON.stringify({ problem: problem.message, seed, budget: trials }), 1);
  if (!opening.ok) throw new Error(opening.refusals.map(({ reason }) => reason).join('; '));
  const protocol = opening.value.problem;
  const sought = problemOf(protocol);
  const designer = make({ problem: sought, random: seededRandom(seed) });
  const trace = Array.from({ length: trials }, (_, step): Trial => {
    const startMs = performance.now();
    const { configuration } = designer.suggest();
    const asked = performance.now();
    const truth = problem.truth(toProtocol(protocol, configuration) as Settings);
    const seen = observed(problem, truth, seed, step);
    const toldMs = performance.now();
    const observation = observationOf(protocol, configuration, seen);
    designer.update(observation);
    return { truth, seen, observation, ms: asked - startMs + performance.now() - toldMs };
  });
  return { problem: sought, trace };
}

function observed({ message, luck }: BenchProblem, truth: Metrics, seed: number, step: number): Metrics {
  const values = message.metrics.map((metric, j) => {
    const noise = message.noise[metric] ?? 0;
    return [metric, truth[metric]! * (1 + (noise > 0 ? noise * luck(seed, step, j) : 0))];
  });
  return Object.fromEntries(values);
}

function figures(problem: BenchProblem, { problem: sought, trace }: Search): Figures {
  const { metric, goal } = problem.message.objective;
  const gain = (metrics: Metrics) => (goal === 'max' ? metrics[metric]! : -metrics[metric]!);
  const regretOf = (value: number) =>
    Math.max(0, ((goal === 'max' ? problem.oracle : -problem.oracle) - value) / Math.abs(problem.oracle));
  const feasible = trace.map(({ truth }) => isTrulyFeasible(problem, truth));
  const bestAfter = (count: number) =>
    trace
      .slice(0, count)
      .reduce(
        (best, { truth }, i) => (feasible[i] ? Math.max(best, gain(truth)) : best),
        Number.NEGATIVE_INFINITY,
      );
  const first = feasible.indexOf(true);
  const within = trace.findIndex((_, i) => regretOf(bestAfter(i + 1)) <= 0.05);
  const looked = trace.filter(({ seen }) => isTrulyFeasible(problem, seen));
  const deployed = looked.reduce<Trial | undefined>(
    (top, one) => (top && gain(top.seen) >= gain(one.seen) ? top : one),
    undefined,
  );
  const { unfailing } = chooseTried(
    sought,
    trace.map(({ observation }) => observation),
  );
  const recommended = unfailing && trialOf(unfailing.configuration, trace);
  const isInfeasible = (one: Trial | undefined) => one !== undefined && !isTrulyFeasible(problem, one.truth);
  const regretOfChoice = (one: Trial | undefined) =>
    one === undefined || isInfeasible(one) ? Number.POSITIVE_INFINITY : regretOf(gain(one.truth));
  const count = (flags: boolean[]) => flags.filter((flag) => !flag).length;
  const times = trace.map(({ ms }) => ms);
  return {
    firstFeasible: first < 0 ? Number.POSITIVE_INFINITY : first + 1,
    withinFive: within < 0 ? Number.POSITIVE_INFINITY : within + 1,
    regret5: regretOf(bestAfter(5)),
    regret20: regretOf(bestAfter(20)),
    regret: regretOf(bestAfter(trace.length)),
    deployedRegret: regretOfChoice(deployed),
    deployedInfeasible: isInfeasible(deployed),
    recommendedRegret: regretOfChoice(recommended),
    recommendedInfeasible: isInfeasible(recommended),
    isUntrusted: unfailing === undefined || unfailing.probability < trustedProbability,
    hurt: count(feasible),
    hurtAfterFirst: first < 0 ? 0 : count(feasible.slice(first)),
    meanMs: times.reduce((sum, ms) => sum + ms, 0) / times.length,
    worstMs: Math.max(...times),
  };
}

function trialOf(configuration: Configuration, trace: readonly Trial[]): Trial | undefined {
  const key = JSON.stringify(configuration);
  return trace.find(({ observation }) => JSON.stringify(observation.configuration) === key);
}

/** Medians over runs as cells of a table, `-` where it happened in too few. */
export function medianCells(runs: readonly Figures[]) {
  type Pick = (run: Figures) => number;
  const of = (pick: Pick) => median(runs.map(pick));
  const cell = (value: number, text: string) => (Number.isFinite(value) ? text : '-');
  return {
    percent: (pick: Pick) => cell(of(pick), (100 * of(pick)).toFixed(1)),
    count: (pick: Pick) => cell(of(pick), String(of(pick))),
    ms: (pick: Pick) => of(pick).toFixed(0),
    runs: (holds: (run: Figures) => boolean) => `${runs.filter(holds).length}/${runs.length}`,
  };
}

/** The median; the upper of the two middle ones. */
export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
