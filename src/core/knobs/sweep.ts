import { accept, type Refusal, type Result, refuse } from '../refusal.ts';
import { forbiddenTarget } from './forbidden.ts';
import type { Configuration, KnobDeclaration, KnobValue } from './knob.ts';
import { checkConfiguration, describeDomain, parseKnobValue, unknownKnob } from './knob-value.ts';

/** A knob and the values that a sweep visits, in this order. */
export type SweptKnob = { name: string; values: KnobValue[] };

/** `grid`: every combination. `one-at-a-time`: each knob alone, all others as they were found. */
export type SweepDesign = (typeof sweepDesigns)[number];
export const sweepDesigns = ['grid', 'one-at-a-time'] as const;

/** One visit of one setting; `settings` names every swept knob, `repeat` counts from 1. */
export type SweepStep = { settings: Configuration; repeat: number };

/** More than anybody waits for: at 3 s each this is over eight hours. */
const maxSteps = 10_000;
const span = /^(?<low>.+?)\.\.(?<high>.+?)(?:\/(?<count>\d+))?$/;
const acceptedEntry = 'KNOB=VALUES, such as "camera fps=5,15,30" or "camera fps=5..30/6"';

/**
 * Reads what is to be swept, one entry a knob: a name, `=`, and values separated by commas, each of them one
 * value or a span. `5..30/6` is six values evenly spaced; without a count a span is every choice or whole
 * number in it. Refuses, all at once: a knob that is not declared (TT_PARAM_UNKNOWN), named twice
 * (TT_SPEC_DUPLICATE) or never touched (TT_KNOB_FORBIDDEN), an entry that cannot be read
 * (TT_SPEC_EXPRESSION), and what `parseKnobValue` refuses.
 */
export function parseSweep(
  declarations: readonly KnobDeclaration[],
  entries: readonly string[],
): Result<SweptKnob[]> {
  if (entries.length === 0) {
    return refuse({ code: 'TT_SPEC_EXPRESSION', reason: 'No knob is swept.', accepted: acceptedEntry });
  }
  const parsed = entries.map((entry) => parseEntry(declarations, entry));
  const knobs = parsed.flatMap((result) => (result.ok ? [result.value] : []));
  const refusals = [
    ...parsed.flatMap((result) => (result.ok ? [] : result.refusals)),
    ...knobs.filter(({ name }, i) => knobs.findIndex((knob) => knob.name === name) < i).map(namedTwice),
  ];
  return refusals.length > 0 ? refuse(...refusals) : accept(knobs);
}

function parseEntry(declarations: readonly KnobDeclaration[], entry: string): Result<SweptKnob> {
  const at = entry.indexOf('=');
  if (at < 0) {
    const reason = 'This says no values.';
    return refuse({ code: 'TT_SPEC_EXPRESSION', reason, found: entry, accepted: acceptedEntry });
  }
  const name = entry.slice(0, at).trim();
  const declaration = declarations.find((known) => known.name === name);
  if (declaration === undefined) {
    return refuse(
      unknownKnob(
        name,
        declarations.map((known) => known.name),
      ),
    );
  }
  const forbidden = forbiddenTarget(declaration.target);
  if (forbidden !== undefined) return refuse(forbidden);
  const parsed = entry
    .slice(at + 1)
    .split(',')
    .map((text) => parseValues(declaration, text.trim()));
  const refusals = parsed.flatMap((result) => (result.ok ? [] : result.refusals));
  if (refusals.length > 0) return refuse(...refusals);
  const values = new Set(parsed.flatMap((result) => (result.ok ? result.value : [])));
  return accept({ name, values: inOrder([...values]) });
}

/** From low to high, so that a step is a small one; words stay as they were written. */
function inOrder(values: KnobValue[]): KnobValue[] {
  return values.every((value) => typeof value === 'number') ? values.sort((a, b) => a - b) : values;
}

