import type { Configuration, KnobValue } from '../../core/knobs/knob.ts';
import { formatRefusal, type Refusal } from '../../core/refusal.ts';
import { parseSpec } from '../../core/spec/parse-spec.ts';
import type { ContextFeature, Spec } from '../../core/spec/spec.ts';
import { readSpecFile } from '../../io/spec-file.ts';
import { type Message, msToStamp, type NodeBehaviour, type NodeContext } from '../../ros/index.ts';
import { ApplyService } from './apply-service.ts';
import { ContextSource } from './context-source.ts';
import { explainTo } from './explain-service.ts';
import { Explainer } from './explainer.ts';
import { InForce } from './in-force.ts';
import { Memory } from './memory.ts';
import { answer, contextToMessage, knobToMessage, settingsToMessage } from './messages.ts';
import { Monitor } from './monitor.ts';
import { recover } from './recover.ts';
import { brokenOffSearch } from './search-start.ts';
import { type Answer, TuneAction } from './tune-action.ts';

/** The robot's nodes may start together with the tuner. */
const recoveryMs = 15_000;
const noFeatures: ContextFeature[] = [];

/** The tuner's services and status, around the spec in force; the action stands in tune-action.ts. */
export class TunerNode implements NodeBehaviour {
  readonly #context: NodeContext;
  readonly #inForce: InForce;
  readonly #source: ContextSource;
  readonly #action: TuneAction;
  readonly #monitor: Monitor;
  readonly #explainer = new Explainer();
  readonly #status;
  #configuration: Configuration = {};
  #lastRefusal: Refusal | undefined;
  #decision = '';

