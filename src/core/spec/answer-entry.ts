import { type AnswerRule, answerRuleForms, parseAnswerRule } from '../knobs/service-answer.ts';
import type { Entry } from './entry.ts';

/** The `answer` of a service, as a spec or a knob table writes it; undefined when absent or refused. */
export function readAnswer(entry: Entry): AnswerRule | undefined {
  const token = entry.text('answer');
  if (token === undefined) return undefined;
  return (
    parseAnswerRule(token.text) ??
    entry.source.refuse({
      code: 'TT_SPEC_EXPRESSION',
      reason: 'This is not a rule on the answer of a service.',
      at: token,
      found: token.text,
      accepted: answerRuleForms,
    })
  );
}
