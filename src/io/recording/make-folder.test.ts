import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeFolder } from './make-folder.ts';

describe('makeFolder', () => {
  it('makes what is absent of a path, and leaves what is there', () => {
    const folder = mkdtempSync(join(tmpdir(), 'trimtab-folder-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    makeFolder(join(folder, 'a', 'b'));
    makeFolder(join(folder, 'a', 'b'));
    expect(existsSync(join(folder, 'a', 'b'))).toBe(true);
    writeFileSync(join(folder, 'file'), '');
    expect(() => makeFolder(join(folder, 'file', 'a'))).toThrow('ENOTDIR');
  });

  it('throws where no folder can be made, and does not hang', () => {
    expect(() => makeFolder('/proc/none/a')).toThrow(/ENOENT|EACCES|EPERM/);
  });
});
