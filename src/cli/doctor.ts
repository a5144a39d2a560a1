import { join } from 'node:path';
import { formatRefusal } from '../core/refusal.ts';
import { type Part, probeAll } from '../io/platform/probe/index.ts';
import { createStyle, renderTable, type Style, wantsColour, widthOf } from './terminal/index.ts';

/** How it is called. */
export const usage = 'trimtab doctor [--json]';

/**
 * `trimtab doctor [--json]`: looks at every part of the system and prints what is real, what is absent or stale, what
 * that costs, and the command that cures it where there is one. Exit code 1 when a part is absent without which nothing
 * runs.
 */
export async function run(args: string[]): Promise<number> {
  const asJson = args.includes('--json');
  const unknown = args.filter((arg) => arg !== '--json');
  if (unknown.length > 0) {
    const reason = 'doctor takes one option';
    console.error(formatRefusal({ code: 'TT_USAGE', reason, found: unknown.join(' '), accepted: usage }));
    return 2;
  }
  const runtime = join(process.env.TRIMTAB_HOME ?? '', 'node_modules', 'onnxruntime-node');
  const parts = await probeAll({ env: process.env, root: '/' }, runtime);
  const style = createStyle(wantsColour(process.stdout, process.env));
  process.stdout.write(asJson ? `${JSON.stringify({ parts }, null, 2)}\n` : describe(parts, style));
  return parts.some(({ state, required }) => required && state === 'absent') ? 1 : 0;
}

function describe(parts: Part[], style: Style): string {
  const rows = parts.map(({ part, state, found, cost }) => [
    { text: state, paint: state === 'real' ? style.good : style.warn },
    part,
    found,
    cost ?? '',
  ]);
  const columns = [
    { header: '' },
    { header: 'part' },
    { header: 'found', flexible: true },
    { header: 'what that costs', flexible: true },
  ];
  const table = renderTable({ columns, rows, width: widthOf(process.stdout) });
  // Below the table, as a wrapped command cannot be copied.
  const cures = parts.flatMap(({ part, cure }) => (cure ? [`\nTo clear ${part}:\n  ${cure}`] : []));
  return `${[table, ...cures].join('\n')}\n`;
}
