/** The best that a problem of bench/tuner.ts has, found with the truth and without a budget. */
import type { BenchProblem, Knob, Metrics, Value } from './tuner-problems.ts';

/** By how much metrics break what is asked of them; 0 where they meet it. */
export type Shortfall = (metrics: Metrics) => number;

/** How long is searched: starts, and steps of climbing in each. */
export type Effort = { starts: number; steps: number };

const usualEffort = { starts: 4, steps: 8000 };
/** Of so many random configurations the best is climbed from. */
const draws = 1000;

/** The greatest objective without a shortfall, of its constraints unless told otherwise, that random draws and hill climbing find. */
export function bestFound(
  problem: BenchProblem,
  next: () => number,
  shortfall: Shortfall = shortfallOf(problem),
  { starts, steps }: Effort = usualEffort,
): number {
  const { knobs, objective } = problem.message;
  const value = (point: number[]) => {
    const settings = Object.fromEntries(knobs.map((knob, i) => [knob.name, valueAt(knob, point[i]!)]));
    const metrics = problem.truth(settings);
    const short = shortfall(metrics);
    return short > 0 ? -1e3 * (1 + short) : metrics[objective.metric]!;
  };
  let best = Number.NEGATIVE_INFINITY;
  for (let start = 0; start < starts; start++) {
    const drawn = Array.from({ length: draws }, () => knobs.map(next));
    let at = drawn.reduce((a, b) => (value(b) > value(a) ? b : a));
    let top = value(at);
    for (let i = 0; i < steps; i++) {
      const reach = 0.4 * 0.01 ** (i / steps);
      const change = Math.min(1, 2.5 / knobs.length);
      const point = at.map((u, knob) => {
        if (next() >= change) return u;
        if (knobs[knob]!.type === 'categorical') return next();
        return Math.min(Math.max(u + reach * (2 * next() - 1), 0), 1);
      });
      const there = value(point);
      if (there >= top) [at, top] = [point, there];
    }
    best = Math.max(best, top);
  }
  return best;
}

function shortfallOf({ message: { constraints } }: BenchProblem): Shortfall {
  return (metrics) =>
    constraints.reduce((sum, { metric, op, value: bound }) => {
      const excess = op === '<=' ? metrics[metric]! / bound - 1 : 1 - metrics[metric]! / bound;
      return sum + Math.max(0, excess);
    }, 0);
}

/** The value of a knob at a coordinate of the unit cube. */
export function valueAt({ type, values, low = 0, high = 0, scale }: Knob, u: number): Value {
  if (type === 'ordinal' || type === 'categorical')
    return values![Math.min(values!.length - 1, Math.floor(u * values!.length))]!;
  if (type === 'int' && scale !== 'log') return Math.min(high, low + Math.floor(u * (high - low + 1)));
  const value = scale === 'log' ? low * (high / low) ** u : low + u * (high - low);
  return type === 'int' ? Math.round(value) : value;
}
