import { describe, expect, it } from 'vitest';
import { readOptions } from './options.ts';

describe('readOptions', () => {
  it('shows a table of the profiler that is there until stopped, when nothing is said', () => {
    expect(readOptions([])).toEqual({
      ok: true,
      value: {
        form: 'table',
        once: false,
        csvFile: undefined,
        mcapFile: undefined,
        topics: [],
        paths: [],
        seconds: undefined,
        profiler: undefined,
      },
    });
  });

  it('takes topics and paths in lists, in options that are repeated, or both', () => {
    const args = ['--topics', 'a, b', '--topics', 'c', '--paths', 'a -> b,b->c', '--seconds', '2.5'];
    expect(readOptions(args)).toMatchObject({
      value: { topics: ['a', 'b', 'c'], paths: ['a -> b', 'b->c'], seconds: 2.5 },
    });
  });

  it.each([
    ['--what'],
    ['robot'],
    ['--seconds'],
    ['--seconds', '0'],
    ['--seconds', 'soon'],
    ['--once', '--seconds', '61'],
    ['--json=yes'],
  ])('refuses %s, saying what is accepted', (...args) => {
    expect(readOptions(args)).toMatchObject({
      ok: false,
      refusals: [{ code: 'TT_USAGE', found: args.join(' ') }],
    });
  });
});
