import { formatRefusal } from '../core/refusal.ts';
import { ClientSession } from '../ros/index.ts';
import { readSetArguments } from './set/arguments.ts';
import { type SetOutcome, setKnobs } from './set/set-knobs.ts';
import { renderTable } from './terminal/index.ts';

export { usage } from './set/arguments.ts';

/**
 * `trimtab set KNOB=VALUE … [--spec FILE] [--dry-run] [--settle S] [--json] [--tuner NAME]`: turns knobs and says what
 * became of each. Exit code 0 when nothing was rejected or unreachable, 1 when something was, 2 for a command line that
 * cannot be understood.
 */
export async function run(args: string[]): Promise<number> {
  const request = readSetArguments(args);
  if (!request.ok) {
    for (const refusal of request.refusals) console.error(formatRefusal(refusal));
    return 2;
  }
  const session = await ClientSession.open(`trimtab_set_${process.pid}`);
  try {
    const outcome = await setKnobs(session, request.value);
    if (request.value.json) console.log(JSON.stringify(outcome));
    else print(outcome);
    return isClean(outcome) ? 0 : 1;
  } finally {
    session.close();
  }
}

function isClean({ verdicts, refusals }: SetOutcome): boolean {
  const failed = verdicts.some(({ outcome }) => outcome === 'rejected' || outcome === 'unreachable');
  return refusals.length === 0 && !failed;
}

function print({ verdicts, refusals, warnings }: SetOutcome): void {
  if (verdicts.length > 0) {
    console.log(
      renderTable({
        columns: [
          { header: 'knob' },
          { header: 'requested', align: 'right' },
          { header: 'achieved', align: 'right' },
          { header: 'verdict' },
          { header: 'evidence', flexible: true },
        ],
        rows: verdicts.map(({ name, requested, achieved, outcome, reason }) => [
          name,
          requested,
          achieved,
          outcome,
          reason,
        ]),
        width: process.stdout.columns ?? 120,
      }),
    );
  }
  for (const warning of warnings)
    console.error(`What was learnt of parameters is left out: ${formatRefusal(warning)}`);
  for (const refusal of refusals) console.error(formatRefusal(refusal));
}
