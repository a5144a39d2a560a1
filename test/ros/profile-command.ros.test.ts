import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Profile } from '../../src/core/measure/profile.ts';
import type { RunningProcess } from '../../src/io/process/process-group.ts';
import { distRoot, LiveGraph } from './live-graph.ts';
import { openMcapReader } from './mcap-reader.ts';
import type { RosPeer } from './ros-peer.ts';
import { waitFor } from './wait-for.ts';

const talkerHz = 20;

const graph = new LiveGraph();
let peer: RosPeer;

beforeAll(async () => {
  [peer] = await Promise.all([graph.openClient(), graph.startPeer('talker', 'talk', String(talkerHz))]);
});
afterAll(() => graph.close());

/** The JSON documents in what a command printed. */
function documents(output: string): Profile[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}

const rateOf = (profile: Profile | undefined, topic: string) =>
  profile?.topics.find((each) => each.topic === topic)?.rateHz;

/** A topic's rate in the last of the tables that a command printed. */
function tabulatedHz(output: string, topic: string): number {
  const rows = output.split('\n').map((line) => line.split(/ +/));
  return Number(rows.findLast(([name, rate]) => name === topic && /^\d/.test(rate ?? ''))?.[1]);
}

/** Nodes of ours that the peer still sees. */
const leftBehind = async () => (await peer.nodes()).filter((name) => name.includes('trimtab_'));

describe('profile, where no profiler runs', () => {
  afterEach(() => waitFor('our nodes to be gone', async () => (await leftBehind()).length === 0));

  it('starts one, says so, finds the topics and prints a document each period', async () => {
    const { code, output } = await graph.runCommand('profile', '--json', '--seconds', '6');
    expect(code, output).toBe(0);
    expect(output).toContain('profiler started for this command');
    const profiles = documents(output);
    expect(profiles.length).toBeGreaterThanOrEqual(3);
    expect(rateOf(profiles.at(-1), '/talk')).toBeGreaterThan(0.8 * talkerHz);
    expect(rateOf(profiles.at(-1), '/talk')).toBeLessThan(1.2 * talkerHz);
    const topics = profiles.at(-1)?.topics.map(({ topic }) => topic) ?? [];
    expect(topics.filter((topic) => /rosout|parameter_events|trimtab_/.test(topic))).toEqual([]);
  });

  it('prints one table into a pipe, and writes CSV and MCAP beside it', async ({ skip }) => {
    const [csv, mcap] = [join(graph.dir, 'a.csv'), join(graph.dir, 'a.mcap')];
    const files = ['--csv', csv, '--mcap', mcap];
    const { code, output } = await graph.runCommand(
      'profile',
      '--topics',
      'talk',
      '--seconds',
      '9',
      ...files,
    );
    expect(code, output).toBe(0);
    expect(output).toMatch(/^topic +Hz +age p95 ms/m);
    expect(tabulatedHz(output, '/talk')).toBeGreaterThan(0.8 * talkerHz);
    expect(output).not.toContain('\u001b');
    const [header, ...lines] = readFileSync(csv, 'utf8').trimEnd().split('\n');
    expect(header).toBe('end_s,kind,name,quantity,value');
    const rates = lines
      .map((line) => line.split(','))
      .filter(([, , name, quantity]) => name === '/talk' && quantity === 'rate_hz');
    expect(rates.length).toBeGreaterThanOrEqual(3);
    expect(Number(rates.at(-1)?.[4])).toBeGreaterThan(0.8 * talkerHz);
    const reader = openMcapReader();
    if ('reason' in reader) return skip(reader.reason);
    const recorded = Object.entries(reader('indexed', mcap)).find(([topic]) => topic.endsWith('/profile'));
    expect(recorded?.[1].times_s.length).toBeGreaterThanOrEqual(3);
    expect(recorded?.[1].last.topics.map(({ topic }: { topic: string }) => topic)).toEqual(['/talk']);
  });

  it('ends at Ctrl-C with nothing left behind', async () => {
    const { process: command } = await graph.startCommand<Profile>('profile', '--json');
    expect((await leftBehind()).length).toBeGreaterThan(0);
    process.kill(command.pid, 'SIGINT');
    expect(await command.ended).toEqual({ code: 0, signal: null });
  });

  it('ends when nobody reads its output any more', async () => {
    const main = join(distRoot, 'src/cli/main.js');
    const pipe = `"${process.execPath}" "${main}" profile --json --topics talk | head -n 1`;
    const env = { ...process.env, ROS_DOMAIN_ID: graph.domainId };
    const { stdout } = await promisify(execFile)('sh', ['-c', pipe], { env, timeout: 60_000 });
    expect(documents(stdout)).toHaveLength(1);
  });

  it('refuses a profiler that is not there, and files that cannot be written', async () => {
    const named = await graph.runCommand('profile', '--profiler', 'ghost');
    expect(named).toMatchObject({ code: 1, output: expect.stringContaining('TT_PROFILE_TIMEOUT') });
    const csv = await graph.runCommand('profile', '--csv', '/dev/null/a.csv');
    expect(csv).toMatchObject({ code: 1, output: expect.stringContaining('TT_FILE_UNWRITABLE') });
    const topic = await graph.runCommand('profile', '--topics', '1st');
    expect(topic).toMatchObject({ code: 1, output: expect.stringContaining('TT_PARAM_RANGE') });
    const usage = await graph.runCommand('profile', '--what');
    expect(usage).toMatchObject({ code: 2, output: expect.stringContaining('TT_USAGE') });
  });
});

