import { describe, expect, it } from 'vitest';
import { readFastDdsGuid } from './fast-dds-guid.ts';

const guid = [0x01, 0x0f, 0x34, 0x12, 0xcd, 0xab, 0x77, 0x88, 1, 0, 0, 0, 0, 0, 0x12, 0x03];

describe('readFastDdsGuid', () => {
  it('reads host and pid', () => {
    expect(readFastDdsGuid(guid)).toEqual({ key: '010f3412cdab7788', hostId: 0x1234, pidLow: 0xabcd });
  });

  it('knows the participants and endpoints of one process as one', () => {
    const other = guid.with(8, 2).with(15, 4);
    expect(readFastDdsGuid(other)).toEqual(readFastDdsGuid(guid));
  });

  it('reads the 24 bytes of Humble alike', () => {
    expect(readFastDdsGuid([...guid, 0, 0, 0, 0, 0, 0, 0, 0])).toEqual(readFastDdsGuid(guid));
  });

  it('does not read another vendor’s, nor what is too short', () => {
    expect(readFastDdsGuid(guid.with(1, 0x10))).toBeUndefined();
    expect(readFastDdsGuid(guid.slice(0, 8))).toBeUndefined();
    expect(readFastDdsGuid([])).toBeUndefined();
  });
});
