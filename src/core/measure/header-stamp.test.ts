import { describe, expect, it } from 'vitest';
import { headerStampMs, stampMs } from './header-stamp.ts';

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
