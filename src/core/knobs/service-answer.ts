import type { KnobValue } from './knob.ts';

/**
 * How the answer of a service tells that it did what it was asked: by a field that holds a value, or not at all, for
 * services that act and say no. Where a knob states no rule, a field `success` that is false is a refusal.
 */
export type AnswerRule = { field: string; equals: KnobValue } | 'ignored';

/** What is accepted as a rule, for refusals. */
export const answerRuleForms = 'ignored, or a field and its value, as in rc == 1';

const form = /^(?<field>[a-z]\w*)\s*==\s*(?<value>\S+)$/;

/** Reads `ignored` or `rc == 1`; undefined for anything else. */
export function parseAnswerRule(text: string): AnswerRule | undefined {
  if (text.trim() === 'ignored') return 'ignored';
  const { field, value } = form.exec(text.trim())?.groups ?? {};
  if (field === undefined || value === undefined) return undefined;
  return { field, equals: asValue(value) };
}

function asValue(text: string): KnobValue {
  if (text === 'true' || text === 'false') return text === 'true';
  return Number.isFinite(Number(text)) ? Number(text) : text;
}

/** A rule as a person writes it. */
export function formatAnswerRule(rule: AnswerRule): string {
  return rule === 'ignored' ? rule : `${rule.field} == ${rule.equals}`;
}

/** Why an answer is a refusal, with the service's own `message` where it gives one; undefined when it is none. */
export function refusalIn(
  rule: AnswerRule | undefined,
  answer: Readonly<Record<string, unknown>>,
): string | undefined {
  if (rule === 'ignored') return undefined;
  if (rule === undefined) {
    return answer.success === false
      ? (messageOf(answer) ?? 'the service answered without success')
      : undefined;
  }
  const { field, equals } = rule;
  // Integers of 64 bits come as BigInt.
  if (String(answer[field]) === String(equals)) return undefined;
  const said = `the service answered ${field} = ${answer[field]}, not ${equals}`;
  const message = messageOf(answer);
  return message === undefined ? said : `${said}: ${message}`;
}

function messageOf({ message }: Readonly<Record<string, unknown>>): string | undefined {
  return typeof message === 'string' && message !== '' ? message : undefined;
}
