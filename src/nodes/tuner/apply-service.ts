import type { Configuration } from '../../core/knobs/knob.ts';
import { type planTransaction, planWay } from '../../core/knobs/transaction.ts';
import { accept, type Refusal, type Result, refuse } from '../../core/refusal.ts';
import type { Message, NodeContext } from '../../ros/index.ts';
import { carryOut, planFromHeld, refusalsOf } from './apply-configuration.ts';
import type { InForce, SpecInForce } from './in-force.ts';
import { plannedToMessage, settingsFromMessage, writesToMessage } from './messages.ts';
import { recover } from './recover.ts';

const recoveryMs = 5000;

/** The services `~/apply` and `~/rollback`: one configuration, all or nothing, outside of a search. */
export class ApplyService {
  readonly #context: NodeContext;
  readonly #inForce: InForce;
  readonly #answer: (refusals: Refusal[]) => Message;

  constructor(options: {
    context: NodeContext;
    inForce: InForce;
    /** What refusals become in a response. */
    answer: (refusals: Refusal[]) => Message;
  }) {
    this.#context = options.context;
    this.#inForce = options.inForce;
    this.#answer = options.answer;
  }

  async apply({ configuration, dry_run }: Message): Promise<Message> {
    const ready = this.#inForce.ready();
    if (!ready.ok) return this.#verdicts(ready.refusals);
    const wanted = settingsFromMessage(ready.value.knobs.declarations, configuration);
    if (!wanted.ok) return this.#verdicts(wanted.refusals);
    return dry_run ? this.#tell(ready.value, wanted.value) : this.#write(ready.value, wanted.value);
  }

  /** What an earlier run left changed, if there is such a thing, else the last good configuration. */
  async rollback(): Promise<Message> {
    const ready = this.#inForce.ready();
    if (!ready.ok) return this.#verdicts(ready.refusals);
    const pending = this.#inForce.safety.files.intent.load();
    if (!pending.ok) return this.#verdicts(pending.refusals);
    if (pending.value) return this.#inForce.during(() => this.#recover());
    const stored = this.#storedLastGood();
    return stored.ok ? this.#write(ready.value, stored.value, planWay) : this.#verdicts(stored.refusals);
  }

  #storedLastGood(): Result<Configuration> {
    const stored = this.#inForce.safety.files.lastGood.load();
    if (!stored.ok) return stored;
    if (stored.value) return accept(stored.value.configuration);
    return refuse({ code: 'TT_NOTHING_TO_ROLL_BACK', reason: 'no configuration has been stored yet' });
  }

  async #recover(): Promise<Message> {
    const { files } = this.#inForce.safety;
    const recovered = await recover(files, this.#context.node, performance.now() + recoveryMs);
    return this.#verdicts(recovered.ok ? [] : recovered.refusals);
  }

  /** A dry run: what would be written, in which order. */
  async #tell({ knobs }: SpecInForce, wanted: Configuration): Promise<Message> {
    const planned = await planFromHeld(knobs, wanted);
    if (!planned.ok) return this.#verdicts(planned.refusals);
    return { ...this.#answer([]), verdicts: plannedToMessage(planned.value.plan) };
  }

  #write(inForce: SpecInForce, wanted: Configuration, plan?: typeof planTransaction): Promise<Message> {
    return this.#inForce.during(async () => {
      const planned = await planFromHeld(inForce.knobs, wanted, plan);
      if (!planned.ok) return this.#verdicts(planned.refusals);
      const isProtected = await this.#inForce.protect(inForce, planned.value.held);
      if (!isProtected.ok) return this.#verdicts(isProtected.refusals);
      const report = await carryOut(inForce.knobs, planned.value.plan);
      if (report.stuck.length === 0) this.#inForce.safety.gather();
      return {
        ...this.#answer(refusalsOf(report)),
        verdicts: writesToMessage(wanted, planned.value.held, report),
      };
    });
  }

  #verdicts(refusals: Refusal[]): Message {
    return { ...this.#answer(refusals), verdicts: [] };
  }
}
