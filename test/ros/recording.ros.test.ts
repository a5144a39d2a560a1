import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import type { RunningProcess } from '../../src/io/process/process-group.ts';
import { LiveGraph } from './live-graph.ts';
import { type McapReader, openMcapReader, type ReadTopic } from './mcap-reader.ts';
import { PeerParameters } from './peer-parameters.ts';
import type { Json, RosPeer } from './ros-peer.ts';
import { waitFor } from './wait-for.ts';

const talkerHz = 20;
const periodS = 0.2;

const graph = new LiveGraph();
const folder = (name: string) => join(graph.dir, name);
let peer: RosPeer;
let profiler: RunningProcess;
let parameters: PeerParameters;
let reader: McapReader | { reason: string };

beforeAll(async () => {
  reader = openMcapReader();
  [peer, , profiler] = await Promise.all([
    graph.openClient(),
    graph.startPeer('talker', 'talk', String(talkerHz)),
    graph.startNode({
      name: 'profiler',
      script: 'src/nodes/profiler.js',
      parameters: { topics: ['talk'], period_s: periodS },
    }),
  ]);
  parameters = new PeerParameters(peer, '/profiler');
  await peer.listen('trimtab_msgs/msg/Profile', '/profiler/profile', { reliable: true });
});
afterAll(() => graph.close());

function readerOr(skip: TestContext['skip']): McapReader {
  if ('reason' in reader) skip(reader.reason);
  return reader as McapReader;
}

/** The only file in a folder. */
function fileIn(name: string): string | undefined {
  try {
    const files = readdirSync(folder(name));
    return files.length === 1 ? join(folder(name), files[0] as string) : undefined;
  } catch {
    return undefined;
  }
}

/** Waits until profiles came that are not in the list yet. */
async function moreProfiles(count: number): Promise<Json[]> {
  const before = (await peer.heard('/profiler/profile')).length;
  return waitFor(`${count} profiles more`, async () => {
    const heard = await peer.heard('/profiler/profile');
    return heard.length >= before + count && heard.slice(before).map(({ message }) => message);
  });
}

const stampOf = ({ header }: Json) => header.stamp.sec + header.stamp.nanosec / 1e9;

describe('a recording', () => {
  it('is begun and ended at run time, and says to an independent reader what a subscriber heard', async ({
    skip,
  }) => {
    const read = readerOr(skip);
    expect(await parameters.set('record', { string: folder('a') })).toMatchObject({ successful: true });
    const path = await waitFor('the file', () => fileIn('a'));
    const heard = await moreProfiles(10);
    expect(await parameters.set('record', { string: '' })).toMatchObject({ successful: true });
    const topics = await waitFor('the file to be complete', () => {
      try {
        return read('indexed', path);
      } catch {
        return undefined;
      }
    });
    expect(Object.keys(topics).sort()).toEqual(['/diagnostics', '/profiler/profile']);
    const profiles = topics['/profiler/profile'] as ReadTopic;
    expect(profiles).toMatchObject({ type: 'trimtab_msgs/msg/Profile', encoding: 'ros2msg' });
    expect(profiles.times_s.length).toBeGreaterThanOrEqual(heard.length - 1);
    expect(profiles.times_s).toEqual(profiles.times_s.toSorted((a, b) => a - b));
    const same = (await peer.heard('/profiler/profile'))
      .map(({ message }) => message)
      .find((message) => stampOf(message) === stampOf(profiles.last));
    expect(same?.topics[0]).toMatchObject({ topic: '/talk', type: expect.any(String) });
    expect(profiles.last).toEqual(same);
    expect(topics['/diagnostics']?.last.status[0].name).toBe('profiler: /talk');
  });

  it('refuses a folder that cannot be written, and goes on as before', async () => {
    const answer = await parameters.set('record', { string: `${graph.file('no-folder', '')}/below` });
    expect(answer.successful).toBe(false);
    expect(answer.reason).toContain('TT_FILE_UNWRITABLE');
    expect((await parameters.get('record')).string).toBe('');
  });

  it('can be read up to its last chunk when the profiler was killed', async ({ skip }) => {
    const read = readerOr(skip);
    expect(await parameters.set('record', { string: folder('killed') })).toMatchObject({ successful: true });
    const path = await waitFor('the file', () => fileIn('killed'));
    const heard = await moreProfiles(30);
    process.kill(profiler.pid, 'SIGKILL');
    await profiler.ended;
    expect(() => read('indexed', path)).toThrow();
    const profiles = read('stream', path)['/profiler/profile'] as ReadTopic;
    // Only the chunk of 4 KiB that was being filled is lost; a profile of one topic takes more than 200 bytes.
    expect(profiles.times_s.length).toBeGreaterThanOrEqual(heard.length - 4096 / 200);
    expect(profiles.last.topics[0].topic).toBe('/talk');
  });
});
