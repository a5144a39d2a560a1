import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { run } from './fleet.ts';

const scenario = 'duration_s: 10\nmodels: [HV, MD]\nedges: [{drones: 2}]\n';

const recording = JSON.stringify({
  policy: 'dems',
  service_model: { edge_ms: { HAZARD_VEST: 174 }, cloud_ms: { HAZARD_VEST: 398 } },
  tasks: [{ drone: 'd', model: 'HAZARD_VEST', t_arrival_ms: 0, t_sched_ms: 1, deadline_ms: 650 }],
});

let folder: string;
let err: string[];
let out: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trimtab-fleet-'));
  err = [];
  out = [];
  vi.spyOn(console, 'error').mockImplementation((text) => err.push(text));
  vi.spyOn(console, 'log').mockImplementation((text) => out.push(text));
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Standard output that answers a write with an error, or with none. */
function answerWith(error: Error | null) {
  return ((_text: string, done: (error: Error | null) => void) => {
    done(error);
    return true;
  }) as typeof process.stdout.write;
}

describe('trimtab fleet', () => {
  it('simulates policies and seeds side by side, on any number of threads alike', async () => {
    const path = file('small.yaml', scenario);
    const results: string[] = [];
    for (const workers of ['1', '2']) {
      const json = join(folder, `${workers}.json`);
      const args = ['--policy', 'dems,trim', '--seeds', '1..2', '--workers', workers, '--json', json];
      expect(await run([path, ...args, '--csv', join(folder, 'runs.csv'), '--figures', folder])).toBe(0);
      results.push(readFileSync(json, 'utf8'));
    }
    expect(results[0]).toBe(results[1]);
    const runs = JSON.parse(results[0] ?? '') as { policy: string; seed: number; created: number }[];
    expect(runs.map(({ policy, seed }) => `${policy} ${seed}`)).toEqual([
      'dems 1',
      'dems 2',
      'trim 1',
      'trim 2',
    ]);
    for (const { created } of runs) expect(created).toBe(2 * 2 * 10);
    expect(readFileSync(join(folder, 'runs.csv'), 'utf8').split('\n')).toHaveLength(6);
    expect(readFileSync(join(folder, 'small-utility.svg'), 'utf8')).toContain('trim');
    expect(out[0]).toMatch(/small +(dems|trim) +40/);
  });

  it('lists the scenarios that come with it, all of which can be read', async () => {
    expect(await run(['list'])).toBe(0);
    expect(out.join('\n')).toMatch(/heavy-7x2 +7 +14/);
  });

  it.each([
    [[], 2, /TT_USAGE/],
    [['nowhere'], 1, /TT_FILE_MISSING/],
    [['heavy-2', '--policy', 'coin-toss'], 2, /coin-toss.*e-c-edf.*TT_USAGE/],
    [['heavy-2', '--reading', 'loose'], 2, /as-published, corrected.*TT_USAGE/],
    [['heavy-2', '--seeds', '5..1'], 2, /5\.\.1.*TT_USAGE/],
    [['heavy-2', '--workers', 'many'], 2, /many.*TT_USAGE/],
    [['heavy-2', '--speed', '9'], 2, /--speed.*TT_USAGE/],
    [['heavy-2', '--workers', '1.5'], 2, /whole number.*1\.5.*TT_USAGE/],
    [['heavy-2', '--seeds', '4294967296'], 2, /4294967296.*TT_USAGE/],
    [['--policy', 'dem'], 2, /No scenario.*TT_USAGE/],
    [['heavy-2', 'heavy-2'], 2, /one name.*heavy-2.*TT_USAGE/],
    [['heavy-2', '--json', '-', '--csv', '-'], 2, /--json and --csv.*TT_USAGE/],
    [['heavy-2', '--json', ''], 2, /--json.*TT_USAGE/],
    [['heavy-2', '--json', '/nowhere/runs.json'], 1, /nowhere.*TT_FILE_UNWRITABLE/],
    [['/'], 1, /EISDIR.*TT_FILE_MISSING/],
    [['list', 'all'], 2, /all.*TT_USAGE/],
    [['replay'], 2, /TT_USAGE/],
    [['replay', '/nowhere.json'], 1, /TT_FILE_MISSING/],
    [['replay', '/nowhere.json', '--edge-overhead-ms=-1'], 2, /-1.*TT_USAGE/],
  ])('refuses %j', async (args, exitCode, message) => {
    expect(await run(args)).toBe(exitCode);
    expect(err.join('\n')).toMatch(message);
  });

  it('says in its exit code that a result could not be written', async () => {
    const path = file('small.yaml', scenario);
    const run1 = (...args: string[]) => run([path, '--policy', 'edf-edge', '--workers', '1', ...args]);
    expect(await run1('--json', folder)).toBe(1);
    expect(await run1('--figures', path)).toBe(1);
    expect(await run(['replay', file('trace.json', recording), '--json', folder])).toBe(1);
    expect(err.map((text) => /TT_\w+/.exec(text)?.[0])).toEqual(Array(3).fill('TT_FILE_UNWRITABLE'));
  });

  it.each([
    ['EPIPE', 0, ''],
    ['ENOSPC', 1, 'TT_FILE_UNWRITABLE'],
  ])('ends with %s on standard output, and says so where that is a loss', async (code, exitCode, said) => {
    const error = Object.assign(new Error(`write ${code}`), { code });
    vi.spyOn(process.stdout, 'write').mockImplementation(answerWith(error));
    expect(await run(['replay', file('trace.json', recording), '--json', '-'])).toBe(exitCode);
    expect(err.join('')).toMatch(said);
    expect(err).toHaveLength(exitCode);
  });

  it('leaves the old result where a new one cannot be written whole', async () => {
    const trace = file('trace.json', recording);
    const json = file('old.json', 'old');
    mkdirSync(`${json}.${process.pid}.tmp`);
    expect(await run(['replay', trace, '--json', json])).toBe(1);
    expect(readFileSync(json, 'utf8')).toBe('old');
  });

  it('prints no share of the possible where nothing can be earned', async () => {
    const model =
      '{id: A, deadline_ms: 100, edge_ms: 10, cloud_ms: 20, benefit: 0, edge_cost: 1, cloud_cost: 1}';
    const path = file('poor.yaml', `duration_s: 10\nmodels: [${model}]\nedges: [{drones: 1}]\n`);
    expect(await run([path, '--policy', 'dem,dem', '--workers', '1', '--figures', folder])).toBe(0);
    expect(out.join('') + readFileSync(join(folder, 'poor-utility.svg'), 'utf8')).not.toMatch(/NaN|Infinity/);
    expect(out.join('').match(/poor/g)).toHaveLength(1);
  });

  it.each([recording.replace('"dems"', '"magic"'), recording.replace('"policy":"dems",', '')])(
    'refuses to replay a recording that names no policy of ours, unless one is given (%#)',
    async (text) => {
      const trace = file('trace.json', text);
      expect(await run(['replay', trace])).toBe(1);
      expect(err.join('')).toMatch(/trace\.json.*--policy.*TT_TRACE/);
      expect(await run(['replay', trace, '--policy', 'dem'])).toBe(0);
    },
  );

  it('prints what a replay came to as JSON', async () => {
    const trace = file('trace.json', recording);
    const write = vi.spyOn(process.stdout, 'write').mockImplementation(answerWith(null));
    expect(await run(['replay', trace, '--reading', 'as-published', '--json', '-'])).toBe(0);
    const printed = JSON.parse(String(write.mock.calls[0]?.[0]));
    expect(printed).toMatchObject({
      policy: 'dems',
      reading: 'as-published',
      created: 1,
      fates: { 'on-time-edge': 1 },
      on_time_percent: 100,
      utility: 124,
    });
  });
});
