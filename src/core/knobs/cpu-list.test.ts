import { describe, expect, it } from 'vitest';
import { formatCpuList, parseCpuList } from './cpu-list.ts';

describe('a list of CPUs', () => {
  it.each([
    ['0', '0'],
    ['0-1', '0-1'],
    ['3,0,1', '0-1,3'],
    [' 2-2, 4 ', '2,4'],
    ['0-2,1-5', '0-5'],
  ])('%s is %s in the kernel’s words', (text, canonical) => {
    expect(formatCpuList(parseCpuList(text) ?? [])).toBe(canonical);
  });

  it.each(['', 'all', '1-', '2-1', '-1', '1..3', '0,,1', '9999999'])('cannot be read: %j', (text) => {
    expect(parseCpuList(text)).toBeUndefined();
  });
});
