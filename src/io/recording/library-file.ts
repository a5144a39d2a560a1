import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { accept, type Result, refuse } from '../../core/refusal.ts';
import type { Library } from '../../core/tune/library/library.ts';
import { formatLibrary, parseLibrary } from '../../core/tune/library/library-text.ts';
import { withFileLock } from './file-lock.ts';
import { makeFolder } from './make-folder.ts';
import { replaceFile } from './replace-file.ts';

/** The library of configurations in a state folder. */
export const libraryFileName = 'library.yaml';

/** The library of configurations on disk: YAML for people, replaced whole, by one writer at a time. */
export class LibraryFile {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Empty where there is no file yet; a damaged one is refused with the place (TT_FILE_DAMAGED). */
  load(): Result<Library> {
    let text: string;
    try {
      text = readFileSync(this.path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return accept([]);
      const reason = `cannot read ${this.path}: ${(error as Error).message}`;
      return refuse({ code: 'TT_FILE_MISSING', reason });
    }
    return parseLibrary(text, this.path);
  }

  /**
   * Writes what `change` makes of the library, and returns it. Refused, with the file as it was, where it is damaged,
   * another process does not let go of it (TT_FILE_LOCKED), or it cannot be written (TT_FILE_UNWRITABLE).
   */
  async update(change: (library: Library) => Library): Promise<Result<Library>> {
    try {
      makeFolder(dirname(this.path));
      return await withFileLock(this.path, () => {
        const held = this.load();
        if (!held.ok) return held;
        const changed = change(held.value);
        if (changed !== held.value) replaceFile(this.path, formatLibrary(changed));
        return accept(changed);
      });
    } catch (error) {
      const reason = `cannot write ${this.path}: ${(error as Error).message}`;
      return refuse({ code: 'TT_FILE_UNWRITABLE', reason });
    }
  }
}
