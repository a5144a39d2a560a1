import { existsSync, statSync } from 'node:fs';
import type { SweepStep } from '../../core/knobs/sweep.ts';
import {
  otherSweep,
  type ProfileRow,
  type ProfileTable,
  type ProfileTableHead,
  profileTableCsv,
  readTableRecords,
  stepKey,
} from '../../core/measure/profile-table.ts';
import { accept, type Result, refuse } from '../../core/refusal.ts';
import { JournalFile, readJournal } from './journal-file.ts';
import { replaceFile } from './replace-file.ts';

/**
 * A profile table on disk: `PATH.jsonl`, where each row stands as soon as it is measured, and `PATH.csv`, made
 * from it. A table that is there already is continued when it is of the same sweep.
 */
export class ProfileTableFile {
  /** The head in the file, which is that of the first sweep where a table is continued. */
  readonly head: ProfileTableHead;
  readonly #rows: ProfileRow[];
  readonly #done: Set<string>;
  readonly #journal: JournalFile;
  readonly #csvPath: string;

  private constructor(table: ProfileTable, journal: JournalFile, csvPath: string) {
    this.head = table.head;
    this.#rows = table.rows;
    this.#done = new Set(table.rows.map(stepKey));
    this.#journal = journal;
    this.#csvPath = csvPath;
  }

  /**
   * Opens `PATH.jsonl`, and makes it and its folder when absent; a last line that a crash tore is cut off.
   * Refused, with nothing changed, for a file that is no table or one of another sweep (TT_TABLE), is damaged
   * or cannot be written.
   */
  static open(path: string, head: ProfileTableHead): Result<ProfileTableFile> {
    const file = `${path}.jsonl`;
    const held = heldTable(file);
    if (!held.ok) return held;
    const other = held.value && otherSweep(held.value.head, head, file);
    if (other) return refuse(other);
    const journal = JournalFile.open(file, { sync: true });
    if (!journal.ok) return journal;
    if (!held.value) {
      const begun = begin(journal.value, head);
      if (!begun.ok) return begun;
    }
    return accept(new ProfileTableFile(held.value ?? { head, rows: [] }, journal.value, `${path}.csv`));
  }

  /** All rows, those of earlier runs included. */
  get rows(): readonly ProfileRow[] {
    return this.#rows;
  }

  /** Whether a visit's row is in the table. */
  has(step: SweepStep): boolean {
    return this.#done.has(stepKey(step));
  }

  /** Adds a row; it is on disk when this returns. Throws when the disk is full. */
  add(row: ProfileRow): void {
    this.#journal.append(row);
    this.#rows.push(row);
    this.#done.add(stepKey(row));
  }

  /** Closes the file and writes the CSV, at once and whole; refused where that cannot be written. */
  close(): Result<void> {
    this.#journal.close();
    try {
      return accept(replaceFile(this.#csvPath, profileTableCsv({ head: this.head, rows: this.#rows })));
    } catch (error) {
      const reason = `cannot write ${this.#csvPath}: ${(error as Error).message}`;
      return refuse({ code: 'TT_FILE_UNWRITABLE', reason });
    }
  }
}

/** Writes the first line of a table, or closes its file. */
function begin(journal: JournalFile, head: ProfileTableHead): Result<void> {
  try {
    return accept(journal.append(head));
  } catch (error) {
    journal.close();
    const reason = `cannot write ${journal.path}: ${(error as Error).message}`;
    return refuse({ code: 'TT_FILE_UNWRITABLE', reason });
  }
}

/** Undefined where there is no table yet, or only the torn beginning of one. */
function heldTable(file: string): Result<ProfileTable | undefined> {
  if (!existsSync(file) || statSync(file).size === 0) return accept(undefined);
  const journal = readJournal(file);
  if (!journal.ok) return journal;
  if (journal.value.records.length === 0) return accept(undefined);
  return readTableRecords(journal.value.records, file);
}

/**
 * Reads a profile table for fitting models to it; the name is that of its `.jsonl` file. A torn last line is
 * left out. Refused when it is missing, damaged or no table.
 */
export function readProfileTable(file: string): Result<ProfileTable> {
  const journal = readJournal(file);
  return journal.ok ? readTableRecords(journal.value.records, file) : journal;
}