function parseValues(declaration: KnobDeclaration, text: string): Result<KnobValue[]> {
  const groups = declaration.domain.type === 'categorical' ? undefined : span.exec(text)?.groups;
  if (groups === undefined) {
    const value = parseKnobValue(declaration, text);
    return value.ok ? accept([value.value]) : value;
  }
  const ends = [groups.low, groups.high].map((end) => parseKnobValue(declaration, end as string));
  const refusals = ends.flatMap((end) => (end.ok ? [] : end.refusals));
  if (refusals.length > 0) return refuse(...refusals);
  const [low, high] = ends.flatMap((end) => (end.ok ? [end.value as number] : [])) as [number, number];
  const count = groups.count === undefined ? undefined : Number(groups.count);
  const values = low < high ? valuesBetween(declaration, low, high, count) : undefined;
  if (values !== undefined) return accept(values);
  return refuse({
    code: 'TT_SPEC_EXPRESSION',
    reason: `${declaration.name} cannot be swept so.`,
    found: text,
    accepted: `${acceptedSpan(declaration)}, within ${describeDomain(declaration)}`,
  });
}

function acceptedSpan({ domain: { type } }: KnobDeclaration): string {
  if (type === 'ordinal') return 'LOW..HIGH';
  return type === 'integer' ? 'LOW..HIGH or LOW..HIGH/COUNT, COUNT from 2' : 'LOW..HIGH/COUNT, COUNT from 2';
}

/** Undefined where a count is missing, too small, or has no meaning. */
function valuesBetween(
  { domain }: KnobDeclaration,
  low: number,
  high: number,
  count: number | undefined,
): number[] | undefined {
  if (domain.type === 'ordinal') {
    return count === undefined ? domain.values.filter((value) => value >= low && value <= high) : undefined;
  }
  const whole = domain.type === 'integer';
  const points = count ?? (whole ? high - low + 1 : 0);
  if (points < 2 || points > maxSteps) return undefined;
  const spaced = Array.from({ length: points }, (_, i) => low + ((high - low) * i) / (points - 1));
  return spaced.map((value) => (whole ? Math.round(value) : Number(value.toPrecision(6))));
}

function namedTwice({ name }: SweptKnob): Refusal {
  return { code: 'TT_SPEC_DUPLICATE', reason: 'This knob is swept twice.', found: name, accepted: 'once' };
}

/**
 * The visits of a sweep in an order in which little changes from one to the next: in a grid one knob by one
 * value (a reflected Gray code, the first knob changing least often). Every second repeat goes backwards, so
 * that a slow drift of the robot does not look like the effect of a knob. `found` are the settings that one
 * knob at a time is varied around. Refuses a value, of the sweep or among those, that a knob does not accept
 * (what `checkConfiguration` refuses), and more than 10,000 visits (TT_PARAM_RANGE).
 */
export function expandSweep(
  declarations: readonly KnobDeclaration[],
  sweep: { swept: readonly SweptKnob[]; design: SweepDesign; repeats: number; found: Configuration },
): Result<SweepStep[]> {
  const { swept, design, repeats, found } = sweep;
  const visits = repeats * (design === 'grid' ? product(swept) : 1 + sum(swept));
  if (visits > maxSteps) {
    const reason = 'The sweep has too many settings.';
    return refuse({ code: 'TT_PARAM_RANGE', reason, found: String(visits), accepted: `at most ${maxSteps}` });
  }
  const base = Object.fromEntries(swept.map(({ name }) => [name, found[name] as KnobValue]));
  const settings = design === 'grid' ? grid(swept) : oneAtATime(swept, base);
  const unfit = settings.map((each) => checkConfiguration(declarations, each)).find(({ ok }) => !ok);
  return unfit?.ok === false ? unfit : accept(inPasses(settings, repeats));
}

function product(swept: readonly SweptKnob[]): number {
  return swept.reduce((count, { values }) => count * values.length, 1);
}

function sum(swept: readonly SweptKnob[]): number {
  return swept.reduce((count, { values }) => count + values.length, 0);
}

function grid([first, ...rest]: readonly SweptKnob[]): Configuration[] {
  if (first === undefined) return [{}];
  const inner = grid(rest);
  return first.values.flatMap((value, i) =>
    (i % 2 === 0 ? inner : inner.toReversed()).map((settings) => ({ [first.name]: value, ...settings })),
  );
}

function oneAtATime(swept: readonly SweptKnob[], base: Configuration): Configuration[] {
  const varied = swept.flatMap(({ name, values }) =>
    values.filter((value) => value !== base[name]).map((value) => ({ ...base, [name]: value })),
  );
  return [base, ...varied];
}

function inPasses(settings: Configuration[], repeats: number): SweepStep[] {
  return Array.from({ length: repeats }, (_, pass) =>
    (pass % 2 === 0 ? settings : settings.toReversed()).map((each) => ({ settings: each, repeat: pass + 1 })),
  ).flat();
}
