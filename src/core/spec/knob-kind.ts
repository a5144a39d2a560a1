import type { Node } from 'yaml';
import type { Confirmation, KnobDeclaration, KnobTarget, TakesEffect } from '../knobs/knob.ts';
import type { Entry } from './entry.ts';
import { readRangeOf } from './expression.ts';
import type { Token } from './spec-source.ts';

/** What differs from one kind of knob to another, as read from its entry. */
export type KnobKind = {
  name: string;
  target: KnobTarget;
  /** Where a refusal of the target points to. */
  at: Token | Node;
  takesEffect: TakesEffect;
  domain: KnobDeclaration['domain'];
  unit: string;
  confirm?: Confirmation;
};

/** Bounds with their unit, which must be there; undefined when refused. */
export function readRequiredRange(
  entry: Entry,
  key: string,
  accepted: string,
  quantity: 'rate' | 'cpu',
): { low: number; high: number } | undefined {
  const { source } = entry;
  if (entry.oneOf([key]) === undefined) return undefined;
  const value = entry.value(key);
  if (value === undefined) return undefined;
  const token = source.token(value);
  if (token !== undefined) return readRangeOf(source, token, quantity);
  const reason = `The bounds of a ${quantity} need a unit.`;
  return source.refuse({ code: 'TT_SPEC_UNIT', reason, at: value, found: source.excerpt(value), accepted });
}
