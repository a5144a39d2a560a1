import { describe, expect, it } from 'vitest';
import { pad, textWidth, truncate, wrap } from './text-width.ts';

describe('textWidth', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['≥ 20 Hz ✓', 9],
    ['日本', 4],
    ['🚁', 2],
    ['👩‍🚀', 2],
    ['e\u0301', 1],
    ['\u001b[31mred\u001b[39m', 3],
    ['█░…', 3],
  ])('counts the columns of %j', (text, columns) => {
    expect(textWidth(text)).toBe(columns);
  });
});

describe('truncate', () => {
  it('cuts to the columns there are and never through a wide character', () => {
    expect(truncate('abcdef', 6)).toBe('abcdef');
    expect(truncate('abcdef', 4)).toBe('abc…');
    expect(truncate('日本語', 4)).toBe('日…');
    expect(truncate('abc', 0)).toBe('');
  });
});

describe('pad', () => {
  it('pads by columns, on either side', () => {
    expect(pad('日', 4, 'left')).toBe('日  ');
    expect(pad('日', 4, 'right')).toBe('  日');
    expect(pad('long', 2, 'left')).toBe('long');
  });
});

describe('wrap', () => {
  it('breaks at spaces and breaks words that are longer than a line', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrap('a/very/long/path b', 6)).toEqual(['a/very', '/long/', 'path b']);
    expect(wrap('', 5)).toEqual(['']);
  });
});
