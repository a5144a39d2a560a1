import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../core/random.ts';
import { decodeFrame, encodeFrame } from './frame.ts';
import { decodeReply, decodeTask, encodeReply, encodeTask } from './protocol.ts';

const task = {
  taskId: 7,
  model: 'vest',
  inputWidth: 2,
  inputHeight: 1,
  deadlineEpochMs: 1_700_000_000_000,
  input: Uint8Array.from([0, 255, 1, 2, 3, 4]),
};

describe('frames', () => {
  it('carry header and bytes unchanged', () => {
    const decoded = decodeTask(encodeTask(task));
    expect(decoded.ok && { ...decoded.value, input: Uint8Array.from(decoded.value.input) }).toEqual(task);
  });

  it('have the documented layout', () => {
    const frame = encodeFrame({ kind: 'task', header: { a: 1 }, body: Uint8Array.from([9, 8]) });
    const head = [0x54, 0x54, 1, 1, 0, 0, 0, 7];
    expect([...frame]).toEqual([...head, ...Buffer.from('{"a":1}'), 9, 8]);
  });

  it.each([
    ['an empty message', () => Buffer.alloc(0)],
    ['other magic', () => Buffer.from('XXXXXXXXXXXX')],
    ['another version', () => patched(2, 2)],
    ['another kind', () => patched(3, 9)],
    ['a header longer than the frame', () => patched(4, 0xff)],
    ['a header that is not JSON', () => patched(8, 0)],
    ['a reply in place of a task', () => encodeReply({ status: 'busy', taskId: 1, reason: 'x' })],
    ['a header that is null', () => encodeFrame({ kind: 'task', header: null, body: new Uint8Array() })],
    ['a missing model', () => encodeFrame({ kind: 'task', header: { taskId: 3 }, body: new Uint8Array() })],
  ])('refuse %s', (_name, bytes) => {
    const decoded = decodeTask(bytes());
    expect(decoded.ok ? [] : decoded.refusals.map(({ code }) => code)).toEqual(['TT_CLOUD_FRAME']);
  });

  it('say which task was wrong, where that can be read', () => {
    const header = { ...task, model: 5 };
    expect(decodeTask(encodeFrame({ kind: 'task', header, body: task.input })).taskId).toBe(7);
  });

  it('never throw on random bytes (seed 5)', () => {
    const random = seededRandom(5);
    for (let i = 0; i < 500; i++) {
      const bytes = encodeTask(task);
      for (let k = 0; k < 3; k++)
        bytes[Math.floor(random.next() * bytes.length)] = Math.floor(random.next() * 256);
      expect(() => decodeTask(bytes.subarray(0, Math.floor(random.next() * bytes.length)))).not.toThrow();
      expect(() => decodeReply(bytes)).not.toThrow();
      expect(() => decodeFrame(bytes)).not.toThrow();
    }
  });
});

function patched(offset: number, value: number): Buffer {
  const bytes = encodeTask(task);
  bytes[offset] = value;
  return bytes;
}
