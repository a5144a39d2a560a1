import { isScalar, type Node, parseDocument, type YAMLError } from 'yaml';
import type { ErrorCode } from '../error-codes.ts';
import type { Place, Refusal } from '../refusal.ts';
import { disguiseRanges, revealRanges } from './inline-notation.ts';

/** A scalar's text and where it begins in the file. */
export type Token = {
  text: string;
  start: number;
  /** False when escapes or line folds make the text differ from the file: only `start` is then a true position. */
  literal: boolean;
};

/** What is wrong and where: at a node, at a token (`inner` characters into it), or at an offset of the file. */
export type Objection = {
  code: ErrorCode;
  reason: string;
  at: Node | Token | number;
  inner?: number;
  found?: string;
  accepted?: string;
};

/** So much of what was found is shown; the place says the rest. */
const shownLength = 200;

/** One YAML file: its text, its positions, and the refusals collected while it is read. */
export class SpecSource {
  readonly file: string;
  readonly #text: string;
  /** Where each line begins. */
  readonly #lines: number[];
  readonly #refusals: Refusal[] = [];

  constructor(text: string, file: string) {
    this.#text = text;
    this.#lines = [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)];
    this.file = file;
  }

  /** Refusals so far, in the order of the file. */
  get refusals(): Refusal[] {
    const position = ({ place }: Refusal) => (place as Place).line * 1e6 + (place as Place).column;
    return [...this.#refusals].sort((a, b) => position(a) - position(b));
  }

  /** The file's root node; undefined when it is empty or not YAML, which is then among the refusals, with what is `accepted`. */
  parse(accepted: string): Node | undefined {
    const document = parseDocument(disguiseRanges(this.#text), { prettyErrors: false });
    for (const error of document.errors) this.#refuseYaml(error);
    if (document.errors.some(({ code }) => code !== 'DUPLICATE_KEY')) return undefined;
    if (document.contents !== null) return document.contents;
    this.refuse({
      code: 'TT_SPEC_MISSING_KEY',
      reason: 'The file is empty.',
      at: 0,
      accepted,
    });
    return undefined;
  }

  /** Notes what is wrong; returns undefined so that a reader can return it in place of a value. */
  refuse({ code, reason, at, inner = 0, found, accepted }: Objection): undefined {
    this.#refusals.push({
      code,
      reason,
      place: this.place(at, inner),
      ...(found !== undefined && { found: shown(found) }),
      ...(accepted !== undefined && { accepted }),
    });
    return undefined;
  }

  /**
   * File, line and column of a node, a token or an offset. Counted in the text itself, as yaml's LineCounter
   * misses line ends in what it could not parse.
   */
  place(at: Node | Token | number, inner = 0): Place {
    const offset = Math.min(this.#offset(at, inner), this.#text.length);
    const line = this.#lineAt(offset);
    return { file: this.file, line, column: offset - this.#lines[line - 1]! + 1 };
  }

  /** What stands in the file where the node is: its first line, cut when long. */
  excerpt(node: Node): string {
    const [start, end] = node.range as [number, number, number];
    const [line = ''] = this.#text.slice(start, end).split('\n');
    return line.length > 60 ? `${line.slice(0, 60)}…` : line;
  }

  /** A scalar's text as a person reads it, whatever type YAML gives it; undefined for lists, maps and aliases. */
  token(node: Node): Token | undefined {
    if (!isScalar(node)) return undefined;
    const [start, end] = node.range as [number, number, number];
    const raw = this.#text.slice(start, end);
    const text = typeof node.value === 'string' ? revealRanges(node.value) : raw;
    const within = raw.indexOf(text);
    return { text, start: start + Math.max(within, 0), literal: within >= 0 };
  }

  /** The last line that begins at or before an offset, by bisection: a large file has as many places as lines. */
  #lineAt(offset: number): number {
    let [low, high] = [0, this.#lines.length];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.#lines[middle]! <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  #offset(at: Node | Token | number, inner: number): number {
    if (typeof at === 'number') return at;
    if ('literal' in at) return at.start + (at.literal ? inner : 0);
    return (at.range as [number, number, number])[0];
  }

  #refuseYaml({ code, message, pos }: YAMLError): void {
    const [start, end] = pos;
    const found = this.#text.slice(start, end).split('\n')[0];
    if (code === 'DUPLICATE_KEY') {
      const key = /^[^\s:]+/.exec(this.#text.slice(start))?.[0];
      this.refuse({
        code: 'TT_SPEC_DUPLICATE',
        reason: 'A key stands twice in one map.',
        at: start,
        ...(key !== undefined && { found: key }),
      });
      return;
    }
    if (code === 'MULTIPLE_DOCS') {
      this.refuse({
        code: 'TT_SPEC_SYNTAX',
        reason: 'A second document begins here.',
        at: start,
        found: '---',
        accepted: 'one document in a file',
      });
      return;
    }
    const startsLikeBlock = found?.startsWith('>') === true;
    this.refuse({
      code: 'TT_SPEC_SYNTAX',
      reason: `${revealRanges(message).replace(/\.$/, '')}.`,
      at: start,
      ...(found !== undefined && found !== '' && { found }),
      ...(startsLikeBlock && { accepted: 'quotes around an expression that begins with >: ">= 20 Hz"' }),
    });
  }
}

function shown(text: string): string {
  return text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
}
