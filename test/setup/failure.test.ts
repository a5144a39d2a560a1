import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { setupModule } from './setup-modules.ts';

const { explainFailure } = await setupModule('failure');
const { runLogged } = await setupModule('command');

/** What each tool prints when something is missing (its own words), and what the cure has to name. */
const cases: [string, RegExp][] = [
  ['npm error code ENOTFOUND\nnpm error network request to https://example failed', /network/],
  ['npm error code EAI_AGAIN', /network/],
  [
    "WARNING: Retrying: Failed to establish a new connection: [Errno -3] Temporary failure in name resolution'",
    /network/,
  ],
  ['ERROR: No matching distribution found for ros-rclpy==9.1.2', /3\.10 to 3\.13/],
  ["OSError: [Errno 28] No space left on device: '/x'", /TRIMTAB_HOME/],
  ["npm error code EACCES\nnpm error Error: EACCES: permission denied, mkdir '/x'", /TRIMTAB_HOME/],
  ['gyp ERR! stack Error: not found: make', /make/],
  ['fatal error: node_api.h: No such file or directory', /libnode-dev/],
  ['fatal error: Python.h: No such file or directory', /python3-dev/],
  ['CMake Error: No CMAKE_CXX_COMPILER could be found.', /g\+\+/],
  ["ModuleNotFoundError: No module named 'em'", /python3-empy/],
  ['c++: fatal error: Killed signal terminated program cc1plus', /memory/],
];

describe('a failed step', () => {
  it.each(cases)('that prints %j names its cure', (output, cure) => {
    const failure = explainFailure({ title: 'a step', output, log: '/log' });
    expect(failure.cure).toMatch(cure);
    expect(failure.describe()).toContain('/log');
  });

  it('whose cause is not known shows the end of what it printed', () => {
    const failure = explainFailure({ title: 'a step', output: 'begin\nstrange trouble\n', log: '/log' });
    expect(failure.describe()).toContain('strange trouble');
  });
});

describe('a command of a step', () => {
  it('leaves its output in the log, and its exit code', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'trimtab-command-'));
    try {
      const log = join(folder, 'log');
      const options = { cwd: folder, env: process.env, log };
      const ran = await runLogged('sh', ['-c', 'echo out; echo err >&2; exit 3'], options);
      expect(ran.code).toBe(3);
      expect(readFileSync(log, 'utf8')).toMatch(/out[\s\S]*err|err[\s\S]*out/);
      expect((await runLogged('no-such-program-here', [], options)).code).toBe(127);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
