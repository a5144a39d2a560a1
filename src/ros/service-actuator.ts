import type { Actuator, KnobTarget, KnobValue, Written } from '../core/knobs/knob.ts';
import { type AnswerRule, refusalIn } from '../core/knobs/service-answer.ts';
import { fillRequest } from '../core/knobs/service-request.ts';
import { loadRclnodejs, type RclNode } from './rclnodejs.ts';
import { RemoteService } from './remote-service.ts';
import { fitRequest } from './request-fit.ts';
import { writtenFrom } from './written.ts';

const callTimeoutMs = 5000;
const offerTimeoutMs = 1000;

/** What each service was last told through a node, undefined when it did not answer or refused; a spec put in force anew does not forget it. */
const toldThrough = new WeakMap<RclNode, Map<string, KnobValue | undefined>>();

/**
 * Turns a knob by a service call. What the service was last told cannot be asked for: it is taken to be `initial`
 * until it was told something else through this node. After a call without an answer, or with a refusal, it is not known
 * (some services act and say no), nor is it where `initial` is undefined.
 */
export class ServiceActuator implements Actuator {
  readonly #service: RemoteService;
  readonly #type: string;
  readonly #request: string;
  readonly #answer: AnswerRule | undefined;
  readonly #initial: KnobValue | undefined;
  readonly #told: Map<string, KnobValue | undefined>;

  constructor(options: {
    node: RclNode;
    target: Extract<KnobTarget, { kind: 'service' }>;
    initial: KnobValue | undefined;
  }) {
    const { node, target, initial } = options;
    this.#service = new RemoteService({ node, type: target.type, name: target.service });
    this.#type = target.type;
    this.#request = target.request;
    this.#answer = target.answer;
    this.#initial = initial;
    this.#told = toldThrough.get(node) ?? new Map();
    toldThrough.set(node, this.#told);
    // Whoever opens the knob anew goes on without what could not be put back.
    if (initial !== undefined && this.#told.get(this.#key) === undefined) this.#told.delete(this.#key);
  }

  async write(value: KnobValue): Promise<Written> {
    const filled = fillRequest(this.#request, value);
    if (!filled.ok) return writtenFrom(filled);
    const request = fitRequest(await loadRclnodejs(), this.#type, filled.value, this.#answer);
    if (!request.ok) return writtenFrom(request);
    const answer = await this.#service.call(request.value, callTimeoutMs);
    const refusal = answer.ok ? refusalIn(this.#answer, answer.value) : undefined;
    const isDone = answer.ok && refusal === undefined;
    // It may have acted all the same, so whoever puts things back must not take the old value to be held.
    this.#told.set(this.#key, isDone ? value : undefined);
    return refusal === undefined ? writtenFrom(answer) : { ok: false, outcome: 'rejected', reason: refusal };
  }

  /** Undefined while nobody offers the service, and while it is not known what it was last told. */
  async read(): Promise<KnobValue | undefined> {
    if (!(await this.#service.isOffered(offerTimeoutMs))) return undefined;
    return this.#told.has(this.#key) ? this.#told.get(this.#key) : this.#initial;
  }

  /** Frees the client. */
  close(): void {
    this.#service.close();
  }

  /** One service may turn several knobs, each by a request of its own. */
  get #key(): string {
    return `${this.#service.name} ${this.#request}`;
  }
}
