import { describe, expect, it } from 'vitest';
import { SequenceGaps } from './sequence-gaps.ts';

function missing(numbers: [string, number][]): number[] {
  const gaps = new SequenceGaps();
  return numbers.map(([publisher, sequence]) => gaps.next(publisher, sequence));
}

describe('SequenceGaps', () => {
  it('begins with the first message that is heard', () => {
    expect(missing([['a', 500]])).toEqual([0]);
  });

  it('counts what is missing, each publisher for itself', () => {
    const heard: [string, number][] = [
      ['a', 1],
      ['b', 70],
      ['a', 2],
      ['a', 5],
      ['b', 72],
      ['b', 73],
    ];
    expect(missing(heard)).toEqual([0, 0, 0, 2, 1, 0]);
  });

  it('takes late and repeated messages for what they are', () => {
    expect(
      missing([
        ['a', 4],
        ['a', 4],
        ['a', 3],
        ['a', 5],
      ]),
    ).toEqual([0, 0, 0, 0]);
  });
});
