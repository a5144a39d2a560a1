import { describe, expect, it } from 'vitest';
import { parseSchedulingLimits } from './scheduling-rights.ts';

const limits = (
  nice: string,
  rtprio: string,
) => `Limit                     Soft Limit           Hard Limit           Units
Max nice priority         ${nice}                   40
Max realtime priority     ${rtprio}                    99
Max realtime timeout      unlimited            unlimited            us
`;

describe('the limits of a process', () => {
  it.each([
    ['0', '0', { lowestNice: 20, highestRtPriority: 0 }],
    ['20', '1', { lowestNice: 0, highestRtPriority: 1 }],
    ['40', '99', { lowestNice: -20, highestRtPriority: 99 }],
    ['unlimited', 'unlimited', { lowestNice: -Infinity, highestRtPriority: Infinity }],
  ])('say how far it may be raised: nice %s, rtprio %s', (nice, rtprio, expected) => {
    expect(parseSchedulingLimits(limits(nice, rtprio))).toEqual(expected);
  });

  it('give no right where they cannot be read', () => {
    expect(parseSchedulingLimits('')).toEqual({ lowestNice: 20, highestRtPriority: 0 });
  });
});
