import { describe, expect, it } from 'vitest';
import { createStyle, wantsColour, widthOf } from './style.ts';

const terminal = { write: () => true, isTTY: true, columns: 100 };
const pipe = { write: () => true };

describe('wantsColour', () => {
  it('colours terminals only', () => {
    expect(wantsColour(terminal, {})).toBe(true);
    expect(wantsColour(pipe, {})).toBe(false);
    expect(wantsColour(terminal, { TERM: 'dumb' })).toBe(false);
  });

  it('obeys NO_COLOR before FORCE_COLOR, and an empty one not at all', () => {
    expect(wantsColour(terminal, { NO_COLOR: '1', FORCE_COLOR: '1' })).toBe(false);
    expect(wantsColour(terminal, { NO_COLOR: '' })).toBe(true);
    expect(wantsColour(pipe, { FORCE_COLOR: '1' })).toBe(true);
    expect(wantsColour(terminal, { FORCE_COLOR: '0' })).toBe(false);
  });
});

describe('widthOf', () => {
  it('is the terminal’s within reason, and 80 elsewhere', () => {
    expect(widthOf(terminal)).toBe(100);
    expect(widthOf(pipe)).toBe(80);
    expect(widthOf({ ...terminal, columns: 400 })).toBe(120);
    expect(widthOf({ ...terminal, columns: 3 })).toBe(40);
  });
});

describe('createStyle', () => {
  it('leaves text alone without colour', () => {
    expect(createStyle(false).good('yes')).toBe('yes');
    expect(createStyle(true).good('yes')).not.toBe('yes');
  });
});
