/** What a command writes to: a terminal, a pipe or a file. */
export type Output = { write(text: string): unknown; isTTY?: boolean; columns?: number };

/** Marks text as good, bad and so on; without colour it returns the text as it is. */
export type Style = Record<'bold' | 'dim' | 'good' | 'bad' | 'warn' | 'accent', (text: string) => string>;

/** Whether to colour: NO_COLOR (no-color.org) wins, then FORCE_COLOR, then whether the output is a terminal. */
export function wantsColour(output: Output, env: Record<string, string | undefined>): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0';
  return output.isTTY === true && env.TERM !== 'dumb';
}

/** Columns to write in: the terminal's, at most 120, or 80 where there is none. */
export function widthOf(output: Output): number {
  return Math.min(120, Math.max(40, output.columns ?? 80));
}

/** The styles of every command's output, in the terminal's own colours. */
export function createStyle(colour: boolean): Style {
  const paint = (open: number, close: number) => (text: string) =>
    colour && text !== '' ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  return {
    bold: paint(1, 22),
    dim: paint(2, 22),
    good: paint(32, 39),
    bad: paint(31, 39),
    warn: paint(33, 39),
    accent: paint(36, 39),
  };
}
