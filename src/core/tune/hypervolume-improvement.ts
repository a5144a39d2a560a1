import { logExpectedExcess } from './gaussian.ts';
import type { Belief } from './gp.ts';
import type { Values } from './pareto.ts';

/** From `low` to `high` in each objective, both places among the levels of that objective. */
type Box = { low: number; high: number }[];

/**
 * By how much a point is expected to raise the hypervolume of a front (expected hypervolume improvement; Emmerich, Giannakoglou and
 * Naujoks, IEEE Trans. Evolutionary Computation 10, 2006). What the front leaves undominated, above 0 in every objective, is cut
 * into boxes B. As the objectives are believed independently of each other, the expectation is exact:
 *
 *     EHVI(x) = sum_B prod_k ( e_k(low_Bk) - e_k(high_Bk) ),   e_k(a) = E[max(0, y_k(x) - a)],   e_k(infinity) = 0
 *
 * The number of boxes grows like n^(m - 1) with n points and m objectives.
 */
export class HypervolumeImprovement {
  /** Of each objective, ascending, from 0 to infinity. */
  readonly #levels: number[][];
  readonly #boxes: Box[];

  constructor(front: readonly Values[], objectives: number) {
    const points = front.filter((point) => point.every((value) => value > 0));
    this.#levels = Array.from({ length: objectives }, (_, k) => {
      const values = new Set(points.map((point) => point[k]!));
      return [0, ...[...values].sort((a, b) => a - b), Number.POSITIVE_INFINITY];
    });
    const ranks = points.map((point) => point.map((value, k) => this.#levels[k]!.indexOf(value)));
    this.#boxes = this.#cut(ranks, objectives);
  }

  /** For a point with these beliefs, one per objective; 0 or more. */
  expected(beliefs: readonly Belief[]): number {
    const excess = beliefs.map(({ mean, variance }, k) => {
      const s = Math.sqrt(variance);
      return this.#levels[k]!.map((level) =>
        level === Number.POSITIVE_INFINITY ? 0 : s * Math.exp(logExpectedExcess((mean - level) / s)),
      );
    });
    const gain = (box: Box) =>
      box.reduce((product, { low, high }, k) => product * (excess[k]![low]! - excess[k]![high]!), 1);
    return Math.max(
      0,
      this.#boxes.reduce((sum, box) => sum + gain(box), 0),
    );
  }

  /** Of the first `count` objectives: between two levels of the last of them only the points above both dominate. */
  #cut(ranks: readonly (readonly number[])[], count: number): Box[] {
    const last = count - 1;
    const top = this.#levels[last]!.length - 1;
    if (count === 1) return [[{ low: Math.max(0, ...ranks.map(([rank]) => rank!)), high: top }]];
    const cuts = [...new Set([0, ...ranks.map((rank) => rank[last]!), top])].sort((a, b) => a - b);
    return cuts.slice(1).flatMap((high, i) => {
      const dominating = ranks.filter((rank) => rank[last]! >= high);
      return this.#cut(dominating, last).map((box) => [...box, { low: cuts[i]!, high }]);
    });
  }
}
