import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = process.env.TRIMTAB_ROOT ?? process.cwd();
const executables: Record<string, string> = JSON.parse(
  readFileSync(join(root, 'setup', 'executables.json'), 'utf8'),
);

let workspace: string;

/** An ordinary workspace: the checkout in `src/`, built with colcon by its own CMake, with the programs of this set-up. */
beforeAll(() => {
  workspace = mkdtempSync(join(tmpdir(), 'trimtab-workspace-'));
  mkdirSync(join(workspace, 'src', 'trimtab'), { recursive: true });
  for (const name of ['msgs', 'ros', 'launch', 'config', 'models', 'setup', 'package.json'])
    symlinkSync(join(root, name), join(workspace, 'src', 'trimtab', name));
  const home = process.env.TRIMTAB_HOME;
  const cmake = ['--cmake-args', `-DTRIMTAB_HOME=${home}`, '-DBUILD_TESTING=OFF'];
  const { status, stdout, stderr } = colcon('build', '--packages-select', 'trimtab', ...cmake);
  if (status !== 0) throw new Error(`colcon failed:\n${stdout}\n${stderr}`);
});

afterAll(() => rmSync(workspace, { recursive: true, force: true }));

function colcon(...args: string[]) {
  const env = { ...process.env, COLCON_HOME: join(workspace, 'colcon') };
  return spawnSync('colcon', ['--log-base', 'log', ...args], { cwd: workspace, encoding: 'utf8', env });
}

describe('the package trimtab', () => {
  it('is found with its messages, which come first, and nothing else is', () => {
    const { stdout } = colcon('list', '--topological-order', '--names-only');
    expect(stdout.trim().split('\n')).toEqual(['trimtab_msgs', 'trimtab']);
  });

  it.each(Object.keys(executables))('installs the executable %s', (name) => {
    const program = join(workspace, 'install', 'trimtab', 'lib', 'trimtab', name);
    const refused = spawnSync(program, ['--ros-args', '--params-file', '/no/such/file.yaml'], {
      encoding: 'utf8',
    });
    expect(refused.stderr).toContain('/no/such/file.yaml');
    expect(refused.status).toBe(1);
  });

  it('is run by "ros2 run", and ends in order on SIGINT', async () => {
    const prefix = join(workspace, 'install', 'trimtab');
    const env = { ...process.env, AMENT_PREFIX_PATH: `${prefix}:${process.env.AMENT_PREFIX_PATH}` };
    const adaptor = spawn('ros2', ['run', 'trimtab', 'adaptor'], {
      env: { ...env, RCUTILS_LOGGING_USE_STDOUT: '1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise<number | null>((resolve) => adaptor.on('exit', resolve));
    for await (const line of createInterface({ input: adaptor.stdout }))
      if (line.includes('adaptor active')) break;
    adaptor.kill('SIGINT');
    expect(await ended).toBe(0);
  });
});
