import { describe, expect, it } from 'vitest';
import { type Random, seededRandom } from '../../random.ts';
import { measured, problem } from './library.fixture.ts';
import type { Library } from './library.ts';
import { formatLibrary, parseLibrary } from './library-text.ts';

const awkward = 'a "b": {c} # d\nyes \u2028 ä';
const library: Library = [
  {
    problem: { ...problem, objectives: [], robot: awkward },
    entries: [
      {
        context: { phase: 'yes', [awkward]: '12' },
        configuration: { 'robot rate': 1e-7, 'robot model': awkward, on: true },
        verifiedMs: 1764122400123,
        failures: 1,
        observations: [
          { ...measured(12.5, 0.25, 1764122400000), objectives: { near: 0.5, far: 0 }, doubt: 0.125 },
          {
            atMs: 1764122400001,
            doubt: 0,
            configuration: { on: false },
            margins: {},
            censored: true,
            share: 0.25,
          },
        ],
      },
      { context: {}, configuration: {}, verifiedMs: 0, failures: 0, observations: [] },
    ],
  },
  { problem, entries: [] },
];
const text = formatLibrary(library);

describe('the text of a library', () => {
  it('gives back just what was written', () => {
    for (const written of [library, []]) {
      expect(parseLibrary(formatLibrary(written), 'a.yaml')).toEqual({ ok: true, value: written });
    }
  });

  it('can be read by a person', () => {
    expect(text).toContain('      - context: {"phase":"yes"');
    expect(text).toContain('        verified: 2025-11-26T02:00:00.123Z');
    expect(text).toContain('        - "robot rate: parameter rate of robot, real [2, 30] Hz"');
    expect(text.split('\n').filter((line) => line.includes('"margins"'))).toHaveLength(2);
  });

  it.each([
    ['', 1, 'what stands there is not a map'],
    ['format: trimtab-library-2\nshelves: []\n', 1, 'format is not trimtab-library-1'],
    ['format: trimtab-library-1\nshelves: {}\n', 2, 'shelves is not a list'],
    [
      text.replace('"robot rate":12.5', '"robot rate":[12.5]'),
      20,
      'observations.0.configuration.robot rate is not a value of a knob',
    ],
    [text.replace('failures: 1', 'failures: x'), 18, 'failures is not a whole number'],
    [text.replace('failures: 1', 'failures: -3'), 18, 'failures is not a whole number'],
    [text.replace('failures: 1', 'failures: 0.5'), 18, 'failures is not a whole number'],
    [text.replace('2025-11-26T02:00:00.123Z', 'yesterday'), 17, 'verified is not a time'],
    [text.replace('"doubt":0.125,', ''), 20, 'doubt is not a number'],
    [text.replace('"doubt":0.125', '"doubt":-1'), 20, 'doubt is not a number of at least 0'],
    [text.replace('"censored":true', '"censored":1'), 21, 'censored is not true or false'],
    [text.replace('"share":0.25', '"share":0'), 21, 'share is not a share above 0'],
    [text.replace('verified: 2025', 'verified: ]2025'), 17, 'is no YAML'],
  ])('is refused where it is damaged (%#)', (damaged, line, reason) => {
    expect(damaged).not.toBe(text);
    const read = parseLibrary(damaged, 'a.yaml');
    expect(read).toMatchObject({
      ok: false,
      refusals: [{ code: 'TT_FILE_DAMAGED', place: { file: 'a.yaml', line } }],
    });
    expect(!read.ok && read.refusals[0]?.reason).toContain(reason);
  });

  it('is read or refused at a place, never an exception, wherever it is damaged', () => {
    const random = seededRandom(3);
    const any = (below: number) => Math.floor(random.next() * below);
    let refused = 0;
    for (let i = 0; i < 100; i++) {
      const read = parseLibrary(damage(text, random, any), 'a.yaml');
      if (read.ok) continue;
      refused++;
      expect(read.refusals[0]).toMatchObject({ code: 'TT_FILE_DAMAGED', place: { file: 'a.yaml' } });
    }
    expect(refused).toBeGreaterThan(50);
  });
});

const pieces = ['', '"', '{', '}', '[', ']', ':', '- ', '\n', '*a', '&a ', '!x ', '#', '? ', 'null', '0'];

function damage(whole: string, random: Random, any: (below: number) => number): string {
  const at = any(whole.length);
  return whole.slice(0, at) + pieces[any(pieces.length)]! + whole.slice(at + Math.floor(random.next() * 5));
}
