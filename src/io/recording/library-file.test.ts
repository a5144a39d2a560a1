import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { measured, problem } from '../../core/tune/library/library.fixture.ts';
import { type Library, withFound } from '../../core/tune/library/library.ts';
import { ownIdentity } from '../process/process-identity.ts';
import { LibraryFile } from './library-file.ts';

function emptyFile(): LibraryFile {
  const folder = mkdtempSync(join(tmpdir(), 'trimtab-library-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return new LibraryFile(join(folder, 'state', 'library.yaml'));
}

const found = (phase: string) => (library: Library) =>
  withFound(library, problem, {
    context: { phase },
    configuration: { 'robot rate': 12 },
    verifiedMs: 1000,
    observations: [measured(12, 0.1, 1000)],
  });

describe('LibraryFile', () => {
  it('gives back what was written, and leaves nothing else', async () => {
    const file = emptyFile();
    expect(file.load()).toEqual({ ok: true, value: [] });
    const first = await file.update(found('inspect'));
    expect(file.load()).toEqual(first);
    const both = await file.update(found('land'));
    const contexts =
      both.ok && both.value.flatMap(({ entries }) => entries.map(({ context }) => context.phase));
    expect(contexts).toEqual(['inspect', 'land']);
    expect(new LibraryFile(file.path).load()).toEqual(both);
    expect(readdirSync(join(file.path, '..'))).toEqual(['library.yaml']);
  });

  it('loses nothing of many writers at once', async () => {
    const file = emptyFile();
    const phases = Array.from({ length: 12 }, (_, i) => `phase ${i}`);
    const written = await Promise.all(phases.map((phase) => new LibraryFile(file.path).update(found(phase))));
    expect(written.every(({ ok }) => ok)).toBe(true);
    const held = file.load();
    expect(held.ok && held.value[0]?.entries.map(({ context }) => context.phase).sort()).toEqual(
      phases.sort(),
    );
  });

  it('refuses a damaged file with its place, and does not overwrite it', async () => {
    const file = emptyFile();
    await file.update(found('inspect'));
    const damaged = readFileSync(file.path, 'utf8').replace('"robot rate":12', '"robot rate":');
    writeFileSync(file.path, damaged);
    const refusal = { code: 'TT_FILE_DAMAGED', place: { file: file.path } };
    expect(file.load()).toMatchObject({ ok: false, refusals: [refusal] });
    expect(await file.update(found('land'))).toMatchObject({ ok: false, refusals: [refusal] });
    expect(readFileSync(file.path, 'utf8')).toBe(damaged);
  });

  it('refuses while another writes, and where nothing can be written', async () => {
    const file = emptyFile();
    await file.update(found('inspect'));
    const before = readFileSync(file.path, 'utf8');
    writeFileSync(`${file.path}.lock`, JSON.stringify(ownIdentity()));
    expect(await file.update(found('land'))).toMatchObject({
      ok: false,
      refusals: [{ code: 'TT_FILE_LOCKED' }],
    });
    rmSync(`${file.path}.lock`);
    mkdirSync(`${file.path}.${process.pid}.tmp`);
    expect(await file.update(found('land'))).toMatchObject({
      ok: false,
      refusals: [{ code: 'TT_FILE_UNWRITABLE' }],
    });
    expect(readFileSync(file.path, 'utf8')).toBe(before);
    expect(await new LibraryFile('/proc/none/library.yaml').update(found('land'))).toMatchObject({
      ok: false,
      refusals: [{ code: 'TT_FILE_UNWRITABLE' }],
    });
  });
});
