import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { probeSharedMemory } from './shared-memory.ts';

let root: string;
const uid = process.getuid?.() ?? 0;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'trimtab-shm-'));
  for (const folder of ['dev/shm', 'proc/self/ns', 'etc', 'bin'])
    mkdirSync(join(root, folder), { recursive: true });
  put('proc/locks', '');
  put('etc/passwd', `root:x:0:0::/root:/bin/sh\nmaria:x:${uid}:100::/home/maria:/bin/sh\n`);
  symlinkSync('pid:[4026531836]', join(root, 'proc/self/ns/pid'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, text: string): string {
  writeFileSync(join(root, path), text);
  return join(root, path);
}

/** Segments of participants, and the line of /proc/locks with which each would be held. */
function segments(count: number, family = 'fastdds'): string[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `dev/shm/${family}_${index.toString(16).padStart(16, '0')}`;
    put(name, 'x'.repeat(8192));
    const { dev, ino } = statSync(put(`${name}_el`, ''));
    const [major, minor] = [(dev >> 8) & 0xfff, (dev & 0xff) | ((dev >> 12) & 0xfff00)];
    const device = [major, minor].map((part) => part.toString(16).padStart(2, '0')).join(':');
    return `${index + 1}: FLOCK  ADVISORY  WRITE 7 ${device}:${ino} 0 EOF\n`;
  });
}

function fastdds(exitCode: number): void {
  chmodSync(put('bin/fastdds', `#!/bin/sh\nexit ${exitCode}\n`), 0o755);
}

const probe = (env: Record<string, string> = {}, as = uid) =>
  probeSharedMemory({ env: { PATH: join(root, 'bin'), ROS_DISTRO: 'kilted', ...env }, root }, as);

describe('shared memory', () => {
  it('is in order where nothing is left over', () => {
    put('proc/locks', segments(2).join(''));
    expect(probe()).toEqual({
      part: 'shared memory',
      state: 'real',
      found: 'in use: 2 segments; left over: none',
    });
  });

  it('is in order with a few left over, which are counted', () => {
    put('proc/locks', segments(3)[0] as string);
    put('dev/shm/fastdds_port7411', '');
    const { state, found, cure } = probe();
    expect({ state, cure }).toEqual({ state: 'real', cure: undefined });
    expect(found).toMatch(/^in use: 1 segment; left over: 2 segments, 0\.\d MB, 0\.0 % of/);
    expect(found).toContain('; without a lock: 1 port');
  });

  it('says that it cannot be told where there is no such folder, or no list of locks', () => {
    rmSync(join(root, 'proc/locks'));
    expect(probe()).toMatchObject({ state: 'absent', found: expect.stringContaining('proc/locks') });
    rmSync(join(root, 'dev/shm'), { recursive: true });
    expect(probe()).toMatchObject({ state: 'absent', found: expect.stringContaining('dev/shm') });
  });

  it('says in a container that it does not see who lives outside', () => {
    expect(probe().found).not.toContain('container');
    rmSync(join(root, 'proc/self/ns/pid'));
    symlinkSync('pid:[4026532179]', join(root, 'proc/self/ns/pid'));
    expect(probe().found).toContain('outside of this container');
  });
});

describe('a cluttered shared memory', () => {
  it('is cleared by the tool of Fast DDS where that works', () => {
    segments(120);
    expect(probe().cure).toMatch(/^sh -c /);
    fastdds(1);
    expect(probe().cure).toMatch(/^sh -c /);
    fastdds(0);
    expect(probe()).toMatchObject({ state: 'stale', cure: 'fastdds shm clean' });
  });

  it('is not left to a tool of another generation, or to one that is on no PATH of the user', () => {
    segments(120);
    fastdds(0);
    expect(probe({ TRIMTAB_ROS: 'wheels' }).cure).toMatch(/^sh -c /);
    expect(probe({ ROS_DISTRO: 'humble' }).cure).toMatch(/^sh -c /);
    rmSync(join(root, 'dev/shm'), { recursive: true });
    mkdirSync(join(root, 'dev/shm'));
    segments(120, 'fastrtps');
    expect(probe({ ROS_DISTRO: 'humble' }).cure).toBe('fastdds shm clean');
    expect(probe().cure).toMatch(/^sh -c /);
  });

  it("names whose it is, when it is not the caller's", () => {
    segments(120);
    const { found, cure } = probe({}, uid + 1);
    const name = uid === 0 ? 'root' : 'maria';
    expect(found).toContain(`of these ${name}'s: 120 segments`);
    expect(cure).toContain(`(as ${name} too)`);
    put('etc/passwd', '');
    expect(probe({}, uid + 1).found).toContain(`of these user ${uid}'s`);
  });

  it('is cleared by hand of what nobody holds, and of nothing else', async () => {
    segments(120);
    put('dev/shm/fastdds_port7411', '');
    put('dev/shm/fastdds_port7411_el', '');
    put('dev/shm/sem.fastdds_port7411_mutex', '');
    put('dev/shm/sem.other', '');
    const alive = 'fastdds_0000000000000007';
    const lock = join(root, 'dev/shm', `${alive}_el`);
    const owner = spawn('flock', ['--no-fork', lock, 'sh', '-c', 'echo locked; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await once(owner.stdout, 'data');
      const command = (probe().cure ?? '').replace('/dev/shm', join(root, 'dev/shm'));
      const { status, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(readdirSync(join(root, 'dev/shm')).sort()).toEqual([alive, `${alive}_el`, 'sem.other']);
    } finally {
      owner.kill();
    }
  });

  it('is looked at only', () => {
    segments(120);
    fastdds(0);
    const before = readdirSync(join(root, 'dev/shm'));
    probe();
    expect(readdirSync(join(root, 'dev/shm'))).toEqual(before);
  });
});
