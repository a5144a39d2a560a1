import { formatRefusal, type Refusal } from '../core/refusal.ts';
import { readSpecFile } from '../io/spec-file.ts';
import { ClientSession, type Message } from '../ros/index.ts';
import { asRefusal } from './set/running-tuner.ts';
import { createStyle, ProgressLine, wantsColour, widthOf } from './terminal/index.ts';
import { dryRun } from './tune/dry-run.ts';
import { readTuneOptions, type TuneOptions } from './tune/options.ts';
import { runGoal } from './tune/run-goal.ts';
import { JsonView, type SearchView, TerminalView } from './tune/search-view.ts';
import { openTuner } from './tune/tuner-source.ts';
import { untilStopped } from './until-stopped.ts';

export { usage } from './tune/options.ts';

/**
 * `trimtab tune SPEC`: searches a configuration that meets the spec, on the running robot, and shows each trial, or with
 * `--resume` goes on with a search that a crash broke off. Works
 * through the tuner where one runs, else starts one for as long as it takes. Exit code 0 when what stays in force meets every requirement,
 * 1 when nothing was found, the search was cancelled or could not begin, 2 for a command line that cannot be understood.
 */
export async function run(args: string[]): Promise<number> {
  const options = readTuneOptions(args);
  if (!options.ok) return fail(options.refusals, 2);
  const spec = readSpecFile(options.value.specFile);
  if (!spec.ok) return fail(spec.refusals, 1);
  const stopped = untilStopped();
  const session = await ClientSession.open(`trimtab_tune_${process.pid}`);
  try {
    if (options.value.dryRun) return await dryRun(session, spec.value, options.value);
    const source = await openTuner(session, { name: options.value.tuner, spec: spec.value }, console.error);
    if (!source.ok) return fail(source.refusals, 1);
    const view = openView(options.value);
    try {
      const end = await runGoal(session, source.value, options.value, {
        stopped,
        onFeedback: (feedback) => view.show(feedback),
        onCancel: () => view.note('cancelled: everything is put back'),
      });
      if (!end.ok) return fail(end.refusals, 1);
      view.end(end.value.result);
      return exitCode(end.value.result);
    } finally {
      view.close();
      await source.value.close();
    }
  } finally {
    session.close();
  }
}

function openView({ json, specFile }: TuneOptions): SearchView {
  if (json) return new JsonView(process.stdout);
  const colour = wantsColour(process.stdout, process.env);
  return new TerminalView({
    output: process.stdout,
    style: createStyle(colour),
    width: widthOf(process.stdout),
    specFile,
    progress: new ProgressLine({
      output: process.stdout,
      clock: { nowMs: () => performance.now() },
      colour,
    }),
  });
}

function exitCode(result: Message): number {
  if (result.success) return 0;
  console.error(formatRefusal(asRefusal(result)));
  return 1;
}

function fail(refusals: readonly Refusal[], code: number): number {
  for (const refusal of refusals) console.error(formatRefusal(refusal));
  return code;
}
