import type { Requirement, Statistic } from './spec.ts';
import type { SpecSource, Token } from './spec-source.ts';
import { acceptedUnits, type Quantity, toCanonical } from './units.ts';

/** The statistics an age or a latency can be judged by. */
export const statistics: readonly Statistic[] = ['mean', 'p50', 'p95', 'p99', 'max'];

/** Bounds as written; the unit is undefined when none was written. */
export type WrittenRange = { low: number; high: number; unit: string | undefined };

type Kind = 'comparison' | 'number' | 'word' | 'mark';
type Piece = { kind: Kind; text: string; at: number };

const pieces =
  /(?<comparison>[<>=!]+)|(?<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)|(?<word>[A-Za-z%][\w%/]*)|(?<mark>\S)/g;

/** Walks over the pieces of one expression; the first thing that does not fit is refused at its column. */
class Reader {
  readonly #source: SpecSource;
  readonly #token: Token;
  readonly #example: string;
  readonly #pieces: Piece[];
  #next = 0;

  constructor(source: SpecSource, token: Token, example: string) {
    this.#source = source;
    this.#token = token;
    this.#example = example;
    this.#pieces = [...token.text.matchAll(pieces)].map((match) => {
      const [kind] = Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined) as [
        Kind,
        string,
      ];
      return { kind, text: match[0], at: match.index };
    });
  }

  get next(): Piece | undefined {
    return this.#pieces[this.#next];
  }

  /** Takes the next piece when it is of this kind and one of these words. */
  take(kind: Kind, words?: readonly string[]): string | undefined {
    const piece = this.next;
    if (piece?.kind !== kind || (words !== undefined && !words.includes(piece.text))) return undefined;
    this.#next += 1;
    return piece.text;
  }

  number(): number | undefined {
    const piece = this.next;
    if (piece?.kind !== 'number' || !Number.isFinite(Number(piece.text)))
      return this.refuse('A number is expected here.', `a number, as in ${this.#example}`);
    return Number(this.take('number'));
  }

  /** A number and its unit, in the canonical unit. */
  quantity(quantity: Quantity): number | undefined {
    const value = this.number();
    return value === undefined ? undefined : this.unitOf(value, quantity);
  }

  /** Reads the unit of a number and converts it. */
  unitOf(value: number, quantity: Quantity): number | undefined {
    const unit = this.next;
    const converted = unit === undefined ? undefined : toCanonical(quantity, value, unit.text);
    if (converted === undefined) {
      return this.refuse(
        unit === undefined ? `A ${quantity} needs a unit.` : `This is not a unit of ${quantity}.`,
        acceptedUnits(quantity),
        'TT_SPEC_UNIT',
      );
    }
    this.#next += 1;
    return converted;
  }

  /** The value, unless something is left over. */
  end<T>(value: T): T | undefined {
    return this.next === undefined ? value : this.refuse('Nothing may follow here.', this.#example);
  }

  refuse(
    reason: string,
    accepted: string,
    code: 'TT_SPEC_EXPRESSION' | 'TT_SPEC_UNIT' = 'TT_SPEC_EXPRESSION',
  ): undefined {
    return this.#source.refuse({
      code,
      reason,
      at: this.#token,
      inner: this.next?.at ?? this.#token.text.length,
      found: this.next?.text ?? this.#token.text,
      accepted,
    });
  }

  outOfRange(reason: string, accepted: string): undefined {
    const found = this.#token.text;
    return this.#source.refuse({ code: 'TT_SPEC_RANGE', reason, at: this.#token, found, accepted });
  }
}

function readStatistic(reader: Reader): Statistic | undefined {
  return (
    (reader.take('word', statistics) as Statistic | undefined) ??
    reader.refuse('A statistic is expected here.', `one of ${statistics.join(', ')}`)
  );
}

/**
 * `>= 20 Hz`, or `p95 <= 120 ms` for a latency; the bound in the canonical unit. `>= 0.95 × baseline`, with `×`, `*` or
 * neither, is a share of the baseline.
 */
