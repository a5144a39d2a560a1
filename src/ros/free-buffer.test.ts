import { describe, expect, it } from 'vitest';
import { freeBuffer } from './free-buffer.ts';

describe('freeBuffer', () => {
  it('frees a large buffer at once, without the garbage collector', () => {
    const size = 32 * 1024 * 1024;
    const before = process.memoryUsage().arrayBuffers;
    const buffers = Array.from({ length: 8 }, () => Buffer.from(new ArrayBuffer(size)));
    expect(process.memoryUsage().arrayBuffers - before).toBeGreaterThan(7 * size);
    for (const buffer of buffers) freeBuffer(buffer);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(size);
    expect(buffers.map(({ byteLength }) => byteLength)).toEqual(buffers.map(() => 0));
  });

  it('leaves a small one alone', () => {
    const buffer = Buffer.from('small');
    freeBuffer(buffer);
    expect(buffer.toString()).toBe('small');
  });
});
