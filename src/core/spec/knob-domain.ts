import { isScalar, isSeq, type Node } from 'yaml';
import type { KnobDomain } from '../knobs/knob.ts';
import { formatList, type ListItem } from '../knobs/list-value.ts';
import type { Entry } from './entry.ts';
import { readFreeRange, type WrittenRange } from './expression.ts';
import type { Token } from './spec-source.ts';

const domainKeys = ['values', 'range', 'choices'] as const;

/** The values of a knob that a spec leaves to a knob table. */
export const openDomain: KnobDomain = { type: 'categorical', values: [] };

/** Whether a knob's values are left to a knob table. */
export function isOpen(domain: KnobDomain): boolean {
  return domain.type === 'categorical' && domain.values.length === 0;
}

/** As `readParameterDomain`, but the values may be left to a knob table. */
export function readDomainOrOpen(entry: Entry): { domain: KnobDomain; unit: string } | undefined {
  if (domainKeys.some((key) => entry.has(key))) return readParameterDomain(entry);
  const unit = entry.text('unit');
  return entry.refused('unit', unit) ? undefined : { domain: openDomain, unit: unit?.text ?? '' };
}

/** The values a parameter can take, and their unit; undefined when refused. */
export function readParameterDomain(entry: Entry): { domain: KnobDomain; unit: string } | undefined {
  const key = entry.oneOf(domainKeys);
  const unitToken = entry.text('unit');
  const integer = entry.flag('integer');
  if (key === undefined || entry.refused('unit', unitToken)) return undefined;
  if (entry.refused('integer', integer)) return undefined;
  if (integer === true && key !== 'range')
    return refuseValue(entry, 'integer', 'integer belongs to a range.', 'range: [1, 4]');
  const unit = unitToken?.text ?? '';
  if (key === 'values') {
    const values = readValues(entry);
    return values && { domain: { type: 'ordinal', values }, unit };
  }
  if (key === 'choices') {
    const values = readChoices(entry, 'choices', asListOrChoice);
    return values && { domain: { type: 'categorical', values }, unit };
  }
  const range = readRange(entry);
  if (range === undefined) return undefined;
  if (range.unit !== undefined && unitToken !== undefined) {
    return refuseValue(entry, 'unit', 'The unit is given twice.', 'the unit once', 'TT_SPEC_DUPLICATE');
  }
  const { low, high } = range;
  const whole = Number.isInteger(low) && Number.isInteger(high);
  if (integer === true && !whole)
    return refuseValue(entry, 'range', 'The bounds must be whole numbers.', '[1, 4]');
  const type = integer === true ? 'integer' : 'real';
  return { domain: { type, low, high }, unit: range.unit ?? unit };
}

/** Two or more different words or booleans, or what else `as` makes a choice of. */
export function readChoices(entry: Entry, key = 'choices', as = asChoice): (string | boolean)[] | undefined {
  const choices = entry.list(key)?.map((item) => as(item) ?? refuseType(entry, item, 'words, true or false'));
  if (choices === undefined || choices.some((choice) => choice === undefined)) return undefined;
  const different = new Set(choices).size === choices.length && choices.length >= 2;
  return different
    ? (choices as (string | boolean)[])
    : refuseValue(entry, key, 'A choice needs alternatives.', 'two or more different choices');
}

function asChoice(item: Node): string | boolean | undefined {
  const value = isScalar(item) ? item.value : undefined;
  return typeof value === 'string' || typeof value === 'boolean' ? value : undefined;
}

/** A choice of a parameter may be a list: `[[640, 480], [320, 240]]`. */
function asListOrChoice(item: Node): string | boolean | undefined {
  return isSeq(item) ? listText(item) : asChoice(item);
}

/** One value, as text, and where it stands; a list as its text. Undefined when refused. */
export function readOneValue(entry: Entry, key: string): { text: string; at: Token | Node } | undefined {
  const node = entry.value(key);
  const list = listText(node);
  if (node !== undefined && list !== undefined) return { text: list, at: node };
  const token = entry.expression(key, 'one value');
  return token && { text: token.text, at: token };
}

/** The text of a list of numbers, words and booleans; undefined for any other value. */
function listText(node: unknown): string | undefined {
  if (!isSeq(node)) return undefined;
  const items = node.items.map((item) => (isScalar(item) ? item.value : undefined));
  const isItem = (item: unknown): item is ListItem => ['number', 'string', 'boolean'].includes(typeof item);
  return items.every(isItem) ? formatList(items) : undefined;
}

function readValues(entry: Entry): number[] | undefined {
  const values = entry.list('values')?.map((item) => readNumber(entry, item));
  if (values === undefined || values.some((value) => value === undefined)) return undefined;
  const numbers = values as number[];
  const ascending = numbers.every((value, i) => i === 0 || value > (numbers[i - 1] as number));
  return ascending && numbers.length >= 2
    ? numbers
    : refuseValue(
        entry,
        'values',
        'The values are not a choice in ascending order.',
        'two or more ascending numbers',
      );
}

/** Whole numbers within what the kernel takes; undefined when refused. */
export function readWholeRange(
  entry: Entry,
  key: string,
  limits: { low: number; high: number },
): { low: number; high: number } | undefined {
  const range = readRange(entry, key);
  if (range === undefined) return undefined;
  const { low, high } = range;
  const fits = Number.isInteger(low) && Number.isInteger(high) && low >= limits.low && high <= limits.high;
  if (fits && range.unit === undefined) return { low, high };
  const accepted = `whole numbers from ${limits.low} to ${limits.high}, without unit`;
  return refuseValue(entry, key, `These bounds do not fit ${key}.`, accepted);
}

/** `[1, 30] Hz` is one word to YAML, `[1, 30]` a list of two. */
function readRange(entry: Entry, key = 'range'): WrittenRange | undefined {
  const value = entry.value(key);
  if (value === undefined) return undefined;
  if (!isSeq(value)) {
    const token = entry.expression(key, '[1, 30] Hz');
    return token && readFreeRange(entry.source, token);
  }
  const bounds = (value.items as Node[]).map((item) => readNumber(entry, item));
  if (bounds.some((bound) => bound === undefined)) return undefined;
  const [low, high, ...rest] = bounds as number[];
  if (low !== undefined && high !== undefined && rest.length === 0 && low < high) {
    return { low, high, unit: undefined };
  }
  return refuseValue(entry, key, 'A range has two bounds in order.', '[low, high] with low < high');
}

function readNumber(entry: Entry, item: Node): number | undefined {
  const value = isScalar(item) ? item.value : undefined;
  return typeof value === 'number' && Number.isFinite(value) ? value : refuseType(entry, item, 'numbers');
}

function refuseType({ source }: Entry, item: Node, accepted: string): undefined {
  const found = source.excerpt(item);
  return source.refuse({
    code: 'TT_SPEC_TYPE',
    reason: 'An item of the wrong type.',
    at: item,
    found,
    accepted,
  });
}

function refuseValue(
  entry: Entry,
  key: string,
  reason: string,
  accepted: string,
  code: 'TT_SPEC_RANGE' | 'TT_SPEC_DUPLICATE' = 'TT_SPEC_RANGE',
): undefined {
  const at = entry.value(key) as Node;
  return entry.source.refuse({ code, reason, at, found: entry.source.excerpt(at), accepted });
}
