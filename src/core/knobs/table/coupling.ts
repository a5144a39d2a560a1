import type { SpecSource, Token } from '../../spec/spec-source.ts';
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

/** A relation as a table states it; parameter names may be patterns. */
export type Coupling = Relation & { distros: readonly Distro[]; note?: string };

/** Values that were computed from each other differ in the last digits. */
const tolerance = 1e-6;

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

/** Whether two values keep a relation; a reciprocal of 0 is infinite. */
export function keepsRelation({ comparison, reciprocal }: Relation, left: number, right: number): boolean {
  const bound = reciprocal ? 1 / right : right;
  const slack = tolerance * Math.max(Math.abs(left), Number.isFinite(bound) ? Math.abs(bound) : 0);
  return comparison === '>=' ? left >= bound - slack : left <= bound + slack;
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
