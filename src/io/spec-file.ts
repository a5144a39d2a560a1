import { readFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { isTableUse } from '../core/knobs/table/use-entry.ts';
import { type Refusal, type Result, refuse } from '../core/refusal.ts';
import { parseSpec } from '../core/spec/parse-spec.ts';
import type { Spec } from '../core/spec/spec.ts';
import { shippedTablesFolder, sourcedDistro } from './knob-tables.ts';

/**
 * Reads and checks the performance spec in a file. What it `use`s is looked for below the `config` folder the
 * file stands in, or below the file's own folder when there is none; knob tables also among those that come with
 * Trimtab. Refuses with TT_FILE_MISSING and with what `parseSpec` refuses.
 */
export function readSpecFile(file: string): Result<Spec> {
  const text = readText(file);
  if (text === undefined) return refuse(missingFile(file));
  const root = configFolder(file);
  const load = (name: string) => {
    const included = resolve(root, `${name}.yaml`);
    return included.startsWith(root + sep) ? (readText(included) ?? shippedTable(name)) : undefined;
  };
  return parseSpec(text, file, load, sourcedDistro());
}

function shippedTable(name: string): string | undefined {
  return isTableUse(name) ? readText(join(shippedTablesFolder(), '..', `${name}.yaml`)) : undefined;
}

function configFolder(file: string): string {
  const own = dirname(resolve(file));
  const parts = own.split(sep);
  const depth = parts.lastIndexOf('config');
  return depth < 0 ? own : join(sep, ...parts.slice(0, depth + 1));
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function missingFile(file: string): Refusal {
  const reason = 'The spec is not there or cannot be read.';
  return { code: 'TT_FILE_MISSING', reason, found: file, accepted: 'a readable YAML file' };
}
