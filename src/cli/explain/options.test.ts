import { describe, expect, it } from 'vitest';
import { readExplainOptions } from './options.ts';

const expectedOf = (...args: string[]) => {
  const options = readExplainOptions(args);
  return options.ok && options.value.expected.map(({ name, value }) => `${name}=${value}`);
};

describe('the command line of explain', () => {
  it('asks for the whole study where nothing is named', () => {
    expect(readExplainOptions([])).toEqual({
      ok: true,
      value: { trial: undefined, journal: undefined, expected: [], json: false, tuner: '/tuner' },
    });
  });

  it('takes a trial, a journal and the name of a tuner', () => {
    expect(readExplainOptions(['3', '--journal', 'a.jsonl', '--json', '--tuner', 'x'])).toMatchObject({
      value: { trial: '3', journal: 'a.jsonl', json: true, tuner: '/x' },
    });
  });

  it('reads the settings of an expectation, whose names may hold spaces', () => {
    expect(expectedOf('--expect', 'camera fps=15, preview=5')).toEqual(['camera fps=15', 'preview=5']);
    expect(expectedOf('--expect', 'robot rate_a=10 robot rate_b=-2.5')).toEqual([
      'robot rate_a=10',
      'robot rate_b=-2.5',
    ]);
    expect(expectedOf('--expect', 'a=1', '--expect', 'b = edge')).toEqual(['a=1', 'b=edge']);
  });

  it.each([
    [['three']],
    [['1', '2']],
    [['--journal']],
    [['--expect', 'fast']],
    [['--expect', '']],
    [['--expect', 'a=1, b']],
    [['--expect', '=5']],
    [['--expect', 'a=']],
    [['--loud']],
  ])('does not understand %j', (args) => {
    expect(readExplainOptions(args)).toMatchObject({ ok: false, refusals: [{ code: 'TT_USAGE' }] });
  });
});
