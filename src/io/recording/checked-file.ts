import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { accept, type Result, refuse } from '../../core/refusal.ts';
import { makeFolder } from './make-folder.ts';
import { replaceFile } from './replace-file.ts';

/** What is in the file: a record and a checksum over its text, as a wrong value would be applied to a robot. */
type Stored = { format: string; sha256: string; record: string };

/** One record on disk, replaced whole and believed only with its checksum; it outlives its writer. */
export class CheckedFile<T> {
  readonly path: string;
  readonly #format: string;
  readonly #what: string;

  /** `format` tells this kind of file from others, `what` names it to people: "the last good configuration". */
  constructor(options: { path: string; format: string; what: string }) {
    this.path = options.path;
    this.#format = options.format;
    this.#what = options.what;
  }

  /** Replaces what was stored; it is on disk when this returns. Refused where the folder cannot be written. */
  save(value: T): Result<void> {
    const record = JSON.stringify(value);
    const stored: Stored = { format: this.#format, sha256: checksum(record), record };
    try {
      makeFolder(dirname(this.path));
      return accept(replaceFile(this.path, `${JSON.stringify(stored)}\n`));
    } catch (error) {
      const reason = `cannot store ${this.#what} in ${this.path}: ${(error as Error).message}`;
      return refuse({ code: 'TT_FILE_UNWRITABLE', reason });
    }
  }

  /** Undefined when nothing is stored; refused when the file is not what `save` wrote. */
  load(): Result<T | undefined> {
    let text: string;
    try {
      text = readFileSync(this.path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return accept(undefined);
      return refuse({
        code: 'TT_FILE_MISSING',
        reason: `cannot read ${this.path}: ${(error as Error).message}`,
      });
    }
    const value = this.#parse(text);
    if (value !== undefined) return accept(value);
    return refuse({
      code: 'TT_FILE_DAMAGED',
      reason: `${this.#what} is damaged and is not used; delete the file to go on without it`,
      place: { file: this.path, line: 1, column: 1 },
    });
  }

  /** Takes the file away; nothing happens when there is none. */
  remove(): void {
    rmSync(this.path, { force: true });
  }

  #parse(text: string): T | undefined {
    try {
      const { format, sha256, record } = JSON.parse(text) as Partial<Stored>;
      if (format !== this.#format || typeof record !== 'string') return undefined;
      return checksum(record) === sha256 ? (JSON.parse(record) as T) : undefined;
    } catch {
      return undefined;
    }
  }
}

function checksum(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
