import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { type Random, seededRandom } from '../random.ts';
import { disguiseRanges } from './inline-notation.ts';
import { parseSpec } from './parse-spec.ts';

const whole = `
robot: tello
require:
  - {topic: cmd_vel, rate: ">= 20 Hz"}
  - {path: [image, cmd_vel], latency: "p95 <= 120 ms"}
improve:
  - {topic: detections, rate: maximize, weight: 2, enough: 30 Hz}
knobs:
  - parameter: camera fps
    values: [10, 15, 20]
    unit: Hz
    confirm: {topic: image, rate: equals}
  - {throttle: image -> preview, rate: [1, 30] Hz}
  - {cgroup: preview, cpu: [0.1, 0.8] cores}
context: [phase]
`;
const pieces = [
  '',
  ' ',
  '\n',
  ':',
  '? ',
  '- ',
  '[',
  ']',
  '{',
  '}',
  '"',
  "'",
  '&a ',
  '*a',
  '!x ',
  '|',
  '>',
  '#',
  ',',
  '0',
];
const pick = <T>(items: readonly T[], random: Random) => items[Math.floor(random.next() * items.length)] as T;

/** The spec with a few places overwritten. */
function damaged(random: Random): string {
  let text = whole;
  for (let i = 0; i <= random.next() * 4; i++) {
    const at = Math.floor(random.next() * text.length);
    const gone = Math.floor(random.next() * 4);
    text = text.slice(0, at) + pick(pieces, random) + text.slice(at + gone);
  }
  return text;
}

/** How many entries each section has, as YAML alone reads it. */
function written(text: string): number[] {
  const root = parseDocument(disguiseRanges(text)).toJS() as Record<string, unknown[] | undefined>;
  return ['require', 'improve', 'knobs', 'context'].map((section) => root[section]?.length ?? 0);
}

/** A word of the spec with the colon after it and all that follows within its braces gone. */
function lacking(word: string): string {
  return whole.replace(new RegExp(`\\b${word}: (?:"[^"]*"|\\[[^\\]]*\\]( \\w+)?|[^,}\\n]*)`), word);
}

describe('a damaged spec', () => {
  it('is whole before', () => expect(parseSpec(whole, 'mine.yaml').ok).toBe(true));

  it.each([1, 2, 3, 4])(
    'is read or refused at places within the file, never an exception (seed %d)',
    (seed) => {
      const random = seededRandom(seed);
      let refused = 0;
      for (let i = 0; i < 200; i++) {
        const text = damaged(random);
        const lines = text.split('\n');
        const result = parseSpec(text, 'mine.yaml');
        if (result.ok) {
          const { requirements, objectives, knobs, context } = result.value;
          const read = [requirements, objectives, knobs, context].map(({ length }) => length);
          expect(read, `left out of\n${text}`).toEqual(written(text));
          continue;
        }
        refused += 1;
        for (const { place, code } of result.refusals) {
          const { line, column } = place ?? { line: 0, column: 0 };
          const where = `${code} at ${line}:${column} of\n${text}`;
          expect(line, where).toBeGreaterThanOrEqual(1);
          expect(line, where).toBeLessThanOrEqual(lines.length);
          expect(column, where).toBeGreaterThanOrEqual(1);
          expect(column, where).toBeLessThanOrEqual((lines[line - 1] ?? '').length + 1);
        }
      }
      expect(refused).toBeGreaterThan(50);
    },
  );

  it.each(['rate', 'topic', 'path', 'latency', 'weight', 'enough', 'cpu', 'throttle'])(
    'is refused where %s stands without a value, as an entry must not be left out unsaid',
    (word) => {
      const text = lacking(word);
      expect(text).not.toBe(whole);
      const result = parseSpec(text, 'mine.yaml');
      const reasons = result.ok ? [] : result.refusals.map(({ reason }) => reason);
      expect(reasons).toContain(`${word} has no value.`);
    },
  );
});
