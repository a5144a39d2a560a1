import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { run } from './check.ts';

let folder: string;
let out: string[];
let err: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trimtab-check-'));
  out = [];
  err = [];
  vi.spyOn(console, 'log').mockImplementation((text) => out.push(text));
  vi.spyOn(console, 'error').mockImplementation((text) => err.push(text));
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

describe('trimtab check', () => {
  it('prints the spec of the demo as it understood it', async () => {
    expect(await run([new URL('../../config/specs/tello-follow.yaml', import.meta.url).pathname])).toBe(0);
    expect(out.join('\n')).toMatch(/cmd_vel rate +>= 20 Hz/);
    expect(out.join('\n')).toMatch(/throttle preview\/image_raw/);
    expect(err).toEqual([]);
  });

  it('says that objectives are traded off, and shows no weights then', async () => {
    const file = join(folder, 'front.yaml');
    writeFileSync(
      file,
      'trade_off: pareto\nimprove: [{topic: a, rate: maximize}, {topic: b, rate: maximize}]\n',
    );
    expect(await run([file])).toBe(0);
    expect(out.join('\n')).toContain('trade-off pareto');
    expect(out.join('\n')).toMatch(/a rate +maximize +- +-/);
  });

  it('prints every refusal with file, line, column and code', async () => {
    const file = join(folder, 'bad.yaml');
    writeFileSync(file, 'require:\n  - {topic: a, rate: ">= 20 ms"}\nknob: []\n');
    expect(await run([file])).toBe(1);
    expect(err).toHaveLength(2);
    expect(err[0]).toMatch(/bad\.yaml:2:29: .*\[TT_SPEC_UNIT\]$/);
    expect(err[1]).toMatch(/bad\.yaml:3:1: .*\[TT_SPEC_UNKNOWN_KEY\]$/);
    expect(out).toEqual([]);
  });

  it('refuses a file that is not there', async () => {
    expect(await run([join(folder, 'absent.yaml')])).toBe(1);
    expect(err[0]).toMatch(/\[TT_FILE_MISSING\]$/);
  });

  it.each([[[]], [['a', 'b']]])('refuses the arguments %j', async (args) => {
    expect(await run(args)).toBe(2);
    expect(err[0]).toMatch(/\[TT_USAGE\]$/);
  });
});
