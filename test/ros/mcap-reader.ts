import { execFileSync } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './live-graph.ts';
import type { Json } from './ros-peer.ts';

/** A topic of an MCAP file as the makers' Python library reads it. */
export type ReadTopic = { type: string; encoding: string; times_s: number[]; last: Json };

/** Reads a file by its index, or from the front as far as it goes. */
export type McapReader = (mode: 'indexed' | 'stream', path: string) => Record<string, ReadTopic>;

/**
 * An independent reader of MCAP, from Python packages that only the tests use: they are installed into a folder of
 * their own, below `home`, at the first use. Where that is not possible, the reason is returned; where nobody would read it, as
 * in a run that checks everything (`CI` is set), it is thrown.
 */
export function openMcapReader({
  home = process.env.TRIMTAB_HOME ?? repository,
  env = process.env,
}: {
  home?: string;
  env?: NodeJS.ProcessEnv;
} = {}): McapReader | { reason: string } {
  const packages = join(home, 'test-python');
  const requirements = join(repository, 'test', 'ros', 'requirements.txt');
  if (!existsSync(packages)) {
    const unfinished = `${packages}.${process.pid}`;
    const args = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--target', unfinished, '-r', requirements];
    try {
      execFileSync('python3', args, { stdio: 'pipe', env });
      renameSync(unfinished, packages);
    } catch (error) {
      rmSync(unfinished, { recursive: true, force: true });
      const said = String((error as { stderr?: Buffer }).stderr ?? error).trim();
      const reason = `the Python packages mcap and mcap-ros2-support: ${said.split('\n').at(-1)}`;
      if (env.CI) throw new Error(reason);
      return { reason };
    }
  }
  const script = join(repository, 'test', 'ros', 'peers', 'read_mcap.py');
  const withPackages = { ...env, PYTHONPATH: `${packages}:${env.PYTHONPATH ?? ''}` };
  return (mode, path) =>
    JSON.parse(
      execFileSync('python3', [script, mode, path], {
        env: withPackages,
        encoding: 'utf8',
        maxBuffer: 1e9,
        stdio: 'pipe',
      }),
    ) as Record<string, ReadTopic>;
}
