import type { ErrorCode } from '../../error-codes.ts';
import type { Refusal } from '../../refusal.ts';

const shownLength = 60;

/** Where the messages come from, as a refusal's place names it. */
const source = 'standard input';

/**
 * Reads the fields of one message and collects everything that is wrong with it. A field is named by its path, as in
 * `problem.knobs[2].low`. Each reading function returns undefined where it has noted a refusal.
 */
export class MessageReader {
  readonly refusals: Refusal[] = [];
  readonly #line: number;

  /** `line` is the message's number on standard input, from 1. */
  constructor(line: number) {
    this.#line = line;
  }

  /** Notes that what was found at `path` is not what is accepted. */
  refuse(path: string, found: unknown, accepted: string, code: ErrorCode = 'TT_PROTOCOL_MESSAGE'): undefined {
    const place = { file: source, line: this.#line, column: 1 };
    const reason = found === undefined ? `${path} is missing.` : `${path} is not what the protocol says.`;
    const refusal: Refusal = { code, reason, place, accepted };
    this.refusals.push(found === undefined ? refusal : { ...refusal, found: shown(found) });
  }

  object(value: unknown, path: string): Record<string, unknown> | undefined {
    if (isObject(value)) return value;
    return this.refuse(path, value, 'an object');
  }

  array(value: unknown, path: string): unknown[] | undefined {
    if (Array.isArray(value)) return value;
    return this.refuse(path, value, 'an array');
  }

  string(value: unknown, path: string): string | undefined {
    if (typeof value === 'string') return value;
    return this.refuse(path, value, 'a string');
  }

  number(value: unknown, path: string): number | undefined {
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    return this.refuse(path, value, 'a finite number');
  }

  /** A whole number of at least `least`, and at most `most` where that is given. */
  whole(value: unknown, path: string, least: number, most = Number.MAX_SAFE_INTEGER): number | undefined {
    const number = Number.isSafeInteger(value) ? Number(value) : Number.NaN;
    if (number >= least && number <= most) return number;
    const isBounded = most < Number.MAX_SAFE_INTEGER;
    return this.refuse(
      path,
      value,
      `a whole number ${isBounded ? `from ${least} to ${most}` : `>= ${least}`}`,
    );
  }

  /** One of the given words. */
  word<W extends string>(value: unknown, path: string, words: readonly W[]): W | undefined {
    const word = words.find((one) => one === value);
    return word ?? this.refuse(path, value, words.join(', '));
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  // Of a number too large for one, such as 1e999, JSON would make null.
  const isText = typeof value === 'string' || typeof value === 'number';
  const text = isText ? String(value) : JSON.stringify(value);
  return text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
}