describe('profile, where a profiler runs', () => {
  let profiler: RunningProcess;

  beforeAll(async () => {
    const parameters = { topics: ['held'] };
    profiler = await graph.startNode({ name: 'profiler', script: 'src/nodes/profiler.js', parameters });
  });

  afterAll(async () => {
    process.kill(profiler.pid, 'SIGINT');
    await profiler.ended;
    await waitFor('the profiler to be gone', async () => !(await peer.nodes()).includes('/profiler'));
  });

  async function watched(): Promise<string[]> {
    const { values } = await peer.call('rcl_interfaces/srv/GetParameters', '/profiler/get_parameters', {
      names: ['topics', 'paths'],
    });
    return values.flatMap((value: { string_array_value: string[] }) => value.string_array_value);
  }

  it('uses it, has it watch what is named, and takes that back', async () => {
    const asked = graph.runCommand('profile', '--once', '--topics', 'talk,held', '--paths', 'talk -> held');
    await waitFor('the topic to be watched', async () => (await watched()).includes('talk'));
    const { code, output } = await asked;
    expect(code, output).toBe(0);
    expect(output).toContain('profiler /profiler');
    expect(tabulatedHz(output, '/talk')).toBeGreaterThan(0.8 * talkerHz);
    expect(tabulatedHz(output, '/talk')).toBeLessThan(1.2 * talkerHz);
    expect(output).toMatch(/^\/held +silent/m);
    expect(await watched()).toEqual(['held']);
    expect(await leftBehind()).toEqual([]);
    expect(existsSync(`/proc/${profiler.pid}`)).toBe(true);
  });
});

describe('profile, in a simulation', () => {
  beforeAll(() => graph.startPeer('clock', '0.5', '100'));

  it('starts a profiler that counts by the simulation’s time, which runs at half speed', async () => {
    const { code, output } = await graph.runCommand(
      'profile',
      '--json',
      '--topics',
      'talk',
      '--seconds',
      '9',
    );
    expect(code, output).toBe(0);
    expect(output).toContain('by the time of /clock');
    const last = documents(output).at(-1);
    expect(rateOf(last, '/talk')).toBeGreaterThan(1.6 * talkerHz);
    expect(rateOf(last, '/talk')).toBeLessThan(2.4 * talkerHz);
  });
});
