import { formatRefusal, type Refusal } from '../../core/refusal.ts';
import { describeStudy, describeTrial } from '../../core/tune/explanation-text.ts';
import { readSettings } from '../../core/tune/settings.ts';
import type { StudyRecord } from '../../core/tune/study-record.ts';
import type { Message } from '../../ros/index.ts';
import type { Explainer } from './explainer.ts';

/** Answers `~/explain` from the last study: in words and, for a program, in JSON. */
export async function explainTo(
  { subject, configuration }: Message,
  {
    study,
    explainer,
    absent,
    answer,
  }: {
    study: StudyRecord | undefined;
    explainer: Pick<Explainer, 'explain'>;
    /** Knobs that cannot exist on this machine. */
    absent: readonly Refusal[];
    /** What refusals become in an answer. */
    answer: (refusals: Refusal[]) => Message;
  },
): Promise<Message> {
  const missing = absent.map((refusal) => formatRefusal(refusal));
  if (!study) {
    if (subject === '' && configuration.length === 0)
      return told(['nothing has been tuned yet', ...missing], undefined);
    return refused({ code: 'TT_USAGE', reason: 'nothing has been tuned yet', found: subject });
  }
  const asked = readSettings(study.problem.space, configuration);
  if (!asked.ok) return { ...answer(asked.refusals), json: '' };
  const explained = await explainer.explain(study, configuration.length > 0 ? asked.value : undefined);
  if (!explained.ok) return { ...answer(explained.refusals), json: '' };
  const explanation = explained.value;
  if (subject === '') return told([...describeStudy(explanation), ...missing], explanation);
  const trial = explanation.trials.find(({ number }) => String(number) === subject);
  if (trial) return told(describeTrial(trial), trial);
  const accepted = `a trial number from 0 to ${explanation.trials.length - 1}, or nothing for all of them`;
  return refused({ code: 'TT_USAGE', reason: 'no such trial', found: subject, accepted });

  function refused(refusal: Refusal): Message {
    return { ...answer([refusal]), json: '' };
  }
}

function told(lines: string[], content: unknown): Message {
  return { success: true, code: '', message: lines.join('\n'), json: JSON.stringify(content) ?? '' };
}
