import type { Actuator, KnobTarget, KnobValue, Written } from '../core/knobs/knob.ts';
import { fillRequest } from '../core/knobs/service-request.ts';
import { loadRclnodejs, type RclNode } from './rclnodejs.ts';
import { RemoteService } from './remote-service.ts';
import { fitRequest } from './request-fit.ts';
import { writtenFrom } from './written.ts';

const callTimeoutMs = 5000;
const offerTimeoutMs = 1000;

/**
 * Turns a knob by a service call. What the service was last told cannot be asked for: it is taken to be `initial`
 * until this actuator has told it something else.
 */
export class ServiceActuator implements Actuator {
  readonly #service: RemoteService;
  readonly #type: string;
  readonly #request: string;
  #held: KnobValue;

  constructor(options: {
    node: RclNode;
    target: Extract<KnobTarget, { kind: 'service' }>;
    initial: KnobValue;
  }) {
    const { node, target, initial } = options;
    this.#service = new RemoteService({ node, type: target.type, name: target.service });
    this.#type = target.type;
    this.#request = target.request;
    this.#held = initial;
  }

  /** A response with a field `success` that is false is a refusal; its `message` is the reason. */
  async write(value: KnobValue): Promise<Written> {
    const filled = fillRequest(this.#request, value);
    if (!filled.ok) return writtenFrom(filled);
    const request = fitRequest(await loadRclnodejs(), this.#type, filled.value);
    if (!request.ok) return writtenFrom(request);
    const answer = await this.#service.call(request.value, callTimeoutMs);
    if (!answer.ok) return writtenFrom(answer);
    if (answer.value.success === false) {
      const reason = String(answer.value.message || 'the service answered without success');
      return { ok: false, outcome: 'rejected', reason };
    }
    this.#held = value;
    return { ok: true };
  }

  /** Undefined while nobody offers the service. */
  async read(): Promise<KnobValue | undefined> {
    return (await this.#service.isOffered(offerTimeoutMs)) ? this.#held : undefined;
  }

  /** Frees the client. */
  close(): void {
    this.#service.close();
  }
}
