import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { overridesFor, parseRosArguments } from '../../src/ros/arguments.ts';

const root = process.env.TRIMTAB_ROOT ?? process.cwd();
const folder = join(root, 'launch');
const files = readdirSync(folder).filter((name) => name.endsWith('.launch.py'));
const executables = Object.keys(JSON.parse(readFileSync(join(root, 'setup/executables.json'), 'utf8')));
const sharedArguments = ['namespace', 'use_sim_time', 'params_file', 'autostart', 'log_level'];

function python(...args: string[]) {
  return spawnSync('python3', args, {
    encoding: 'utf8',
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
}

const canLaunch = python('-c', 'import launch, launch_ros').status === 0;

describe('every launch file', () => {
  it('is there for each node of Trimtab and for each robot', () => {
    const nodes = ['adaptor', 'profiler', 'scheduler', 'tuner'];
    expect(files).toEqual(
      expect.arrayContaining([...nodes, 'cosim', 'spot', 'tello'].map((name) => `${name}.launch.py`)),
    );
  });

  it.for(files)(
    '%s is read by ROS launch, takes the shared arguments and starts our executables',
    (file, { skip }) => {
      if (!canLaunch) skip('Python cannot import launch and launch_ros, which the ROS 2 wheels do not carry');
      const { stdout, stderr, status } = python(
        join(root, 'test/launch/describe_launch_file.py'),
        join(folder, file),
      );
      expect(stderr).toBe('');
      expect(status).toBe(0);
      const description: { arguments: Record<string, string>; executables: string[] } = JSON.parse(stdout);
      for (const name of sharedArguments) expect(description.arguments[name]).toMatch(/\w{4}/);
      for (const name of description.executables) expect(executables).toContain(name);
      expect(description.executables.length).toBeGreaterThan(0);
    },
  );

  it.each(files)('%s is Python that names existing executables and parameter files', (file) => {
    const source = readFileSync(join(folder, file), 'utf8');
    expect(
      python('-c', 'import ast, sys; ast.parse(open(sys.argv[1]).read())', join(folder, file)).status,
    ).toBe(0);
    expect(source).toContain('def generate_launch_description():');
    for (const [, name] of source.matchAll(/\bnode\(\s*'(\w+)'/g)) expect(executables).toContain(name);
    const parameters = /arguments\('([\w.]+)'\)/.exec(source)?.[1] ?? 'no parameter file';
    expect(existsSync(join(root, 'config/params', parameters))).toBe(true);
  });
});

describe('every parameter file', () => {
  const parameterFiles = readdirSync(join(root, 'config/params'));

  it.each(parameterFiles)('%s speaks of our nodes only', (file) => {
    const document: Record<string, unknown> = parse(readFileSync(join(root, 'config/params', file), 'utf8'));
    for (const pattern of Object.keys(document))
      expect(['**', ...executables]).toContain(pattern.split('/').at(-1));
  });

  it('holds for a node with and without a namespace', () => {
    const read = parseRosArguments(['--ros-args', '--params-file', join(root, 'config/params/tello.yaml')]);
    if (!read.ok) throw new Error('refused');
    for (const node of ['/adaptor', '/fleet/drone1/adaptor'])
      expect(overridesFor(node, read.value.overrides).get('channels')).toEqual(['preview_image_raw']);
  });
});
