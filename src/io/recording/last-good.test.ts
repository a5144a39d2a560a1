import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LastGoodFile } from './last-good.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'trimtab-recording-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

describe('LastGoodFile', () => {
  const first = { configuration: { 'camera fps': 15, mode: 'gpu', on: true }, savedMs: 1 };
  const second = { configuration: { 'camera fps': 30 }, savedMs: 2 };

  it('gives back what was stored last, and leaves nothing else', () => {
    const path = folder();
    const file = new LastGoodFile(join(path, 'state', 'last-good.json'));
    expect(file.load()).toEqual({ ok: true, value: undefined });
    expect(file.save(first)).toEqual({ ok: true, value: undefined });
    expect(file.load()).toEqual({ ok: true, value: first });
    file.save(second);
    expect(new LastGoodFile(file.path).load()).toEqual({ ok: true, value: second });
    expect(readdirSync(join(path, 'state'))).toEqual(['last-good.json']);
  });

  it('is not used when any part of it was changed', () => {
    const file = new LastGoodFile(join(folder(), 'last-good.json'));
    file.save(first);
    const text = readFileSync(file.path, 'utf8');
    const damaged = [
      text.slice(0, -9),
      text.replace('15', '16'),
      text.replace('good-1', 'good-2'),
      '',
      'null',
      '[]',
    ];
    for (const damage of damaged) {
      expect(damage).not.toBe(text);
      writeFileSync(file.path, damage);
      expect(file.load(), damage).toMatchObject({ ok: false, refusals: [{ code: 'TT_FILE_DAMAGED' }] });
    }
  });

  it('refuses a folder that cannot be made, and does not hang', () => {
    expect(new LastGoodFile('/proc/none/a/last-good.json').save(first)).toMatchObject({
      ok: false,
      refusals: [{ code: 'TT_FILE_UNWRITABLE' }],
    });
  });

  it('keeps the old one when the new one cannot be written', () => {
    const path = folder();
    const file = new LastGoodFile(join(path, 'last-good.json'));
    file.save(first);
    mkdirSync(`${file.path}.${process.pid}.tmp`);
    expect(file.save(second)).toMatchObject({ ok: false, refusals: [{ code: 'TT_FILE_UNWRITABLE' }] });
    expect(file.load()).toEqual({ ok: true, value: first });
  });
});
