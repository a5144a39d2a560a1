import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { JournalFile, readJournal } from './journal-file.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'trimtab-recording-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

function write(path: string, records: unknown[], options = {}): void {
  const opened = JournalFile.open(path, options);
  if (!opened.ok) throw new Error('cannot open');
  for (const record of records) opened.value.append(record);
  opened.value.close();
}

describe('JournalFile', () => {
  it('keeps records over several openings, in a folder that it makes', () => {
    const path = join(folder(), 'runs', 'a', 'journal.jsonl');
    write(path, [{ trial: 1 }, { trial: 2, note: 'two\nlines' }]);
    write(path, [{ trial: 3 }], { sync: true });
    expect(readJournal(path)).toEqual({
      ok: true,
      value: { records: [{ trial: 1 }, { trial: 2, note: 'two\nlines' }, { trial: 3 }], torn: false },
    });
  });

  it('reads all but a torn last line, and goes on after it', () => {
    const path = join(folder(), 'journal.jsonl');
    write(path, [1, 2]);
    appendFileSync(path, '{"tri');
    expect(readJournal(path)).toEqual({ ok: true, value: { records: [1, 2], torn: true } });
    write(path, [3]);
    expect(readJournal(path)).toEqual({ ok: true, value: { records: [1, 2, 3], torn: false } });
  });

  it('refuses damage elsewhere, with its place', () => {
    const path = join(folder(), 'journal.jsonl');
    writeFileSync(path, '1\n{"a":\n3\n');
    const refusal = { code: 'TT_FILE_DAMAGED', place: { file: path, line: 2, column: 1 }, found: '{"a":' };
    expect(readJournal(path)).toMatchObject({ ok: false, refusals: [refusal] });
  });

  it('refuses a file that is not there, or cannot be made', () => {
    const path = folder();
    expect(readJournal(join(path, 'none'))).toMatchObject({
      ok: false,
      refusals: [{ code: 'TT_FILE_MISSING' }],
    });
    expect(JournalFile.open(path)).toMatchObject({ ok: false, refusals: [{ code: 'TT_FILE_UNWRITABLE' }] });
  });
});
