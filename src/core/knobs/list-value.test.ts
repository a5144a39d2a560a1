import { describe, expect, it } from 'vitest';
import { formatList, parseList } from './list-value.ts';

describe('a list as a value', () => {
  it.each([
    [[640, 480], '[640, 480]'],
    [[0.5, 0, -2e-7], '[0.5, 0, -2e-7]'],
    [[true, false], '[true, false]'],
    [['left', 'back/right'], '[left, back/right]'],
    [[], '[]'],
  ])('is its text, and the text is read as the list: %j', (items, text) => {
    expect(formatList(items)).toBe(text);
    expect(parseList(text)).toEqual(items);
  });

  it('is read however it is spaced', () => {
    expect(parseList(' [ 1,15 ] ')).toEqual([1, 15]);
  });

  it.each(['640, 480', '[1, [2]]', '[1,, 2]', '[1', 'yuyv'])('is not %s', (text) => {
    expect(parseList(text)).toBeUndefined();
  });

  it.each([['a, b'], ['[a'], [''], [' a']])('is none when its text could not be read back: "%s"', (word) => {
    expect(formatList([word, 'b'])).toBeUndefined();
  });
});
