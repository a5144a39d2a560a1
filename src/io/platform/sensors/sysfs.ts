import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Reads the small files by which the kernel tells of its devices, below a root; paths are without a leading slash. */
export class Sysfs {
  readonly #root: string;

  /** `root` is `/` except in tests. */
  constructor(root = '/') {
    this.#root = root;
  }

  /** Without blanks around; undefined where there is no such file or it cannot be read now. */
  text(path: string): string | undefined {
    try {
      return readFileSync(join(this.#root, path), 'utf8').trim();
    } catch {
      return undefined;
    }
  }

  /** The number that a file holds; undefined where it holds none or cannot be read now. */
  number(path: string): number | undefined {
    const text = this.text(path);
    if (text === undefined || text === '') return undefined;
    const value = Number(text);
    return Number.isFinite(value) ? value : undefined;
  }

  /** Names in a folder, sorted; none where it is absent or may not be seen. */
  names(folder: string): string[] {
    try {
      return readdirSync(join(this.#root, folder)).sort();
    } catch {
      return [];
    }
  }

  /** Why a file cannot be read, in words; undefined where it can. It is tried, as rights alone do not tell. */
  obstacle(path: string): string | undefined {
    try {
      readFileSync(join(this.#root, path));
      return undefined;
    } catch (error) {
      const isForbidden = ['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '');
      return isForbidden ? `no permission to read /${path}` : `no /${path}`;
    }
  }
}
