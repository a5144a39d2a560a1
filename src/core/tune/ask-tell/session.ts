import type { Configuration } from '../../knobs/knob.ts';
import { seededRandom } from '../../random.ts';
import { accept, type Refusal, type Result } from '../../refusal.ts';
import type { Designer } from '../designer.ts';
import type { DesignerOptions } from '../designers.ts';
import { observationOf, problemOf, toProtocol } from './exchange.ts';
import { type Opening, readOpening, readReply } from './messages.ts';

/** What one line of input leads to: a line to write, nothing, or the end. */
export type Step = { type: 'write'; line: string } | { type: 'wait' } | { type: 'end' };

/**
 * One search over the ask/tell protocol: lines in, lines out, without any I/O of its own. Blank lines are skipped.
 * After the budget's last `tell` nothing more is asked. A refusal ends the search.
 */
export class AskTellSession {
  readonly #make: (options: DesignerOptions) => Designer;
  #line = 0;
  #opening: Opening | undefined;
  #designer: Designer | undefined;
  #asked: Configuration | undefined;
  #told = 0;

  constructor(make: (options: DesignerOptions) => Designer) {
    this.#make = make;
  }

  /** Takes one line of input. */
  take(text: string): Result<Step> {
    this.#line++;
    if (text.trim() === '') return accept({ type: 'wait' });
    return this.#opening ? this.#reply(text, this.#opening) : this.#open(text);
  }

  #open(text: string): Result<Step> {
    const opening = readOpening(text, this.#line);
    if (!opening.ok) return opening;
    const { problem, seed } = opening.value;
    this.#opening = opening.value;
    this.#designer = this.#make({ problem: problemOf(problem), random: seededRandom(seed) });
    return accept(this.#ask(this.#designer, opening.value));
  }

  #reply(text: string, opening: Opening): Result<Step> {
    const reply = readReply(text, this.#line, opening.problem);
    if (!reply.ok) return reply;
    if (reply.value.type === 'end') return accept({ type: 'end' });
    const { values, config } = reply.value;
    if (!this.#designer || !this.#asked) return { ok: false, refusals: [this.#notAsked(text)] };
    const configuration = { ...this.#asked, ...config };
    this.#designer.update(observationOf(opening.problem, configuration, values));
    this.#asked = undefined;
    this.#told++;
    return accept(this.#told < opening.budget ? this.#ask(this.#designer, opening) : { type: 'wait' });
  }

  #ask(designer: Designer, { problem }: Opening): Step {
    this.#asked = designer.suggest().configuration;
    return { type: 'write', line: JSON.stringify({ ask: toProtocol(problem, this.#asked) }) };
  }

  #notAsked(found: string): Refusal {
    const place = { file: 'standard input', line: this.#line, column: 1 };
    const reason = 'The budget is spent: nothing was asked that this could answer.';
    return { code: 'TT_PROTOCOL_MESSAGE', reason, place, found, accepted: '{"end": true}' };
  }
}
