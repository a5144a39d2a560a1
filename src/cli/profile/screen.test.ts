import { describe, expect, it } from 'vitest';
import { Screen } from './screen.ts';

/** A terminal as far as Screen uses it: what stands in each row, and which screen and cursor are shown. */
class Terminal {
  isTTY = true;
  columns = 60;
  rows = 4;
  written = '';
  write(text: string): void {
    this.written += text;
  }
  /** What the last frame shows. */
  get shown(): string[] {
    const frame = this.written.slice(this.written.lastIndexOf('\u001b[H') + 3);
    return (frame.split('\u001b[J')[0] as string).split('\r\n').map((line) => line.replace('\u001b[K', ''));
  }
}

describe('Screen', () => {
  it('draws over what was there and clears the rest, in one write', () => {
    const terminal = new Terminal();
    const screen = new Screen(terminal);
    screen.draw(['one', 'two', 'three']);
    expect(terminal.shown).toEqual(['one', 'two', 'three']);
    terminal.written = '';
    screen.draw(['four']);
    expect(terminal.written).toBe('\u001b[?2026h\u001b[Hfour\u001b[K\u001b[J\u001b[?2026l');
    screen.close();
  });

  it('says how many lines do not fit', () => {
    const terminal = new Terminal();
    const screen = new Screen(terminal);
    screen.draw(['1', '2', '3', '4', '5', '6']);
    expect(terminal.shown).toEqual(['1', '2', '3', '… 3 more lines: make the terminal higher']);
    screen.draw(['1', '2', '3', '4']);
    expect(terminal.shown).toEqual(['1', '2', '3', '4']);
    screen.close();
  });

  it('gives the terminal back once, also when the process ends without it', () => {
    const terminal = new Terminal();
    const before = process.listenerCount('exit');
    const screen = new Screen(terminal);
    expect(terminal.written).toBe('\u001b[?1049h\u001b[?25l');
    expect(process.listenerCount('exit')).toBe(before + 1);
    terminal.written = '';
    screen.close();
    screen.close();
    screen.draw(['late']);
    expect(terminal.written).toBe('\u001b[?25h\u001b[?1049l');
    expect(process.listenerCount('exit')).toBe(before);
  });
});
