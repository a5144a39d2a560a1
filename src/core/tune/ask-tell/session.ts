import type { Configuration } from '../../knobs/knob.ts';
import { seededRandom } from '../../random.ts';
import { accept, type Refusal, type Result } from '../../refusal.ts';
import type { Designer } from '../designer.ts';
import type { DesignerOptions } from '../designers.ts';
import { ParallelDesigner } from '../parallel-designer.ts';
import { observationOf, problemOf, toProtocol } from './exchange.ts';
import { type Opening, type Reply, readOpening, readReply } from './messages.ts';

/** What one line of input leads to: lines to write, nothing, or the end; `remark` is what a person may want to know of that line. */
export type Step = ({ type: 'write'; lines: string[] } | { type: 'wait' } | { type: 'end' }) & {
  remark?: Refusal;
};

/** A search that has begun. */
type Search = { opening: Opening; designer: ParallelDesigner };

/**
 * One search over the ask/tell protocol: lines in, lines out, without any I/O of its own. Blank lines are skipped.
 * As many asks wait for their answer as the opening says, each with an `id` where that is more than one; after the budget's
 * last ask nothing more is asked. A refusal ends the search.
 */
export class AskTellSession {
  readonly #make: (options: DesignerOptions) => Designer;
  readonly #waiting = new Map<number, Configuration>();
  #line = 0;
  #search: Search | undefined;
  #asked = 0;
  #hasRemarked = false;

  constructor(make: (options: DesignerOptions) => Designer) {
    this.#make = make;
  }

  /** Takes one line of input. */
  take(text: string): Result<Step> {
    this.#line++;
    if (text.trim() === '') return accept({ type: 'wait' });
    return this.#search ? this.#reply(text, this.#search) : this.#open(text);
  }

  #open(text: string): Result<Step> {
    const opening = readOpening(text, this.#line);
    if (!opening.ok) return opening;
    const { seed, parallel } = opening.value;
    const problem = problemOf(opening.value.problem);
    const make = () => this.#make({ problem, random: seededRandom(seed) });
    this.#search = { opening: opening.value, designer: new ParallelDesigner({ problem, make }) };
    return accept(this.#ask(this.#search, parallel));
  }

  #reply(text: string, search: Search): Result<Step> {
    const { opening, designer } = search;
    const reply = readReply(text, this.#line, opening.problem);
    if (!reply.ok) return reply;
    if (reply.value.type === 'end') return accept({ type: 'end' });
    const id = this.#answeredBy(reply.value);
    const asked = id === undefined ? undefined : this.#waiting.get(id);
    if (id === undefined || !asked) return { ok: false, refusals: [this.#notAsked(text)] };
    this.#waiting.delete(id);
    const { values, config } = reply.value;
    designer.update(asked, observationOf(opening.problem, { ...asked, ...config }, values));
    const remark = this.#remarkOn(Object.keys(values), search);
    return accept({ ...this.#ask(search, 1), ...(remark && { remark }) });
  }

  /** Only one ask needs no name. */
  #answeredBy({ id }: Extract<Reply, { type: 'tell' }>): number | undefined {
    return id ?? (this.#waiting.size === 1 ? [...this.#waiting.keys()][0] : undefined);
  }

  #ask({ opening, designer }: Search, most: number): Step {
    const { problem, budget, parallel } = opening;
    const count = Math.min(most, budget - this.#asked);
    if (count <= 0) return { type: 'wait' };
    const lines = Array.from({ length: count }, () => {
      const { configuration } = designer.suggest();
      const id = ++this.#asked;
      this.#waiting.set(id, configuration);
      const ask = toProtocol(problem, configuration);
      return JSON.stringify(parallel > 1 ? { ask, id } : { ask });
    });
    return { type: 'write', lines };
  }

  /** Once: on an answer none of whose metrics is one of the problem, as by a slip of the pen; a run may have failed, too. */
  #remarkOn(told: string[], { opening: { problem } }: Search): Refusal | undefined {
    const known = [problem.objective, ...problem.constraints].map(({ metric }) => metric);
    const isOfOthers = told.length > 0 && told.every((name) => !known.includes(name));
    if (!isOfOthers || this.#hasRemarked) return undefined;
    this.#hasRemarked = true;
    return {
      code: 'TT_PROTOCOL_MESSAGE',
      reason: 'tell names no metric of the problem, so it counts as nothing measured; said only once.',
      place: { file: 'standard input', line: this.#line, column: 1 },
      found: told.join(', '),
      accepted: [...new Set(known)].join(', '),
    };
  }

  #notAsked(found: string): Refusal {
    const place = { file: 'standard input', line: this.#line, column: 1 };
    const waiting = [...this.#waiting.keys()];
    if (waiting.length > 0) {
      const reason = 'This answers none of the asks that wait.';
      const accepted = `an id, one of ${waiting.join(', ')}`;
      return { code: 'TT_PROTOCOL_MESSAGE', reason, place, found, accepted };
    }
    const reason = 'The budget is spent: nothing was asked that this could answer.';
    return { code: 'TT_PROTOCOL_MESSAGE', reason, place, found, accepted: '{"end": true}' };
  }
}
