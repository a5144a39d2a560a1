import { stripVTControlCharacters } from 'node:util';
import type { Clock } from '../../core/clock.ts';
import { createStyle, type Output, type Style, widthOf } from './style.ts';
import { textWidth, truncate } from './text-width.ts';

const redrawMs = 100;
const plainLineEveryMs = 5000;
const barWidth = 16;
const phaseWidth = 22;
const eraseLine = '\r\u001b[2K';

type Phase = {
  name: string;
  startedMs: number;
  expectedMs: number | undefined;
  note: string;
  fraction: number | undefined;
};

/**
 * Shows what a long command is doing. In a terminal one line that is redrawn: phase, bar, elapsed time,
 * note. Elsewhere plain lines: when a phase begins, every few seconds while it lasts, and when it ends.
 * `stop` must be called on every exit; until then a timer runs.
 */
export class ProgressLine {
  readonly #output: Output;
  readonly #clock: Clock;
  readonly #style: Style;
  readonly #live: boolean;
  #timer: NodeJS.Timeout | undefined;
  #phase: Phase | undefined;
  #lastPlainMs = 0;

  constructor(options: { output: Output; clock: Clock; colour: boolean }) {
    this.#output = options.output;
    this.#clock = options.clock;
    this.#style = createStyle(options.colour);
    this.#live = options.output.isTTY === true;
  }

  /** Begins a phase and ends the one before as done; with `expectedSeconds` the bar follows the time. */
  begin(name: string, options: { expectedSeconds?: number } = {}): void {
    this.done();
    const nowMs = this.#clock.nowMs();
    const expectedMs = options.expectedSeconds === undefined ? undefined : options.expectedSeconds * 1000;
    this.#phase = { name, startedMs: nowMs, expectedMs, note: '', fraction: undefined };
    this.#lastPlainMs = nowMs;
    this.#timer = setInterval(() => this.#redraw(), redrawMs);
    if (this.#live) this.#redraw();
    else this.#output.write(`${name} ...\n`);
  }

  /** Says what the phase has come to: a note, and how much is done, 0 to 1. */
  update(options: { note?: string; fraction?: number }): void {
    if (!this.#phase) return;
    if (options.note !== undefined) this.#phase.note = onOneLine(options.note);
    this.#phase.fraction = options.fraction ?? this.#phase.fraction;
    this.#redraw();
  }

  /** Writes a whole line above the progress line. */
  print(line: string): void {
    this.#output.write(this.#live && this.#phase ? `${eraseLine}${line}\n` : `${line}\n`);
    if (this.#live) this.#redraw();
  }

  /** Ends the phase well; the note says with what result. */
  done(note?: string): void {
    this.#end(this.#style.good('✓'), note);
  }

  /** Ends the phase badly; the note says why. */
  fail(note?: string): void {
    this.#end(this.#style.bad('✗'), note);
  }

  /** Takes the line away without a word, as on Ctrl-C. */
  stop(): void {
    clearInterval(this.#timer);
    if (this.#phase && this.#live) this.#output.write(eraseLine);
    this.#phase = undefined;
  }

  #end(mark: string, note: string | undefined): void {
    const phase = this.#phase;
    if (!phase) return;
    this.stop();
    const elapsed = this.#elapsed(phase.startedMs).padStart(7);
    this.#output.write(
      `${mark} ${phase.name.padEnd(phaseWidth)} ${elapsed}  ${this.#style.dim(note === undefined ? phase.note : onOneLine(note))}`.trimEnd(),
    );
    this.#output.write('\n');
  }

  #redraw(): void {
    const phase = this.#phase;
    if (!phase) return;
    const nowMs = this.#clock.nowMs();
    const elapsed = this.#elapsed(phase.startedMs);
    if (this.#live) {
      this.#output.write(eraseLine + this.#liveLine(phase, elapsed));
    } else if (nowMs - this.#lastPlainMs >= plainLineEveryMs) {
      this.#lastPlainMs = nowMs;
      this.#output.write(`${phase.name} ... ${elapsed}${phase.note && `  ${phase.note}`}\n`);
    }
  }

  #liveLine(phase: Phase, elapsed: string): string {
    const byTime = phase.expectedMs && (this.#clock.nowMs() - phase.startedMs) / phase.expectedMs;
    const fraction = phase.fraction ?? byTime;
    const bar = fraction === undefined ? '' : ` ${drawBar(fraction)}`;
    const head = `  ${phase.name.padEnd(phaseWidth)}${bar} ${elapsed.padStart(7)}  `;
    const room = widthOf(this.#output) - textWidth(head) - 1;
    return `${truncate(head, widthOf(this.#output) - 1)}${room > 1 ? this.#style.dim(truncate(phase.note, room)) : ''}`;
  }

  #elapsed(startedMs: number): string {
    return `${((this.#clock.nowMs() - startedMs) / 1000).toFixed(1)} s`;
  }
}

/** A line that is redrawn must not be broken by what others wrote. */
function onOneLine(note: string): string {
  return stripVTControlCharacters(note).replace(/\s+/g, ' ').trim();
}

function drawBar(fraction: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, fraction)) * barWidth);
  return '█'.repeat(filled) + '░'.repeat(barWidth - filled);
}
