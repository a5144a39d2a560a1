import { isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import { acceptedNames } from './nearest.ts';
import type { SpecSource, Token } from './spec-source.ts';

/**
 * One map of a spec, read key by key. Every reader returns undefined when the key is absent, and also when
 * its value has the wrong type, which is then among the source's refusals.
 */
export class Entry {
  readonly source: SpecSource;
  readonly node: YAMLMap;
  readonly #what: string;

  private constructor(source: SpecSource, node: YAMLMap, what: string) {
    this.source = source;
    this.node = node;
    this.#what = what;
  }

  /** The map at a node; `what` names it in refusals ("a requirement"). */
  static at(source: SpecSource, node: Node, what: string, example: string): Entry | undefined {
    if (isMap(node)) return new Entry(source, node, what);
    return source.refuse({
      code: 'TT_SPEC_TYPE',
      reason: `${what} must be a map.`,
      at: node,
      found: source.excerpt(node),
      accepted: example,
    });
  }

  has(key: string): boolean {
    return this.node.has(key);
  }

  /** True when a key is there but its value could not be read. */
  refused(key: string, value: unknown): boolean {
    return value === undefined && this.has(key);
  }

  /** Refuses every key that is not among `keys`. */
  allowOnly(keys: readonly string[]): void {
    for (const { key } of this.node.items) {
      const name = isScalar(key) ? String(key.value) : this.source.excerpt(key as Node);
      if (keys.includes(name)) continue;
      this.source.refuse({
        code: 'TT_SPEC_UNKNOWN_KEY',
        reason: `${this.#what} has no such key.`,
        at: key as Node,
        found: name,
        accepted: acceptedNames(name, keys),
      });
    }
  }

  /**
   * The one key of `keys` that the entry has. None is refused; so is a second one, as it could not be told
   * which is meant.
   */
  oneOf(keys: readonly string[]): string | undefined {
    const present = keys.filter((key) => this.has(key));
    const [first, second] = present;
    if (first === undefined) {
      return this.source.refuse({
        code: 'TT_SPEC_MISSING_KEY',
        reason: `${this.#what} lacks a key.`,
        at: this.node,
        accepted: keys.length === 1 ? `${keys[0]}` : `one of ${keys.join(', ')}`,
      });
    }
    if (second === undefined) return first;
    return this.source.refuse({
      code: 'TT_SPEC_DUPLICATE',
      reason: `${this.#what} has one of these keys, not several.`,
      at: this.#keyNode(second),
      found: present.join(', '),
      accepted: `one of ${keys.join(', ')}`,
    });
  }

  /** The node of a key's value; an empty value counts as wrong type. */
  value(key: string): Node | undefined {
    if (!this.has(key)) return undefined;
    // Within braces a key that stands alone, `{topic: a, rate}`, has not even an empty value.
    const value = this.node.get(key, true) as Node | undefined;
    if (value !== undefined && (!isScalar(value) || value.value !== null)) return value;
    return this.#noValue(key);
  }

  /** A scalar of any type, as text: for expressions. */
  expression(key: string, example: string): Token | undefined {
    const value = this.value(key);
    if (value === undefined) return undefined;
    return this.source.token(value) ?? this.#wrongType(key, value, example);
  }

  /** A word or sentence; an empty one counts as no value. */
  text(key: string): Token | undefined {
    const value = this.value(key);
    if (value === undefined) return undefined;
    if (isScalar(value) && value.value === '') return this.#noValue(key);
    return isScalar(value) && typeof value.value === 'string'
      ? this.source.token(value)
      : this.#wrongType(key, value, 'text');
  }

  number(key: string): number | undefined {
    const value = this.value(key);
    if (value === undefined) return undefined;
    return isScalar(value) && typeof value.value === 'number' && Number.isFinite(value.value)
      ? value.value
      : this.#wrongType(key, value, 'a number');
  }

  flag(key: string): boolean | undefined {
    const value = this.value(key);
    if (value === undefined) return undefined;
    return isScalar(value) && typeof value.value === 'boolean'
      ? value.value
      : this.#wrongType(key, value, 'true or false');
  }

  /** The items of a list. */
  list(key: string): Node[] | undefined {
    const value = this.value(key);
    if (value === undefined) return undefined;
    return isSeq(value) ? (value.items as Node[]) : this.#wrongType(key, value, 'a list: [a, b]');
  }

  /** A list of words; a wrong item makes the whole list undefined. */
  texts(key: string): Token[] | undefined {
    const items = this.list(key);
    const texts = items?.map((item) =>
      isScalar(item) && typeof item.value === 'string'
        ? this.source.token(item)
        : this.#wrongType(key, item, 'text'),
    );
    return texts?.every((text) => text !== undefined) ? texts : undefined;
  }

  #noValue(key: string): undefined {
    const reason = `${key} has no value.`;
    return this.source.refuse({ code: 'TT_SPEC_TYPE', reason, at: this.#keyNode(key) });
  }

  #wrongType(key: string, value: Node, accepted: string): undefined {
    return this.source.refuse({
      code: 'TT_SPEC_TYPE',
      reason: `${key} has a value of the wrong type.`,
      at: value,
      found: this.source.excerpt(value),
      accepted,
    });
  }

  #keyNode(key: string): Node {
    const pair = this.node.items.find((item) => isScalar(item.key) && item.key.value === key);
    return pair?.key as Node;
  }
}
