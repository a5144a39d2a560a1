import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { McapIndexedReader, McapStreamReader } from '@mcap/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { McapRecording } from './mcap-recording.ts';

const topics = [
  { topic: '/a', type: 'std_msgs/msg/String', schema: 'string data\n' },
  { topic: '/b', type: 'std_msgs/msg/Bool', schema: 'bool data\n' },
];

function file(): string {
  const folder = mkdtempSync(join(tmpdir(), 'trimtab-mcap-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'runs', 'a.mcap');
}

function open(path: string): McapRecording {
  const recording = McapRecording.open({
    path,
    topics,
    onError: (error) => {
      throw error;
    },
  });
  if (!recording.ok) throw new Error(JSON.stringify(recording.refusals));
  return recording.value;
}

const message = (size: number, fill: number) => new Uint8Array(size).fill(fill);

/** Messages that a reader finds which reads from the front and needs no index. */
function streamed(path: string): number {
  const reader = new McapStreamReader();
  reader.append(readFileSync(path));
  let messages = 0;
  for (let record = reader.nextRecord(); record; record = reader.nextRecord()) {
    if (record.type === 'Message') messages++;
  }
  return messages;
}

describe('McapRecording', () => {
  it('writes an indexed file with the bytes, types and times of every message', async () => {
    const path = file();
    const recording = open(path);
    for (let i = 0; i < 20; i++) recording.add(i % 4 === 0 ? '/b' : '/a', message(500, i), 1000 + i);
    await recording.close();
    const content = readFileSync(path);
    const reader = await McapIndexedReader.Initialize({
      readable: {
        size: async () => BigInt(content.length),
        read: async (offset, size) => content.subarray(Number(offset), Number(offset + size)),
      },
    });
    expect(reader.header.profile).toBe('ros2');
    expect(reader.chunkIndexes.length).toBeGreaterThan(1);
    const schemas = [...reader.schemasById.values()].map(({ name, encoding }) => `${name} ${encoding}`);
    expect(schemas).toEqual(['std_msgs/msg/String ros2msg', 'std_msgs/msg/Bool ros2msg']);
    const found = [];
    for await (const each of reader.readMessages()) found.push(each);
    expect(found.map(({ data }) => data[0])).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(found.map(({ logTime }) => logTime)).toEqual(
      Array.from({ length: 20 }, (_, i) => BigInt(1000 + i) * 1_000_000n),
    );
    const ofB = found.filter(({ channelId }) => reader.channelsById.get(channelId)?.topic === '/b');
    expect(ofB.map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3, 4]);
  });

  it('can be read while it is written, but for the chunk that is being filled', async () => {
    const path = file();
    const recording = open(path);
    for (let i = 0; i < 30; i++) recording.add('/a', message(500, i), i);
    // A turn of the event loop: all that was added has been handled.
    await new Promise((resolve) => setImmediate(resolve));
    const before = streamed(path);
    expect(before).toBeGreaterThanOrEqual(30 - 4096 / 500);
    await recording.close();
    expect(streamed(path)).toBe(30);
  });

  it('refuses a file that is there already, and leaves it alone', () => {
    const path = file();
    open(path);
    writeFileSync(path, 'mine');
    const again = McapRecording.open({ path, topics, onError: () => undefined });
    expect(again).toMatchObject({ refusals: [{ code: 'TT_FILE_UNWRITABLE', found: path }] });
    expect(readFileSync(path, 'utf8')).toBe('mine');
  });

  it('says once when it cannot go on, and closes without a throw', async () => {
    const errors: Error[] = [];
    const path = file();
    const recording = McapRecording.open({ path, topics, onError: (error) => errors.push(error) });
    if (!recording.ok) throw new Error('cannot open');
    recording.value.add('/unknown', message(1, 1), 0);
    recording.value.add('/a', message(1, 1), 0);
    await recording.value.close();
    expect(errors.map(({ message: text }) => text)).toEqual(['/unknown is not a topic of this recording']);
  });
});