  constructor(context: NodeContext) {
    this.#context = context;
    this.#status = context.publisher('trimtab_msgs/msg/TunerStatus', '~/status', 'latched');
    this.#inForce = new InForce(context, () => {
      this.#monitor.disturb();
      void this.#refreshStatus();
    });
    const inForce = this.#inForce;
    this.#source = new ContextSource({
      context,
      features: () => inForce.current?.spec.context ?? noFeatures,
      onChange: () => {
        this.#publishStatus();
        this.#monitor.wake();
      },
      onRefused: (refusals) => this.#answer(refusals),
    });
    const memory = new Memory({ context, source: this.#source, report: (text) => this.#decided(text) });
    this.#action = new TuneAction({
      context,
      inForce,
      memory,
      explainer: this.#explainer,
      answer: (refusals) => this.#answer(refusals),
    });
    this.#monitor = new Monitor({
      context,
      inForce,
      source: this.#source,
      memory,
      search: () => this.#action.searchUnasked(),
      onDecision: (text) => this.#decided(text),
      onTrial: (outcome, reason) => this.#action.publishTrial({ number: 0, reason }, outcome),
    });
    const applying = new ApplyService({
      context,
      inForce: this.#inForce,
      answer: (refusals) => this.#answer(refusals),
    });
    context.service('trimtab_msgs/srv/SetSpec', '~/set_spec', (request) => this.#setSpec(request));
    context.service('trimtab_msgs/srv/Apply', '~/apply', (request) => applying.apply(request));
    context.service('trimtab_msgs/srv/Rollback', '~/rollback', () => applying.rollback());
    context.service('std_srvs/srv/SetBool', '~/hold', ({ data }) => this.#hold(data));
    context.service('trimtab_msgs/srv/ListKnobs', '~/list_knobs', () => this.#listKnobs());
    context.service('trimtab_msgs/srv/Explain', '~/explain', (request) => this.#explain(request));
  }

  activate(): void {
    this.#monitor.disturb();
    void this.#refreshStatus();
  }

  /** An inactive node turns nothing. What it was at is put back; that may take longer than the transition. */
  deactivate(): void {
    this.#inForce.breakOff();
  }

  async close(): Promise<void> {
    this.#monitor.close();
    await this.#explainer.close();
    await this.#inForce.close();
  }

  /** Puts back what an earlier run had changed when it died; what cannot be put back is logged, and refuses work until ~/rollback could. */
  async recover(): Promise<void> {
    const { files } = this.#inForce.safety;
    const recovery = await recover(files, this.#context.node, performance.now() + recoveryMs);
    if (!recovery.ok) this.#answer(recovery.refusals);
    else if (recovery.value.putBack.length > 0)
      this.#context.log.warn(
        `put back what an earlier run had changed: ${recovery.value.putBack.join(', ')}`,
      );
    const left = brokenOffSearch(this.#context.parameters.values.state_dir as string);
    if (left)
      this.#context.log.warn(
        `the last search was broken off; what goes on with it: trimtab tune SPEC --resume ${left.file}`,
      );
  }

  /** Puts a checked spec in force. */
  putInForce(file: string, spec: Spec): void {
    this.#inForce.put(file, spec);
  }

  #setSpec({ path, text }: Message): Message {
    const ready = this.#inForce.ready();
    if (!ready.ok && this.#inForce.current) return this.#answer(ready.refusals);
    const spec = path === '' ? parseSpec(text, '(text)') : readSpecFile(path);
    if (!spec.ok) return this.#answer(spec.refusals);
    // Whoever puts another spec in force goes on without what could not be put back.
    this.#inForce.safety.forget();
    this.#inForce.put(path === '' ? '(text)' : path, spec.value);
    // What the knobs of another spec held says nothing of this one's.
    this.#configuration = {};
    void this.#refreshStatus();
    return this.#answer([]);
  }

  #hold(held: boolean): Message {
    this.#inForce.hold(held);
    return { success: true, message: held ? 'held: nothing is changed until released' : 'released' };
  }

  async #listKnobs(): Promise<Message> {
    const inForce = this.#inForce.current;
    if (!inForce) {
      const refusal: Refusal = {
        code: 'TT_STATE',
        reason: 'no spec is in force',
        accepted: 'the parameter spec, or ~/set_spec',
      };
      return { ...this.#answer([refusal]), knobs: [] };
    }
    const { declarations, actuators } = inForce.knobs;
    const values = new Map<string, KnobValue | undefined>();
    for (const [name, actuator] of actuators) values.set(name, await actuator.read());
    return {
      ...this.#answer([]),
      knobs: declarations.map((knob) => knobToMessage(knob, values.get(knob.name))),
    };
  }

  #explain(request: Message): Promise<Message> {
    return explainTo(request, {
      study: this.#action.study?.record,
      explainer: this.#explainer,
      absent: this.#inForce.absent,
      answer: (refusals) => this.#answer(refusals),
    });
  }

  /** Every refusal is also logged and stands in ~/status, as an action that turns a goal down cannot say why. */
  #answer(refusals: Refusal[]): ReturnType<Answer> {
    this.#lastRefusal = refusals[0];
    for (const refusal of refusals) this.#context.log.warn(formatRefusal(refusal));
    this.#publishStatus();
    return answer(refusals);
  }

  /** What the monitor decided, or what became of it; said once while it stays the same. */
  #decided(text: string): void {
    if (text === this.#decision) return;
    this.#decision = text;
    this.#context.log.info(text);
    this.#publishStatus();
  }

  /** Reading the knobs can take long where a target is gone; the status does not wait for it. */
  async #refreshStatus(): Promise<void> {
    this.#publishStatus();
    if (this.#inForce.state === 'tuning') return;
    const held = await this.#inForce.current?.knobs.read();
    if (!held?.ok || JSON.stringify(held.value) === JSON.stringify(this.#configuration)) return;
    this.#configuration = held.value;
    this.#publishStatus();
  }

  #publishStatus(): void {
    const inForce = this.#inForce.current;
    const stored = this.#inForce.safety.files.lastGood.load();
    this.#status.publish({
      header: { stamp: msToStamp(this.#context.clock.nowMs()), frame_id: '' },
      state: this.#inForce.state,
      spec: inForce?.file ?? '',
      configuration: settingsToMessage(this.#configuration),
      last_good: settingsToMessage(stored.ok ? (stored.value?.configuration ?? {}) : {}),
      code: this.#lastRefusal?.code ?? '',
      message: this.#lastRefusal ? formatRefusal(this.#lastRefusal) : '',
      context: contextToMessage(this.#source.current),
      decision: this.#decision,
    });
  }
}
