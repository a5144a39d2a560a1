import type { Node } from 'yaml';
import type { Entry } from '../../spec/entry.ts';
import { acceptedNames } from '../../spec/nearest.ts';
import type { Token } from '../../spec/spec-source.ts';
import { type Distro, distros } from './distro.ts';

/** A text that must be there; its absence is refused. */
export function requiredText(entry: Entry, key: string): Token | undefined {
  return entry.oneOf([key]) === undefined ? undefined : entry.text(key);
}

/** One of the accepted words under a key; undefined when absent or refused. */
export function readWord<T extends string>(entry: Entry, key: string, words: readonly T[]): T | undefined {
  const token = entry.text(key);
  return token && oneOfWords(entry, token, words);
}

/** The distributions under `distros`: some of `all`, or all of them when the key is absent. */
export function readDistros(entry: Entry, all: readonly Distro[] = distros): readonly Distro[] | undefined {
  if (!entry.has('distros')) return all;
  const words = entry.texts('distros')?.map((token) => oneOfWords(entry, token, all));
  return words?.every((word) => word !== undefined) ? words : undefined;
}

/** A list of words that may be absent; undefined when one of them is no word. */
export function readWords(entry: Entry, key: string): string[] | undefined {
  return entry.has(key) ? entry.texts(key)?.map(({ text }) => text) : [];
}

/** The items of a list that may be absent. */
export function itemsOf(entry: Entry, key: string): Node[] {
  return entry.has(key) ? (entry.list(key) ?? []) : [];
}

/** A scalar that must be there, as it is written: a commit or a date may look like a number to YAML. */
export function requiredPlain(entry: Entry, key: string, example: string): Token | undefined {
  return entry.oneOf([key]) === undefined ? undefined : entry.expression(key, example);
}

/** A day, as `2026-08-21`. */
export function requiredDate(entry: Entry, key: string): string | undefined {
  const token = requiredPlain(entry, key, '2026-08-21');
  if (token === undefined || /^\d{4}-\d{2}-\d{2}$/.test(token.text)) return token?.text;
  return entry.source.refuse({
    code: 'TT_SPEC_EXPRESSION',
    reason: 'This is not a date.',
    at: token,
    found: token.text,
    accepted: 'a day, as in 2026-08-21',
  });
}

function oneOfWords<T extends string>(entry: Entry, token: Token, words: readonly T[]): T | undefined {
  const word = words.find((one) => one === token.text);
  if (word !== undefined) return word;
  return entry.source.refuse({
    code: 'TT_SPEC_EXPRESSION',
    reason: 'No such word is known here.',
    at: token,
    found: token.text,
    accepted: acceptedNames(token.text, words),
  });
}
