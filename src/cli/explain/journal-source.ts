import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Result, refuse } from '../../core/refusal.ts';
import { parseJournal } from '../../core/tune/journal.ts';
import { recordOf, type StudyRecord } from '../../core/tune/study-record.ts';

/** Reads a study back from its journal; TT_FILE_MISSING, or TT_JOURNAL with the line that is wrong. */
export function readStudy(file: string): Result<StudyRecord> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const reason = `cannot read ${file}: ${(error as Error).message}`;
    return refuse({ code: 'TT_FILE_MISSING', reason, found: file, accepted: 'the journal of a search' });
  }
  const events = parseJournal(text, file);
  return events.ok ? recordOf(events.value, file) : events;
}

/** The journal of the last search in a tuner's folder; undefined where there is none. */
export function newestJournal(stateDir: string): string | undefined {
  try {
    const files = readdirSync(stateDir)
      .filter((name) => /^study-.*\.jsonl$/.test(name))
      .map((name) => join(stateDir, name));
    const changed = new Map(files.map((file) => [file, statSync(file).mtimeMs]));
    return files.sort((a, b) => (changed.get(b) as number) - (changed.get(a) as number))[0];
  } catch {
    // No folder: nothing was ever tuned from here.
    return undefined;
  }
}
