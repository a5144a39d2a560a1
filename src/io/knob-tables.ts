import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { type Distro, distros } from '../core/knobs/table/distro.ts';
import type { KnobTable } from '../core/knobs/table/knob-table.ts';
import { parseKnobTable } from '../core/knobs/table/parse-table.ts';
import { accept, type Result, refuse } from '../core/refusal.ts';

/** The ROS 2 distribution that is sourced, when tables speak of it. */
export function sourcedDistro(): Distro | undefined {
  return distros.find((distro) => distro === process.env.ROS_DISTRO);
}

/** Folder of the tables that come with Trimtab. */
export function shippedTablesFolder(): string {
  return join(process.env.TRIMTAB_ROOT ?? process.cwd(), 'config', 'knobs');
}

/**
 * Every table of some folders, by file name; a table of a later folder takes the place of one with the same name.
 * A table that cannot be read is refused, with file, line and column.
 */
export function readKnobTables(folders: readonly string[] = [shippedTablesFolder()]): Result<KnobTable[]> {
  const files = new Map<string, string>();
  for (const folder of folders) {
    const names = listTables(folder);
    if (!names.ok) return names;
    for (const name of names.value) files.set(name, join(folder, `${name}.yaml`));
  }
  const results = [...files]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, file]) => readTable(name, file));
  const refusals = results.flatMap((result) => (result.ok ? [] : result.refusals));
  return refusals.length > 0
    ? refuse(...refusals)
    : accept(results.flatMap((result) => (result.ok ? [result.value] : [])));
}

/** One table by the name of its file. */
function readTable(name: string, file: string): Result<KnobTable> {
  try {
    return parseKnobTable(readFileSync(file, 'utf8'), name, shortened(file));
  } catch (error) {
    return refuse({ code: 'TT_FILE_MISSING', reason: `cannot read ${file}: ${(error as Error).message}` });
  }
}

function listTables(folder: string): Result<string[]> {
  try {
    return accept(
      readdirSync(folder)
        .filter((file) => file.endsWith('.yaml'))
        .map((file) => basename(file, '.yaml')),
    );
  } catch (error) {
    const reason = `cannot read the folder of tables ${folder}: ${(error as Error).message}`;
    return refuse({ code: 'TT_FILE_MISSING', reason, found: folder, accepted: 'a folder of knob tables' });
  }
}

/** A path below the working folder as a person would type it. */
function shortened(file: string): string {
  const path = relative(process.cwd(), file);
  return path.startsWith('..') ? file : path;
}
