import { accept, type Result, refuse } from '../../refusal.ts';
import type { ContextFeature } from '../../spec/spec.ts';

/** A context as the library keys it: for each feature a word, or the label of the range that its number is in. */
export type Context = Readonly<Record<string, string>>;

/** A number must go past an edge by this share of the edge to change its range, unless the spec says by how much. */
const usualHysteresis = 1 / 20;

/** What the ranges between edges are called: `below 20`, `20 to 50`, `from 50`. */
export function rangeLabels(edges: readonly number[]): string[] {
  const between = edges.slice(1).map((edge, i) => `${edges[i]} to ${edge}`);
  return [`below ${edges[0]}`, ...between, `from ${edges.at(-1)}`];
}

/**
 * The context that a robot is in, from what is told of its features. A number keeps its range until it is past the
 * edge by the hysteresis, so that noise at an edge is not a change of context.
 */
export class ContextTracker {
  readonly #features: readonly ContextFeature[];
  readonly #labels = new Map<string, string>();

  constructor(features: readonly ContextFeature[]) {
    this.#features = features;
  }

  /** Takes the value of a feature; those that the spec does not name are left out. Refused (TT_CONTEXT): what is no value, or no number where edges are. */
  tell(name: string, text: string): Result<void> {
    const feature = this.#features.find((one) => one.name === name);
    if (feature === undefined) return accept(undefined);
    const value = text.trim();
    const { edges } = feature;
    const isUsable = value !== '' && (edges === undefined || Number.isFinite(Number(value)));
    if (!isUsable) {
      return refuse({
        code: 'TT_CONTEXT',
        reason: `context feature ${name} has no usable value; what was told before stays`,
        found: text,
        accepted: edges === undefined ? 'a word' : 'a number',
      });
    }
    this.#labels.set(name, edges === undefined ? value : this.#rangeOf(feature, edges, Number(value)));
    return accept(undefined);
  }

  /** Undefined while some feature has not been told. */
  get current(): Context | undefined {
    if (this.missing.length > 0) return undefined;
    return Object.fromEntries(this.#features.map(({ name }) => [name, this.#labels.get(name)!]));
  }

  /** Features that have not been told yet. */
  get missing(): string[] {
    return this.#features.map(({ name }) => name).filter((name) => !this.#labels.has(name));
  }

  #rangeOf({ name, hysteresis }: ContextFeature, edges: readonly number[], value: number): string {
    const labels = rangeLabels(edges);
    const before = labels.indexOf(this.#labels.get(name) ?? '');
    if (before < 0) return labels[edges.filter((edge) => value >= edge).length]!;
    const slack = (edge: number) => hysteresis ?? Math.abs(edge) * usualHysteresis;
    let range = before;
    while (range < edges.length && value >= edges[range]! + slack(edges[range]!)) range++;
    while (range > 0 && value < edges[range - 1]! - slack(edges[range - 1]!)) range--;
    return labels[range]!;
  }
}

/** Whether two contexts say the same of the same features. */
export function sameContext(a: Context, b: Context): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

/**
 * How far two contexts are apart: for each feature 0 where they agree, 1 where they differ or one of them does not have
 * it; between two ranges of a number the share of all its ranges that lies between them.
 */
export function contextDistance(features: readonly ContextFeature[], a: Context, b: Context): number {
  return features.reduce(
    (sum, feature) => sum + featureDistance(feature, a[feature.name], b[feature.name]),
    0,
  );
}

function featureDistance(
  { edges = [] }: ContextFeature,
  a: string | undefined,
  b: string | undefined,
): number {
  if (a !== undefined && a === b) return 0;
  const labels = edges.length > 0 ? rangeLabels(edges) : [];
  const [from, to] = [a, b].map((label) => labels.indexOf(label ?? '')) as [number, number];
  return from < 0 || to < 0 ? 1 : Math.abs(from - to) / edges.length;
}

/** `mission_phase=inspect, network=good`; what has no features is called `any`. */
export function describeContext(context: Context): string {
  return (
    Object.entries(context)
      .map(([name, value]) => `${name}=${value}`)
      .join(', ') || 'any'
  );
}
