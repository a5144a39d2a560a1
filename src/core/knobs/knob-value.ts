import { accept, type Refusal, type Result, refuse } from '../refusal.ts';
import { formatNumber } from '../spec/describe.ts';
import { acceptedNames } from '../spec/nearest.ts';
import type { Configuration, KnobDeclaration, KnobDomain, KnobTarget, KnobValue } from './knob.ts';
import { formatList, parseList } from './list-value.ts';

/** What of a knob its values are judged by. */
type Valued = Pick<KnobDeclaration, 'name' | 'domain' | 'unit'>;

const numberWithUnit = /^(?<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(?<unit>\S*)$/;

/**
 * Reads a value as a person writes it: `15`, `15 Hz`, `edge`, `true`. Refuses with TT_PARAM_TYPE,
 * TT_SPEC_UNIT or TT_PARAM_RANGE. `String(value)` is always read back as the same value.
 */
export function parseKnobValue(declaration: Valued, text: string): Result<KnobValue> {
  const { domain, name, unit } = declaration;
  const accepted = describeDomain(declaration);
  if (domain.type === 'categorical') {
    const list = parseList(text);
    const word = (list && formatList(list)) ?? text.trim();
    const choice = domain.values.find((value) => String(value) === word) ?? word;
    return checked(declaration, choice);
  }
  const groups = numberWithUnit.exec(text.trim())?.groups;
  if (groups === undefined) {
    return refuse({ code: 'TT_PARAM_TYPE', reason: `${name} takes a number.`, found: text, accepted });
  }
  if (groups.unit !== '' && groups.unit !== unit) {
    const reason = `${name} ${unit === '' ? 'has no unit' : `is in ${unit}`}.`;
    return refuse({ code: 'TT_SPEC_UNIT', reason, found: text, accepted });
  }
  return checked(declaration, Number(groups.number));
}

function checked(declaration: Valued, value: KnobValue): Result<KnobValue> {
  const refusal = checkKnobValue(declaration, value);
  return refusal === undefined ? accept(value) : refuse(refusal);
}

/** Why a knob cannot take a value (TT_PARAM_TYPE, TT_PARAM_RANGE), or undefined when it can. */
export function checkKnobValue(declaration: Valued, value: KnobValue): Refusal | undefined {
  const { domain, name } = declaration;
  const objection = { found: String(value), accepted: describeDomain(declaration) };
  if (domain.type === 'categorical') {
    if (domain.values.length === 0 || domain.values.includes(value as string | boolean)) return undefined;
    return { code: 'TT_PARAM_RANGE', reason: `${name} has no such choice.`, ...objection };
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    return { code: 'TT_PARAM_TYPE', reason: `${name} takes a number.`, ...objection };
  }
  if (domain.type === 'integer' && !Number.isInteger(value)) {
    return { code: 'TT_PARAM_TYPE', reason: `${name} takes a whole number.`, ...objection };
  }
  if (inDomain(domain, value)) return undefined;
  return { code: 'TT_PARAM_RANGE', reason: `${name} is out of its range.`, ...objection };
}

function inDomain(domain: Exclude<KnobDomain, { type: 'categorical' }>, value: number): boolean {
  if (domain.type === 'ordinal') return domain.values.includes(value);
  return value >= domain.low && value <= domain.high;
}

/**
 * Checks a full or partial configuration: every name declared (TT_PARAM_UNKNOWN), every value in its
 * domain. All refusals at once.
 */
export function checkConfiguration(
  declarations: readonly KnobDeclaration[],
  configuration: Configuration,
): Result<Configuration> {
  const byName = new Map(declarations.map((declaration) => [declaration.name, declaration]));
  const refusals = Object.entries(configuration).flatMap(([name, value]) => {
    const declaration = byName.get(name);
    const refusal =
      declaration === undefined ? unknownKnob(name, [...byName.keys()]) : checkKnobValue(declaration, value);
    return refusal === undefined ? [] : [refusal];
  });
  return refusals.length === 0 ? accept(configuration) : refuse(...refusals);
}

/** Why a name is not taken that no declared knob has (TT_PARAM_UNKNOWN). */
export function unknownKnob(name: string, names: readonly string[]): Refusal {
  const accepted = names.length === 0 ? 'no knob is declared' : acceptedNames(name, names);
  return { code: 'TT_PARAM_UNKNOWN', reason: 'No such knob.', found: name, accepted };
}

/** A value for people: `15 Hz`, `0.3333 cores`, `edge`. Rounded; use `String(value)` to keep it exact. */
export function formatKnobValue({ unit }: Pick<KnobDeclaration, 'unit'>, value: KnobValue): string {
  if (typeof value !== 'number') return String(value);
  return unit === '' ? formatNumber(value) : `${formatNumber(value)} ${unit}`;
}

/** What a knob can be set to, for people: `1 to 30 Hz`, `5, 15 or 30 Hz`. */
export function describeDomain({ domain, unit }: Pick<KnobDeclaration, 'domain' | 'unit'>): string {
  const suffix = unit === '' ? '' : ` ${unit}`;
  if ('low' in domain && !Number.isFinite(domain.high - domain.low))
    return domain.type === 'integer' ? `any whole number${suffix}` : `any number${suffix}`;
  switch (domain.type) {
    case 'real':
      return `${domain.low} to ${domain.high}${suffix}`;
    case 'integer':
      return `whole numbers from ${domain.low} to ${domain.high}${suffix}`;
    case 'ordinal':
      return `one of ${domain.values.join(', ')}${suffix}`;
    case 'categorical':
      return domain.values.length === 0 ? 'what the target offers' : `one of ${domain.values.join(', ')}`;
  }
}

/** A domain as a spec writes it: `[1, 30]`, `{5, 15, 30}`. */
export function formatDomain(domain: KnobDomain): string {
  return 'low' in domain ? `[${domain.low}, ${domain.high}]` : `{${domain.values.join(', ')}}`;
}

const cgroupResources = { cpu: 'cpu limit', weight: 'cpu weight', cpus: 'CPUs' } as const;

/** What is turned, for people: `parameter fps of camera`, `throttle a -> b`. */
export function describeTarget(target: KnobTarget): string {
  switch (target.kind) {
    case 'parameter':
      return `parameter ${target.parameter} of ${target.node}`;
    case 'throttle':
      return `throttle ${target.from} -> ${target.to}`;
    case 'service':
      return `service ${target.service}`;
    case 'cgroup':
      return `${cgroupResources[target.resource]} of ${target.process}`;
    case 'process':
      return `${target.attribute === 'nice' ? 'nice value' : 'scheduling policy'} of ${target.process}`;
    case 'placement':
      return `placement of ${target.node}, by its parameter ${target.parameter}`;
    case 'power-mode':
      return 'power mode';
  }
}
