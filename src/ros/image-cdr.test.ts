import { describe, expect, it } from 'vitest';
import { decodeImage, encodeImage } from './image-cdr.ts';

const image = { width: 3, height: 2, data: Uint8Array.from({ length: 18 }, (_, i) => i * 10) };
const stamped = { stamp: { sec: 1_700_000_000, nanosec: 123_456_789 }, frameId: 'camera', image };

/** The same message as Fast CDR writes it, by hand: sec, nanosec, "camera", height, width, "rgb8", endian, step, data. */
const reference = Buffer.concat([
  Buffer.from('00010000', 'hex'),
  Buffer.from('00f15365', 'hex'),
  Buffer.from('15cd5b07', 'hex'),
  Buffer.from('0700000063616d65726100', 'hex'),
  Buffer.from('00', 'hex'),
  Buffer.from('0200000003000000', 'hex'),
  Buffer.from('050000007267623800', 'hex'),
  Buffer.from('00', 'hex'),
  Buffer.from('0000', 'hex'),
  Buffer.from('09000000', 'hex'),
  Buffer.from('12000000', 'hex'),
  Buffer.from(image.data),
]);

describe('image CDR', () => {
  it('writes what Fast CDR writes', () => {
    expect(encodeImage(stamped).toString('hex')).toBe(reference.toString('hex'));
  });

  it('reads it back', () => {
    const read = decodeImage(reference);
    expect(read).toMatchObject({ stamp: stamped.stamp, frameId: 'camera' });
    expect([...(read?.image.data ?? [])]).toEqual([...image.data]);
  });

  it.each([0, 4, 10, 30, reference.length - 1])('refuses a message cut to %i bytes', (length) => {
    expect(decodeImage(reference.subarray(0, length))).toBeUndefined();
  });

  it('swaps the channels of bgr8', () => {
    const bytes = encodeImage(stamped);
    bytes.write('bgr8', bytes.indexOf('rgb8'));
    expect([...(decodeImage(bytes)?.image.data.subarray(0, 6) ?? [])]).toEqual([20, 10, 0, 50, 40, 30]);
  });

  it('refuses an encoding that is not a colour image', () => {
    const bytes = encodeImage(stamped);
    bytes.write('mono', bytes.indexOf('rgb8'));
    expect(decodeImage(bytes)).toBeUndefined();
  });
});
