import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { run } from './knobs.ts';

let folder: string;
let out: string;
let err: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trimtab-knobs-'));
  out = '';
  err = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += text;
    return true;
  });
  vi.spyOn(console, 'error').mockImplementation((text) => {
    err += `${text}\n`;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

describe('trimtab knobs, without ROS', () => {
  it('lists the tables, own ones included', async () => {
    writeFileSync(join(folder, 'gripper.yaml'), 'family: Gripper\nabout: My own gripper.\ngroups: []\n');
    expect(await run(['--tables', '--folder', folder])).toBe(0);
    expect(out).toMatch(/^gripper +0 +My own gripper\.$/m);
    expect(out).toMatch(/^nav2 +\d\d /m);
  });

  it('shows a table for one distribution', async () => {
    expect(await run(['nav2', '--distro', 'kilted'])).toBe(0);
    expect(out).toMatch(/^controller_frequency .*reconfigure$/m);
    expect(out).not.toMatch(/^controller_frequency .*next-goal/m);
    expect(out).toContain('keep *.model_dt >= 1 / controller_frequency');
    expect(out).toContain('71a1d84f4');
  });

  it('shows a table for all, saying which row holds where', async () => {
    expect(await run(['nav2'])).toBe(0);
    expect(out).toMatch(/^loop_rate .*next-goal +humble, jazzy$/m);
    expect(out).toMatch(/^controller_frequency .*reconfigure +humble, jazzy$/m);
    expect(out).toMatch(/^controller_frequency .*reconfigure +kilted, lyrical$/m);
  });

  it('prints a table as JSON', async () => {
    expect(await run(['velodyne', '--json'])).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ name: 'velodyne', family: 'Velodyne' });
  });

  it('names file, line and column of what is wrong with an own table', async () => {
    writeFileSync(join(folder, 'gripper.yaml'), 'family: Gripper\nabout: My own.\ngroup: []\n');
    expect(await run(['--tables', '--folder', folder])).toBe(1);
    expect(err).toMatch(/gripper\.yaml:3:1: .*\[TT_SPEC_UNKNOWN_KEY\]/);
    expect(out).toBe('');
  });

  it.each([
    [['nav3']],
    [['nav2', 'spot']],
    [['nav2', '--tables']],
    [['--distro', 'foxy']],
    [['--everything']],
  ])('refuses the arguments %j', async (args) => {
    expect(await run(args)).toBe(2);
    expect(err).toMatch(/\[TT_USAGE\]/);
    expect(out).toBe('');
  });
});
