import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Configuration } from '../../core/knobs/knob.ts';
import { accept, type Refusal, type Result, refuse } from '../../core/refusal.ts';
import { replaceFile } from './replace-file.ts';

/** The configuration to go back to when things go wrong. */
export type LastGood = {
  configuration: Configuration;
  /** When it was found good, in milliseconds of the Unix epoch. */
  savedMs: number;
};

/** What is in the file: the record and a checksum over its text, as a wrong value would be applied to a robot. */
type Stored = { format: 'trimtab-last-good-1'; sha256: string; record: string };

/** Keeps the last good configuration on disk, so that it outlives the tuner. */
export class LastGoodFile {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Replaces what was stored, at once and whole; refused where the folder cannot be written. */
  save(lastGood: LastGood): Result<void> {
    const record = JSON.stringify(lastGood);
    const stored: Stored = { format: 'trimtab-last-good-1', sha256: checksum(record), record };
    try {
      mkdirSync(dirname(this.path), { recursive: true });
      return accept(replaceFile(this.path, `${JSON.stringify(stored)}\n`));
    } catch (error) {
      const reason = `cannot store the last good configuration in ${this.path}: ${(error as Error).message}`;
      return refuse({ code: 'TT_FILE_UNWRITABLE', reason });
    }
  }

  /** Undefined when nothing was ever stored; refused when the file is not what `save` wrote. */
  load(): Result<LastGood | undefined> {
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
    const lastGood = parse(text);
    return lastGood ? accept(lastGood) : refuse(this.#damaged());
  }

  #damaged(): Refusal {
    return {
      code: 'TT_FILE_DAMAGED',
      reason: 'the last good configuration is damaged and is not used; delete the file to go on without it',
      place: { file: this.path, line: 1, column: 1 },
    };
  }
}

function parse(text: string): LastGood | undefined {
  try {
    const { format, sha256, record } = JSON.parse(text) as Partial<Stored>;
    if (format !== 'trimtab-last-good-1' || typeof record !== 'string') return undefined;
    return checksum(record) === sha256 ? (JSON.parse(record) as LastGood) : undefined;
  } catch {
    return undefined;
  }
}

function checksum(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
