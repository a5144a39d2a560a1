import { describe, expect, it } from 'vitest';
import { headerStampMs, readHeaderStampMs, stampMs } from './header-stamp.ts';

function message(kind: number, seconds: number, nanoseconds: number, littleEndian: boolean): Uint8Array {
  // Inside a larger buffer, as middlewares hand out views.
  const bytes = new Uint8Array(40).subarray(3, 35);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  view.setUint16(0, kind);
  view.setInt32(4, seconds, littleEndian);
  view.setUint32(8, nanoseconds, littleEndian);
  return bytes;
}

describe('readHeaderStampMs', () => {
  it.each([
    ['CDR, little endian', 1, true],
    ['CDR, big endian', 0, false],
    ['CDR2, little endian', 7, true],
    ['CDR2, big endian', 6, false],
  ])('reads %s', (_, kind, littleEndian) => {
    expect(readHeaderStampMs(message(kind, 1_700_000_000, 250_000_000, littleEndian))).toBe(
      1_700_000_000_250,
    );
  });

  it('gives the number that stampMs gives, so that both can be compared', () => {
    expect(readHeaderStampMs(message(1, 1_790_000_001, 123_456_789, true))).toBe(
      stampMs(1_790_000_001, 123_456_789),
    );
  });

  it.each([
    ['a short buffer', message(1, 5, 5, true).subarray(0, 11)],
    ['an empty buffer', new Uint8Array()],
    ['a parameter list', message(3, 5, 5, true)],
    ['an impossible fraction', message(1, 5, 1_000_000_000, true)],
    ['a time before the epoch', message(1, -5, 5, true)],
    ['a stamp that nobody set', message(1, 0, 0, true)],
  ])('has no stamp for %s', (_, bytes) => {
    expect(readHeaderStampMs(bytes)).toBeUndefined();
  });
});

describe('headerStampMs', () => {
  it('gives the number that stampMs gives, so that both can be compared', () => {
    expect(headerStampMs(1_700_000_000, 250_000_000)).toBe(1_700_000_000_250);
    expect(headerStampMs(1_790_000_001, 123_456_789)).toBe(stampMs(1_790_000_001, 123_456_789));
  });

  it.each([
    ['an impossible fraction', 5, 1_000_000_000],
    ['a time before the epoch', -5, 5],
    ['a stamp that nobody set', 0, 0],
  ])('has no stamp for %s', (_, seconds, nanoseconds) => {
    expect(headerStampMs(seconds, nanoseconds)).toBeUndefined();
  });
});
