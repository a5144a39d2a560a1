import { execFile } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { LearnedEffect } from '../../core/knobs/table/learned-effect.ts';
import { LearnedEffectsFile } from './learned-effects.ts';

function path(): string {
  const folder = mkdtempSync(join(tmpdir(), 'trimtab-learned-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'state', 'learned-effects.jsonl');
}

/** Processes can only be started from the compiled file; a run from the TypeScript sources uses the last build's. */
function compiled(): string {
  if (!import.meta.url.endsWith('.ts')) return new URL('./learned-effects.js', import.meta.url).href;
  const root = process.env.TRIMTAB_HOME ?? fileURLToPath(new URL('../../../.trimtab', import.meta.url));
  return pathToFileURL(join(root, 'dist/src/io/recording/learned-effects.js')).href;
}

const effect = (outcome: 'confirmed' | 'no-effect', ms: number): LearnedEffect => ({
  node: 'camera',
  parameter: 'fps',
  distro: 'jazzy',
  counts: { [outcome]: 1 },
  firstMs: ms,
  lastMs: ms,
});

describe('the file of learnt effects', () => {
  it('adds up what several writers told it, and can be read by a person', () => {
    const file = new LearnedEffectsFile(path());
    expect(file.load()).toEqual({ ok: true, value: [] });
    expect(file.add([effect('no-effect', 1000), effect('no-effect', 2000)])).toMatchObject({ ok: true });
    new LearnedEffectsFile(file.path).add([effect('confirmed', 3000)]);
    expect(file.load()).toEqual({
      ok: true,
      value: [{ ...effect('confirmed', 1000), counts: { 'no-effect': 2, confirmed: 1 }, lastMs: 3000 }],
    });
    expect(readFileSync(file.path, 'utf8').split('\n')[0]).toBe(
      '{"node":"camera","parameter":"fps","distro":"jazzy","counts":{"no-effect":2},' +
        '"first":"1970-01-01T00:00:01.000Z","last":"1970-01-01T00:00:02.000Z"}',
    );
  });

  it('goes on after a line that a crash has torn', () => {
    const file = new LearnedEffectsFile(path());
    file.add([effect('confirmed', 1)]);
    appendFileSync(file.path, '{"node":"cam');
    expect(file.add([effect('confirmed', 2)])).toMatchObject({ ok: true });
    expect(file.load()).toMatchObject({ value: [{ counts: { confirmed: 2 } }] });
  });

  it.each([
    '{',
    '{"node":"cam',
    '{"node":"camera","parameter":"fps","distro":"jazzy","counts":{"confirmed":1',
  ])('leaves out the torn line %s, also where others wrote behind it', (torn) => {
    const file = new LearnedEffectsFile(path());
    file.add([effect('confirmed', 1)]);
    appendFileSync(file.path, torn);
    expect(file.load()).toMatchObject({ value: [{ counts: { confirmed: 1 } }] });
    for (const ms of [2, 3]) expect(file.add([effect('no-effect', ms)])).toMatchObject({ ok: true });
    expect(file.load()).toMatchObject({ value: [{ counts: { confirmed: 1, 'no-effect': 2 } }] });
    expect(readFileSync(file.path, 'utf8').split('\n')[1]).toBe(torn);
  });

  it('loses nothing of what several processes add at the same moment', async () => {
    const file = new LearnedEffectsFile(path());
    const [writers, each] = [4, 50];
    const program = `
      const { LearnedEffectsFile } = await import(${JSON.stringify(compiled())});
      const file = new LearnedEffectsFile(${JSON.stringify(file.path)});
      const effect = ${JSON.stringify(effect('confirmed', 1))};
      for (let i = 0; i < ${each}; i++) {
        const added = file.add([effect, { ...effect, parameter: process.argv[1] }]);
        if (!added.ok) throw new Error(JSON.stringify(added.refusals));
      }`;
    const run = promisify(execFile);
    const names = Array.from({ length: writers }, (_, i) => `own_${i}`);
    await Promise.all(
      names.map((name) => run(process.execPath, ['--input-type=module', '-e', program, name])),
    );
    const learned = file.load();
    expect(
      learned.ok && learned.value.map(({ parameter, counts }) => [parameter, counts.confirmed]).sort(),
    ).toEqual([['fps', writers * each], ...names.map((name) => [name, each])].sort());
  }, 60_000);

  it.each([
    'not JSON',
    '[]',
    '{"node":"camera"}',
    '{"node":"camera","parameter":"fps","distro":"jazzy","counts":{"well":1},"first":"1970","last":"1970"}',
    '{"node":"camera","parameter":"fps","distro":"jazzy","counts":{"confirmed":-1},"first":"1970","last":"1970"}',
    '{"node":"camera","parameter":"fps","distro":"jazzy","counts":{"confirmed":1},"first":"soon","last":"1970"}',
  ])('is refused, and not added to, with the line %s', (line) => {
    const file = new LearnedEffectsFile(path());
    file.add([effect('confirmed', 1)]);
    appendFileSync(file.path, `${line}\n`);
    const before = readFileSync(file.path, 'utf8');
    const refusal = { code: 'TT_FILE_DAMAGED', place: { file: file.path, line: 2, column: 1 } };
    expect(file.load()).toMatchObject({ ok: false, refusals: [refusal] });
    expect(file.add([effect('confirmed', 2)])).toMatchObject({ ok: false, refusals: [refusal] });
    expect(readFileSync(file.path, 'utf8')).toBe(before);
  });

  it('is refused where it cannot be written', () => {
    const file = new LearnedEffectsFile(path());
    mkdirSync(file.path, { recursive: true });
    expect(file.add([effect('confirmed', 1)])).toMatchObject({ ok: false });
  });
});
