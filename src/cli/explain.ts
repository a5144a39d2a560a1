import { accept, formatRefusal, type Result, refuse } from '../core/refusal.ts';
import { explainStudy, type StudyExplanation, type TrialSummary } from '../core/tune/explain-study.ts';
import { readSettings } from '../core/tune/settings.ts';
import { newestJournal } from '../io/recording/study-journal.ts';
import { defaultStateDir } from '../nodes/state-dir.ts';
import { ClientSession } from '../ros/index.ts';
import { studyView, trialView } from './explain/explanation-view.ts';
import { readStudy } from './explain/journal-source.ts';
import { type ExplainOptions, readExplainOptions } from './explain/options.ts';
import { asRefusal, RunningTuner } from './set/running-tuner.ts';
import { widthOf } from './terminal/index.ts';

/** What is known of a search: of all of it, or of one trial. */
type Answer = { study: StudyExplanation } | { trial: TrialSummary } | { text: string };

const discoveryMs = 2000;
/** Models are fitted once for each configuration that is left out. */
const explainMs = 30_000;

export { usage } from './explain/options.ts';

/**
 * `trimtab explain [TRIAL]`: why a configuration was chosen, which knobs matter, what the models expect and how far they are off; of the
 * running tuner's last search, else of the newest journal, or of the one that is named. Exit code 0, 1 when there is nothing to explain, 2 for a
 * command line that cannot be understood.
 */
export async function run(args: string[]): Promise<number> {
  const options = readExplainOptions(args);
  const answer = options.ok ? await answerTo(options.value) : options;
  if (!options.ok || !answer.ok) {
    for (const refusal of answer.ok ? [] : answer.refusals) console.error(formatRefusal(refusal));
    return options.ok ? 1 : 2;
  }
  if (options.value.json)
    console.log(JSON.stringify('study' in answer.value ? answer.value.study : answer.value));
  else console.log(viewOf(answer.value).join('\n\n'));
  return 0;
}

async function answerTo(options: ExplainOptions): Promise<Result<Answer>> {
  if (options.journal !== undefined) return fromJournal(options.journal, options);
  const session = await ClientSession.open(`trimtab_explain_${process.pid}`);
  try {
    const tuner = await RunningTuner.find(session, options.tuner, discoveryMs);
    if (!tuner.ok) return tuner;
    if (tuner.value) return await fromTuner(session, tuner.value, options);
  } finally {
    session.close();
  }
  const journal = newestJournal(defaultStateDir());
  if (journal !== undefined) {
    console.error(`${options.tuner} does not run; from its last journal, ${journal}`);
    return fromJournal(journal, options);
  }
  return refuse({
    code: 'TT_FILE_MISSING',
    reason: 'no tuner runs, and none has left a journal',
    found: defaultStateDir(),
    accepted: 'a running tuner, or --journal FILE',
  });
}

function fromJournal(file: string, { trial, expected }: ExplainOptions): Result<Answer> {
  const study = readStudy(file);
  if (!study.ok) return study;
  const asked = readSettings(study.value.problem.space, expected);
  if (!asked.ok) return asked;
  const explanation = explainStudy(study.value, expected.length > 0 ? asked.value : undefined);
  if (trial === undefined) return accept({ study: explanation });
  const found = explanation.trials.find(({ number }) => number === Number(trial));
  if (found) return accept({ trial: found });
  const accepted = `a trial from 0 to ${explanation.trials.length - 1}`;
  return refuse({ code: 'TT_USAGE', reason: 'no such trial', found: trial, accepted });
}

async function fromTuner(
  session: ClientSession,
  { name }: RunningTuner,
  { trial, expected }: ExplainOptions,
): Promise<Result<Answer>> {
  const request = { subject: trial ?? '', configuration: expected };
  const answer = await session.call('trimtab_msgs/srv/Explain', `${name}/explain`, request, explainMs);
  if (!answer.ok) return answer;
  const { success, message, json } = answer.value;
  if (!success) return refuse(asRefusal(answer.value));
  if (json === '') return accept({ text: message });
  return accept(trial === undefined ? { study: JSON.parse(json) } : { trial: JSON.parse(json) });
}

function viewOf(answer: Answer): string[] {
  const width = widthOf(process.stdout);
  if ('study' in answer) return studyView(answer.study, width);
  return 'trial' in answer ? trialView(answer.trial, width) : [answer.text];
}