export function readBound(
  source: SpecSource,
  token: Token,
  quantity: Quantity,
): (Pick<Requirement, 'comparison' | 'bound' | 'ofBaseline'> & { statistic?: Statistic }) | undefined {
  const needsStatistic = quantity === 'latency';
  const example = needsStatistic ? '"p95 <= 120 ms"' : `">= 20 ${acceptedUnits(quantity).split(',')[0]}"`;
  const reader = new Reader(source, token, example);
  const statistic = needsStatistic ? readStatistic(reader) : undefined;
  if (needsStatistic && statistic === undefined) return undefined;
  const comparison = reader.take('comparison', ['>=', '<=']) as '>=' | '<=' | undefined;
  if (comparison === undefined)
    return reader.refuse('A comparison is expected here.', `>= or <=, as in ${example}`);
  const number = reader.number();
  if (number === undefined) return undefined;
  const ofBaseline = readBaseline(reader);
  if (ofBaseline === undefined) return undefined;
  const bound = ofBaseline ? number : reader.unitOf(number, quantity);
  if (bound === undefined) return undefined;
  if (bound <= 0) {
    return reader.outOfRange('A bound must be greater than 0, as margins are counted in it.', 'a bound > 0');
  }
  return reader.end({
    comparison,
    bound,
    ...(ofBaseline && { ofBaseline }),
    ...(statistic !== undefined && { statistic }),
  });
}

/** Whether a number is a share of the baseline; undefined when it is a factor of something else, which is refused. */
function readBaseline(reader: Reader): boolean | undefined {
  const isFactor = reader.take('mark', ['×', '*']) !== undefined;
  if (reader.take('word', ['baseline']) !== undefined) return true;
  return isFactor ? reader.refuse('Only the baseline has a factor.', '">= 0.95 × baseline"') : false;
}

/** `maximize`, or `minimize p95` for a latency. */
export function readDirection(
  source: SpecSource,
  token: Token,
  quantity: Quantity,
): { direction: 'maximize' | 'minimize'; statistic?: Statistic } | undefined {
  const needsStatistic = quantity === 'latency';
  const reader = new Reader(source, token, needsStatistic ? 'minimize p95' : 'maximize');
  const direction = reader.take('word', ['maximize', 'minimize']) as 'maximize' | 'minimize' | undefined;
  if (direction === undefined) return reader.refuse('A direction is expected here.', 'maximize or minimize');
  if (!needsStatistic) return reader.end({ direction });
  const statistic = readStatistic(reader);
  return statistic === undefined ? undefined : reader.end({ direction, statistic });
}

/** `10 Hz`, greater than 0, in the canonical unit. */
export function readQuantity(source: SpecSource, token: Token, quantity: Quantity): number | undefined {
  const reader = new Reader(source, token, `10 ${acceptedUnits(quantity).split(',')[0]}`);
  const value = reader.quantity(quantity);
  if (value === undefined) return undefined;
  return value > 0 ? reader.end(value) : reader.outOfRange('This must be greater than 0.', 'a value > 0');
}

/** `[1, 30] Hz`, converted to the canonical unit of `quantity`; the bounds are in order and greater than 0. */
export function readRangeOf(
  source: SpecSource,
  token: Token,
  quantity: Quantity,
): { low: number; high: number } | undefined {
  const reader = new Reader(source, token, `[1, 30] ${acceptedUnits(quantity).split(',')[0]}`);
  const bounds = readBrackets(reader);
  if (bounds === undefined) return undefined;
  const factor = reader.unitOf(1, quantity);
  if (factor === undefined || reader.end(true) === undefined) return undefined;
  const [low, high] = bounds;
  if (low <= 0)
    return reader.outOfRange('There is a floor for everything that is turned.', 'a lower bound > 0');
  return inOrder(reader, { low: low * factor, high: high * factor });
}

/** `[0.5, 15] Hz` or `[1, 4]` with any word as unit: for parameters, whose units are their own. */
export function readFreeRange(source: SpecSource, token: Token): WrittenRange | undefined {
  const reader = new Reader(source, token, '[1, 30] Hz');
  const bounds = readBrackets(reader);
  if (bounds === undefined) return undefined;
  const [low, high] = bounds;
  const unit = reader.take('word');
  return reader.end(true) && inOrder(reader, { low, high, unit });
}

function readBrackets(reader: Reader): [number, number] | undefined {
  if (reader.take('mark', ['[']) === undefined)
    return reader.refuse('A range is expected here.', '[low, high] unit');
  const low = reader.number();
  if (low === undefined) return undefined;
  if (reader.take('mark', [',']) === undefined)
    return reader.refuse('A comma is expected here.', '[low, high] unit');
  const high = reader.number();
  if (high === undefined) return undefined;
  if (reader.take('mark', [']']) === undefined)
    return reader.refuse('A bracket is expected here.', '[low, high] unit');
  return [low, high];
}

function inOrder<T extends { low: number; high: number }>(reader: Reader, range: T): T | undefined {
  return range.low < range.high ? range : reader.outOfRange('The bounds are not in order.', 'low < high');
}
