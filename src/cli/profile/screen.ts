import { type Output, widthOf } from '../terminal/index.ts';

const enter = '\u001b[?1049h\u001b[?25l';
const leave = '\u001b[?25h\u001b[?1049l';
/** Synchronized update: terminals that know it show a frame only when it is whole, others ignore it. */
const beginFrame = '\u001b[?2026h\u001b[H';
const endFrame = '\u001b[J\u001b[?2026l';
const endLine = '\u001b[K';

/** What lines can be drawn on: a terminal's full screen, which it gives back as it was. */
export class Screen {
  readonly #output: Output & { rows?: number };
  #open = true;
  readonly #restore = () => this.close();

  constructor(output: Output & { rows?: number }) {
    this.#output = output;
    output.write(enter);
    // However the process ends, the terminal must be usable afterwards.
    process.once('exit', this.#restore);
  }

  get width(): number {
    return widthOf(this.#output);
  }

  /** Replaces what is shown. Lines are overwritten in place, so that nothing flickers; what does not fit is counted. */
  draw(lines: readonly string[]): void {
    if (!this.#open) return;
    const rows = Math.max(2, this.#output.rows ?? 24);
    const hidden = lines.length - rows;
    const shown =
      hidden > 0
        ? [...lines.slice(0, rows - 1), `… ${hidden + 1} more lines: make the terminal higher`]
        : lines;
    this.#output.write(`${beginFrame}${shown.map((line) => line + endLine).join('\r\n')}${endFrame}`);
  }

  /** Shows what the terminal showed before. May be called again. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    process.removeListener('exit', this.#restore);
    this.#output.write(leave);
  }
}
