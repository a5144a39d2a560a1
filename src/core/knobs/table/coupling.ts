import type { SpecSource, Token } from '../../spec/spec-source.ts';
import { boundOf, keeps } from '../coupling.ts';
import type { Coupling } from '../knob.ts';
import type { Distro } from './distro.ts';
import { bindParameter, fillParameter } from './patterns.ts';

/**
 * What must hold between two parameters of one node in every moment of a change. It says which of the two is
 * written first: `model_dt >= 1 / controller_frequency` means that model_dt is raised before the frequency is
 * lowered, and the frequency raised before model_dt is lowered.
 */
export type Relation = {
  left: string;
  comparison: '>=' | '<=';
  /** The right side: the other parameter, or 1 divided by it. */
  right: string;
  reciprocal: boolean;
};

/** A relation as a table states it; parameter names may be patterns. Between two knobs of a spec it becomes a `Coupling`. */
export type TableCoupling = Relation & { distros: readonly Distro[]; note?: string };

const form = /^(?<left>\S+)\s*(?<comparison>>=|<=)\s*(?<one>1\s*\/\s*)?(?<right>[A-Za-z_*][\w.*]*)$/;
const example = 'a <= b, or a >= 1 / b';

/** Reads `a <= b` or `a >= 1 / b`. */
export function readRelation(source: SpecSource, token: Token): Relation | undefined {
  const parts = form.exec(token.text)?.groups;
  if (parts !== undefined) {
    const { left = '', comparison, one, right = '' } = parts;
    return { left, comparison: comparison as '>=' | '<=', right, reciprocal: one !== undefined };
  }
  return source.refuse({
    code: 'TT_SPEC_EXPRESSION',
    reason: 'This is not a relation between two parameters.',
    at: token,
    found: token.text,
    accepted: example,
  });
}

/** A relation as a person writes it. */
export function describeRelation({ left, comparison, right, reciprocal }: Relation): string {
  return `${left} ${comparison} ${reciprocal ? '1 / ' : ''}${right}`;
}

/** Whether two values keep a relation. */
export function keepsRelation(relation: Relation, left: number, right: number): boolean {
  return keeps(left, relation.comparison, boundOf(right, comparedWith(relation)));
}

/** What of the right side a value is compared with, as a coupling of knobs says it. */
export function comparedWith({ reciprocal }: Relation): Coupling['of'] {
  return reciprocal ? 'reciprocal' : 'value';
}

/** The relation seen from its right side: `a <= b` is `b >= a`, and `a >= 1 / b` is `b >= 1 / a` (of what is above 0). */
export function turnedRound<T extends Relation>(relation: T): T {
  const { left, comparison, right, reciprocal } = relation;
  const turned = comparison === '>=' ? '<=' : '>=';
  return { ...relation, left: right, right: left, comparison: reciprocal ? comparison : turned };
}

/**
 * The relation for one parameter that stands on its left side, its patterns filled with what they stand for
 * there; undefined when the parameter has no part in it.
 */
export function relationFor<T extends Relation>(relation: T, parameter: string): T | undefined {
  const parts = bindParameter(relation.left, parameter);
  if (parts === undefined) return undefined;
  return { ...relation, left: parameter, right: fillParameter(relation.right, parts) ?? relation.right };
}
