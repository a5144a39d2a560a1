import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DemoReport } from '../src/io/report/index.ts';

const main = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));
/** Printed here, as every seed: a failure is repeated with it. */
const seed = 5;
const dir = mkdtempSync(join(tmpdir(), 'trimtab-demo-test-'));

type Ended = { code: number | null; output: string };

/** Runs a demo in a domain of its own; `onOutput` sees what it has printed so far. */
function runDemo(
  args: string[],
  onOutput: (output: string, interrupt: () => void) => void = () => undefined,
): Promise<Ended> {
  const child = spawn(process.execPath, [main, 'demo', '--seed', String(seed), ...args], {
    env: { ...process.env, ROS_DOMAIN_ID: String(61 + (process.pid % 20)) },
  });
  let output = '';
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
    onOutput(output, () => child.kill('SIGINT'));
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  return new Promise((resolve) => child.on('exit', (code) => resolve({ code, output })));
}

function groups(): string[] {
  return ['/sys/fs/cgroup', '/sys/fs/cgroup/cpu', '/sys/fs/cgroup/cpuacct']
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).filter((name) => name.startsWith('trimtab-demo')));
}

function processes(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    })
    .filter((line) =>
      /__node:=(camera|detector|follower|preview|link|adaptor|scheduler|profiler|tuner)( |$)/.test(line),
    );
}

function scratchFolders(): string[] {
  return readdirSync(tmpdir()).filter((name) => /^trimtab-demo-(?!test)/.test(name));
}

afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe(`the demo, short, seed ${seed}`, () => {
  const json = join(dir, 'demo.json');
  const page = join(dir, 'report.html');
  let ended: Ended;
  let report: DemoReport;

  beforeAll(async () => {
    ended = await runDemo(['--seconds', '75', '--json', json, '--report', page]);
    if (!existsSync(json)) throw new Error(`the demo wrote no report:\n${ended.output}`);
    report = JSON.parse(readFileSync(json, 'utf8')) as DemoReport;
  }, 240_000);

  it('breaks the spec by default and meets it when tuned', () => {
    expect(report.default.met).toBe(false);
    expect(
      report.requirements.filter(({ met_by_tuned }) => !met_by_tuned),
      ended.output,
    ).toEqual([]);
    expect(report.tuned.met).toBe(true);
    expect(ended.code).toBe(0);
  });

  it('gives every task one fate', () => {
    const { created, pending, fates } = report.tasks;
    const ends = Object.values(fates).reduce((sum, count) => sum + count, 0);
    expect(created).toBeGreaterThan(0);
    expect(ends + pending).toBe(created);
  });

  it('tried several configurations and confirmed by measurement what it turned', () => {
    expect(report.trials).toBeGreaterThanOrEqual(4);
    const verdicts = report.trial_log.flatMap((trial) => trial.verdicts.map(({ outcome }) => outcome));
    expect(verdicts).toContain('confirmed');
    expect(report.knobs.find(({ name }) => name === 'camera fps')?.verdict).toBe('confirmed');
  });

  it('measured both runs', () => {
    for (const { name, default: before, tuned } of report.requirements) {
      expect(before, name).toBeTypeOf('number');
      expect(tuned, name).toBeTypeOf('number');
    }
    expect(report.tracking_error_m.default).toBeGreaterThan(0);
    expect(report.tracking_error_m.tuned).toBeGreaterThan(0);
    expect(report.real.some(({ real }) => !real)).toBe(true);
  });

  it('writes a page that loads nothing from elsewhere', () => {
    const html = readFileSync(page, 'utf8');
    expect(html).toContain('<svg');
    expect(html.match(/(?:src|href)\s*=\s*["']?https?:|url\(\s*["']?https?:|@import/g)).toBeNull();
  });

  it('leaves no process, group or folder behind', () => {
    expect(processes()).toEqual([]);
    expect(groups()).toEqual([]);
    expect(scratchFolders()).toEqual([]);
  });
});

describe('Ctrl-C in the middle of the demo', () => {
  it('leaves nothing behind and says so by its exit code', async () => {
    const json = join(dir, 'interrupted.json');
    let interrupted = false;
    const { code, output } = await runDemo(
      ['--json', json, '--report', join(dir, 'interrupted.html')],
      (text, interrupt) => {
        if (interrupted || !/^default /m.test(text)) return;
        interrupted = true;
        interrupt();
      },
    );
    expect(interrupted, output).toBe(true);
    expect(code, output).toBe(130);
    expect(existsSync(json)).toBe(false);
    expect(processes()).toEqual([]);
    expect(groups()).toEqual([]);
    expect(scratchFolders()).toEqual([]);
  }, 120_000);
});

describe('what the demo refuses', () => {
  it.each([
    [['--seconds', 'many'], 'TT_USAGE'],
    [['--seed', '-1'], 'TT_USAGE'],
    [['--wings'], 'TT_USAGE'],
    [['--models', join(dir, 'absent')], 'TT_MODEL_MISSING'],
    [['--spec', join(dir, 'absent.yaml')], 'TT_FILE_MISSING'],
    [['--json', join(dir, 'absent', 'x.json')], 'TT_FILE_UNWRITABLE'],
  ])(
    '%j: %s',
    async (args, code) => {
      const ended = await runDemo(['--report', join(dir, 'refused.html'), ...args]);
      expect(ended.code).not.toBe(0);
      expect(ended.output).toContain(`[${code}]`);
      expect(processes()).toEqual([]);
    },
    60_000,
  );
});
