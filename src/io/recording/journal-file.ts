import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { accept, type Result, refuse } from '../../core/refusal.ts';
import { makeFolder } from './make-folder.ts';
import { writeWhole } from './write-whole.ts';

/**
 * An append-only file of JSON records, one per line. A crash can tear only the last line: reading leaves it
 * out and opening for more cuts it off, as does a record that the disk had no room for.
 */
export class JournalFile {
  readonly path: string;
  readonly #file: number;
  readonly #sync: boolean;

  private constructor(path: string, file: number, sync: boolean) {
    this.path = path;
    this.#file = file;
    this.#sync = sync;
  }

  /**
   * Opens a journal for appending, and makes it and its folder when absent. With `sync` each record is on
   * disk before `append` returns. Refused where the file cannot be written.
   */
  static open(path: string, options: { sync?: boolean } = {}): Result<JournalFile> {
    try {
      makeFolder(dirname(path));
      const file = openSync(path, 'a+');
      const journal = new JournalFile(path, file, options.sync ?? false);
      journal.#cutTornLine();
      return accept(journal);
    } catch (error) {
      return refuse({
        code: 'TT_FILE_UNWRITABLE',
        reason: `cannot write ${path}: ${(error as Error).message}`,
      });
    }
  }

  /** Adds a record, whole or not at all. Throws when the disk is full. */
  append(record: unknown): void {
    try {
      writeWhole(this.#file, `${JSON.stringify(record)}\n`);
    } catch (error) {
      // The next record would be glued to it.
      this.#cutTornLine();
      throw error;
    }
    if (this.#sync) fsyncSync(this.#file);
  }

  close(): void {
    closeSync(this.#file);
  }

  #cutTornLine(): void {
    const content = readFileSync(this.path);
    const wholeBytes = content.lastIndexOf(0x0a) + 1;
    if (wholeBytes < content.length) ftruncateSync(this.#file, wholeBytes);
  }
}

/**
 * All whole records of a journal, and whether a torn last line was left out. A line elsewhere that is not
 * JSON is refused with its place: such a file was not written by `JournalFile`.
 */
export function readJournal(path: string): Result<{ records: unknown[]; torn: boolean }> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return refuse({ code: 'TT_FILE_MISSING', reason: `cannot read ${path}: ${(error as Error).message}` });
  }
  const lines = text.split('\n');
  const torn = lines.pop() !== '';
  const records: unknown[] = [];
  for (const [index, line] of lines.entries()) {
    try {
      records.push(JSON.parse(line));
    } catch {
      return refuse({
        code: 'TT_FILE_DAMAGED',
        reason: 'a journal line is not JSON',
        place: { file: path, line: index + 1, column: 1 },
        found: line.slice(0, 60),
      });
    }
  }
  return accept({ records, torn });
}
