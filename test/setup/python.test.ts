import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { setupModule } from './setup-modules.ts';

const { findPython } = await setupModule('python');
const { makeVenv } = await setupModule('steps/venv');
const { SetupFailure } = await setupModule('failure');

let folder: string;
const path = process.env.PATH;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trimtab-python-'));
});

afterEach(() => {
  process.env.PATH = path;
  rmSync(folder, { recursive: true, force: true });
});

/** Puts a python3 first on PATH that says it is this one. */
function pretend(implementation: string, version: string): void {
  const file = join(folder, 'python3');
  writeFileSync(file, `#!/bin/sh\nprintf '%s\\n' ${file} ${version} ${implementation}\n`);
  chmodSync(file, 0o755);
  process.env.PATH = [folder, path].join(delimiter);
}

describe('the Python', () => {
  it.each(['3.10', '3.13'])('is the one on PATH: %s', (version) => {
    pretend('CPython', version);
    expect(findPython(join(folder, 'venv'))).toEqual({ executable: join(folder, 'python3'), version });
  });

  it.each([
    ['CPython', '3.9'],
    ['CPython', '3.14'],
    ['PyPy', '3.11'],
  ])('is refused with its version: %s %s', (implementation, version) => {
    pretend(implementation, version);
    expect(() => findPython(join(folder, 'venv'))).toThrow(`${implementation} ${version}`);
  });

  it('stays the one that a virtual environment was made with', () => {
    pretend('CPython', '3.9');
    writeFileSync(join(folder, 'python3.12'), '');
    writeFileSync(join(folder, 'pyvenv.cfg'), `home = ${folder}\nversion = 3.12.1\n`);
    expect(findPython(folder).version).toBe('3.12');
  });

  it('is refused, with the package to install, where it has no venv module', async () => {
    const python = { executable: '/usr/bin/python3', version: '3.11' };
    const run = async () => {
      throw new SetupFailure({ what: 'No module named ensurepip', cure: '' });
    };
    const made = makeVenv({ python, venv: folder, options: [], run });
    await expect(made).rejects.toMatchObject({ cure: expect.stringContaining('python3.11-venv') });
  });
});
