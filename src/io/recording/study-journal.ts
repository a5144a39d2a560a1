import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { accept, type Result, refuse } from '../../core/refusal.ts';
import { type JournalEvent, parseJournal } from '../../core/tune/journal.ts';
import { holdFileLock } from './file-lock.ts';
import { JournalFile } from './journal-file.ts';
import { makeFolder } from './make-folder.ts';

/** The journal of one search. From when it is opened until it is closed no other process writes it. */
export class StudyJournal {
  /** What it held when it was opened. */
  readonly events: readonly JournalEvent[];
  readonly #file: JournalFile;
  readonly #release: () => void;

  private constructor(events: readonly JournalEvent[], file: JournalFile, release: () => void) {
    this.events = events;
    this.#file = file;
    this.#release = release;
  }

  /** Begins a journal, with its folder. Refused: TT_FILE_UNWRITABLE, TT_FILE_LOCKED. */
  static begin(path: string): Promise<Result<StudyJournal>> {
    return StudyJournal.#open(path, () => accept([]));
  }

  /** Opens a journal to be gone on with. Refused: TT_FILE_MISSING, TT_JOURNAL, TT_FILE_UNWRITABLE, TT_FILE_LOCKED. */
  static async resume(path: string): Promise<Result<StudyJournal>> {
    // Beside what is no journal nothing is written, not even a lock.
    const found = readStudyEvents(path);
    return found.ok ? StudyJournal.#open(path, () => readStudyEvents(path)) : found;
  }

  static async #open(path: string, read: () => Result<JournalEvent[]>): Promise<Result<StudyJournal>> {
    const lock = await lockOf(path);
    if (!lock.ok) return lock;
    const events = read();
    const file = events.ok ? JournalFile.open(path) : events;
    if (events.ok && file.ok) return accept(new StudyJournal(events.value, file.value, lock.value));
    lock.value();
    return events.ok ? (file as Result<never>) : events;
  }

  get path(): string {
    return this.#file.path;
  }

  /** Adds an event, whole or not at all. Throws when the disk is full. */
  append(event: JournalEvent): void {
    this.#file.append(event);
  }

  close(): void {
    this.#file.close();
    this.#release();
  }
}

/** The events of a journal; TT_FILE_MISSING, or TT_JOURNAL with the line that is wrong. */
export function readStudyEvents(file: string): Result<JournalEvent[]> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const reason = `cannot read ${file}: ${(error as Error).message}`;
    return refuse({ code: 'TT_FILE_MISSING', reason, found: file, accepted: 'the journal of a search' });
  }
  return parseJournal(text, file);
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

async function lockOf(path: string): Promise<Result<() => void>> {
  try {
    makeFolder(dirname(path));
    return await holdFileLock(path);
  } catch (error) {
    return refuse({
      code: 'TT_FILE_UNWRITABLE',
      reason: `cannot write ${path}: ${(error as Error).message}`,
      accepted: 'a folder that can be written',
    });
  }
}
