import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatRefusal } from '../core/refusal.ts';
import { runProgram } from './run-program.ts';

const folder = fileURLToPath(new URL('../../bench/', import.meta.url));

/** How it is called. */
export const usage = 'trimtab bench NAME [arguments]; each stands at the head of bench/NAME.ts';

/** `trimtab bench NAME [arguments]`: runs one measurement of bench/ and hands its exit code on. */
export async function run([name, ...args]: string[]): Promise<number> {
  const program = join(folder, `${name}.js`);
  if (name !== undefined && /^[\w-]+$/.test(name) && existsSync(program)) {
    return runProgram(process.execPath, [program, ...args]);
  }
  const accepted = readdirSync(folder)
    .filter((file) => file.endsWith('.js') && !file.includes('.test.'))
    .map((file) => file.slice(0, -3))
    .join(', ');
  console.error(
    formatRefusal({ code: 'TT_USAGE', reason: 'there is no such bench', found: name ?? '', accepted }),
  );
  return 2;
}
