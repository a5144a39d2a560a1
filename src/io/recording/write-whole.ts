import { writeSync } from 'node:fs';

/**
 * Writes all of it, or throws. A single write takes what still fits on a disk that fills up and does not call that an
 * error; only the next one does.
 */
export function writeWhole(file: number, content: string | Uint8Array): void {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}
