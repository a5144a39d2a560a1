import type { Node } from 'yaml';
import type { Place } from '../refusal.ts';
import type { SpecSource } from './spec-source.ts';

/** Keeps the first of each kind and refuses what says the same again, across all files of one spec. */
export class Collector<T extends { name: string }> {
  readonly items: T[] = [];
  readonly #what: string;
  readonly #seen = new Map<string, Place>();

  constructor(what: string) {
    this.#what = what;
  }

  /** Adds an item; `identity` is what makes two of them the same, besides their names. */
  add(source: SpecSource, node: Node, item: T, identity: unknown): void {
    const keys = [JSON.stringify(identity), `name ${item.name}`];
    const first = keys.map((key) => this.#seen.get(key)).find((place) => place !== undefined);
    if (first !== undefined) {
      source.refuse({
        code: 'TT_SPEC_DUPLICATE',
        reason: `This ${this.#what} stands already at ${first.file}:${first.line}:${first.column}.`,
        at: node,
        found: item.name,
        accepted: `each ${this.#what} once, under its own name`,
      });
      return;
    }
    for (const key of keys) this.#seen.set(key, source.place(node));
    this.items.push(item);
  }
}
