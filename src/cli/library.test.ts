import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { measured, problem } from '../core/tune/library/library.fixture.ts';
import { withFailure, withFound } from '../core/tune/library/library.ts';
import { LibraryFile } from '../io/recording/library-file.ts';
import { run } from './library.ts';

let folder: string;
let file: LibraryFile;
let out: string;
let err: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'trimtab-library-'));
  file = new LibraryFile(join(folder, 'library.yaml'));
  out = '';
  err = '';
  vi.spyOn(console, 'log').mockImplementation((text) => {
    out += `${text}\n`;
  });
  vi.spyOn(console, 'error').mockImplementation((text) => {
    err += `${text}\n`;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const library = (...args: string[]) => run([...args, '--state-dir', folder]);

async function fill(...contexts: Record<string, string>[]): Promise<void> {
  for (const context of contexts) {
    const found = {
      context,
      configuration: { 'robot rate': 12.34567, 'robot model': 'small' },
      verifiedMs: 1764122400123,
      observations: [measured(12, 0.104, 1764122400000)],
    };
    await file.update((held) => withFound(held, problem, found));
  }
}

const inspect = { phase: 'inspect', battery: '20 to 50' };
const land = { phase: 'land', battery: '20 to 50' };

describe('trimtab library', () => {
  it('says that it is empty, and writes nothing', async () => {
    expect(await library()).toBe(0);
    expect(out).toBe('The library is empty.\n');
    expect(await library('list', '--json')).toBe(0);
    expect(out).toContain('[]');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('lists every context, and what became of its configuration', async () => {
    await fill(inspect, land);
    await file.update((held) => withFailure(held, problem, land, measured(12, -0.02)));
    expect(await library('list')).toBe(0);
    expect(out).toMatch(/^phase=inspect, battery=20 to 50 .*2025-11-26T02:00:00Z +1 measured$/m);
    expect(out).toMatch(/^phase=land, battery=20 to 50 .*2 measured, failed 1×$/m);
  });

  it('shows what fits: its problem, its configuration, its measurements', async () => {
    await fill(inspect, land);
    expect(await library('show', 'phase=land', 'battery=20 to 50')).toBe(0);
    expect(out).toContain('phase=land');
    expect(out).not.toContain('phase=inspect');
    expect(out).toMatch(/requirement +core rate >= 25 Hz/);
    expect(out).toMatch(/configuration +robot rate=12\.35, robot model=small/);
    expect(out).toMatch(/2025-11-26T02:00:00Z +0\.00 +0\.4 +core rate >= 25 Hz: /);
  });

  it('prints what fits as JSON', async () => {
    await fill(inspect, land);
    expect(await library('show', 'phase=land', '--json')).toBe(0);
    expect(JSON.parse(out)).toMatchObject([{ problem, entries: [{ context: land, failures: 0 }] }]);
  });

  it('forgets what fits, and nothing else', async () => {
    await fill(inspect, land);
    expect(await library('forget', 'phase=land')).toBe(0);
    expect(out).toBe('forgotten: phase=land, battery=20 to 50\n');
    expect(file.load()).toMatchObject({ value: [{ entries: [{ context: inspect }] }] });
    expect(await library('forget', '--all', '--json')).toBe(0);
    expect(file.load()).toEqual({ ok: true, value: [] });
  });

  it.each([
    ['show', 'phase=fly'],
    ['forget', 'phase=fly'],
    ['forget', 'weather=rain'],
  ])('refuses to %s %s when there is no such entry', async (...args) => {
    await fill(inspect);
    const before = readFileSync(file.path, 'utf8');
    expect(await library(...args)).toBe(1);
    expect(err).toMatch(/\[TT_USAGE\]/);
    expect(readFileSync(file.path, 'utf8')).toBe(before);
  });

  it.each([
    [['forget']],
    [['forget', 'phase']],
    [['forget', '--all', 'phase=land']],
    [['show', '--all']],
    [['list', 'phase=land']],
    [['burn']],
    [['--fast']],
  ])('does not understand %j', async (args) => {
    expect(await library(...args)).toBe(2);
    expect(err).toMatch(/trimtab library \[list.*\[TT_USAGE\]/);
  });

  it.each([['list'], ['show'], ['forget']])('refuses a damaged file with its place: %s', async (action) => {
    await fill(inspect);
    const damaged = readFileSync(file.path, 'utf8').replace('failures: 0', 'failures: none');
    writeFileSync(file.path, damaged);
    expect(await library(action, 'phase=inspect')).toBe(action === 'list' ? 2 : 1);
    expect(await library(...(action === 'forget' ? ['forget', '--all'] : [action]))).toBe(1);
    expect(err).toMatch(/library\.yaml:\d+:19: .*\[TT_FILE_DAMAGED\]/);
    expect(readFileSync(file.path, 'utf8')).toBe(damaged);
  });
});
