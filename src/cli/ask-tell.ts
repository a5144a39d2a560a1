import { createInterface } from 'node:readline';
import { formatRefusal, type Refusal } from '../core/refusal.ts';
import { AskTellSession } from '../core/tune/ask-tell/session.ts';
import { type DesignerName, defaultDesigner, designerNames, designers } from '../core/tune/designers.ts';
import { type Safety, safeties, withSafety } from '../core/tune/safety.ts';
import { readWords } from './read-words.ts';

/** How it is called. */
export const usage = `trimtab ask-tell [--designer ${designerNames.join('|')}] [--safety ${safeties.join('|')}]`;

/**
 * `trimtab ask-tell`: optimises whatever program is at the other end of standard input and output, see
 * docs/ask-tell.md. Exit code 0 after the end of input or when nobody reads the output, 1 when a message cannot be used, 2 for an unknown flag.
 */
export async function run(args: string[]): Promise<number> {
  const options = readOptions(args);
  if (options === undefined) {
    const reason = 'ask-tell knows no such arguments.';
    printRefusals([{ code: 'TT_USAGE', reason, found: args.join(' '), accepted: usage }]);
    return 2;
  }
  const session = new AskTellSession(withSafety(options.safety, designers[options.designer]));
  const input = createInterface({ input: process.stdin });
  // Whoever no longer reads has ended the exchange without a word; without a listener that is an exception.
  process.stdout.on('error', () => input.close());
  for await (const line of input) {
    const step = session.take(line);
    if (!step.ok) {
      printRefusals(step.refusals);
      return 1;
    }
    if (step.value.remark) printRefusals([step.value.remark]);
    if (step.value.type === 'write') for (const text of step.value.lines) process.stdout.write(`${text}\n`);
    if (step.value.type === 'end') break;
  }
  return 0;
}

function readOptions(args: string[]): { designer: DesignerName; safety: Safety } | undefined {
  const text = { type: 'string' } as const;
  const read = readWords({ args, options: { designer: text, safety: text } });
  if (typeof read === 'string') return undefined;
  const { values } = read;
  const designer = designerNames.find((one) => one === (values.designer ?? defaultDesigner));
  const safety = safeties.find((one) => one === (values.safety ?? 'priced'));
  return designer && safety && { designer, safety };
}

function printRefusals(refusals: Refusal[]): void {
  for (const refusal of refusals) console.error(formatRefusal(refusal));
}
