import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = process.env.TRIMTAB_ROOT ?? process.cwd();

function trimtab(args: string[], env: Record<string, string> = {}) {
  return spawnSync(join(root, 'trimtab'), args, { encoding: 'utf8', env: { ...process.env, ...env } });
}

describe('./trimtab', () => {
  it.each(['v18.20.4', 'v20.20.1', 'v20.9.0'])('refuses Node %s and says what to install', (version) => {
    const folder = mkdtempSync(join(tmpdir(), 'trimtab-node-'));
    const node = join(folder, 'node');
    writeFileSync(node, `#!/bin/sh\necho ${version}\n`);
    chmodSync(node, 0o755);
    const { status, stderr } = trimtab(['doctor'], { TRIMTAB_NODE: node });
    rmSync(folder, { recursive: true });
    expect(status).toBe(1);
    expect(stderr).toContain(version);
    expect(stderr).toMatch(/install Node/);
  });

  it('does nothing when it is set up, and tells how long that took', () => {
    expect(trimtab(['setup']).status).toBe(0);
    const startedMs = performance.now();
    const { status, stderr } = trimtab(['setup']);
    console.log(`second start: ${(performance.now() - startedMs).toFixed(0)} ms`);
    expect(status).toBe(0);
    expect(stderr).toBe('');
  });

  it('refuses a command it does not have, with exit code 2', () => {
    const { status, stderr } = trimtab(['fly']);
    expect(status).toBe(2);
    expect(stderr).toContain('TT_USAGE');
    expect(stderr).toContain('doctor');
  });

  it('lists its commands', () => {
    const { status, stdout } = trimtab(['--help']);
    expect(status).toBe(0);
    for (const command of ['setup', 'demo', 'test', 'doctor', 'shell', 'lint'])
      expect(stdout).toContain(command);
  });

  it('opens a shell in which an independent ROS 2 client finds our messages', () => {
    const program = 'import rclpy; from trimtab_msgs.msg import Profile; print(Profile.__name__)';
    const { status, stdout } = trimtab(['shell', '-c', `python3 -c "${program}"`]);
    expect(status).toBe(0);
    expect(stdout.trim()).toBe('Profile');
  });

  it('hands on the exit code of what runs in the shell', () => {
    expect(trimtab(['shell', '-c', 'exit 7']).status).toBe(7);
  });

  it('examines the machine', () => {
    const { status, stdout } = trimtab(['doctor', '--json']);
    const { parts } = JSON.parse(stdout) as { parts: { part: string; state: string; cost?: string }[] };
    expect(status).toBe(0);
    expect(parts.find(({ part }) => part === 'trimtab_msgs')?.state).toBe('real');
    for (const { state, cost } of parts) if (state === 'absent') expect(cost).toBeTruthy();
  });
});
