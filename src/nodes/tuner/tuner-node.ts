import { join } from 'node:path';
import type { Configuration, KnobValue } from '../../core/knobs/knob.ts';
import { formatRefusal, type Refusal } from '../../core/refusal.ts';
import { parseSpec } from '../../core/spec/parse-spec.ts';
import type { Spec } from '../../core/spec/spec.ts';
import { LastGoodFile } from '../../io/recording/last-good.ts';
import { readSpecFile } from '../../io/spec-file.ts';
import { type Message, msToStamp, type NodeBehaviour, type NodeContext } from '../../ros/index.ts';
import { InForce, type SpecInForce } from './in-force.ts';
import { answer, knobToMessage, settingsFromMessage, settingsToMessage } from './messages.ts';
import { type Answer, TuneAction } from './tune-action.ts';

/** The tuner's services and status, around the spec in force; the action stands in tune-action.ts. */
export class TunerNode implements NodeBehaviour {
  readonly #context: NodeContext;
  readonly #inForce: InForce;
  readonly #lastGood: LastGoodFile;
  readonly #action: TuneAction;
  readonly #status;
  #configuration: Configuration = {};
  #lastRefusal: Refusal | undefined;

  constructor(context: NodeContext) {
    this.#context = context;
    this.#lastGood = new LastGoodFile(join(context.parameters.values.state_dir as string, 'last-good.json'));
    this.#status = context.publisher('trimtab_msgs/msg/TunerStatus', '~/status', 'latched');
    this.#inForce = new InForce(context, () => void this.#refreshStatus());
    this.#action = new TuneAction({
      context,
      inForce: this.#inForce,
      lastGood: this.#lastGood,
      answer: (refusals) => this.#answer(refusals),
    });
    context.service('trimtab_msgs/srv/SetSpec', '~/set_spec', (request) => this.#setSpec(request));
    context.service('trimtab_msgs/srv/Apply', '~/apply', (request) => this.#apply(request));
    context.service('trimtab_msgs/srv/Rollback', '~/rollback', () => this.#rollback());
    context.service('std_srvs/srv/SetBool', '~/hold', ({ data }) => this.#hold(data));
    context.service('trimtab_msgs/srv/ListKnobs', '~/list_knobs', () => this.#listKnobs());
    context.service('trimtab_msgs/srv/Explain', '~/explain', (request) => this.#explain(request));
  }

  activate(): void {
    void this.#refreshStatus();
  }

  close(): void {
    this.#inForce.close();
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
    this.#inForce.put(path === '' ? '(text)' : path, spec.value);
    return this.#answer([]);
  }

  async #apply({ configuration, dry_run }: Message): Promise<Message> {
    const ready = this.#inForce.ready();
    if (!ready.ok) return this.#verdictAnswer(ready.refusals);
    const wanted = settingsFromMessage(ready.value.knobs.declarations, configuration);
    if (!wanted.ok) return this.#verdictAnswer(wanted.refusals);
    return dry_run ? this.#verdictAnswer([]) : this.#applyNow(ready.value, wanted.value);
  }

  async #rollback(): Promise<Message> {
    const ready = this.#inForce.ready();
    if (!ready.ok) return this.#verdictAnswer(ready.refusals);
    const stored = this.#lastGood.load();
    if (!stored.ok) return this.#verdictAnswer(stored.refusals);
    if (stored.value) return this.#applyNow(ready.value, stored.value.configuration);
    return this.#verdictAnswer([
      { code: 'TT_NOTHING_TO_ROLL_BACK', reason: 'no configuration has been stored yet' },
    ]);
  }

  #applyNow(inForce: SpecInForce, wanted: Configuration): Promise<Message> {
    return this.#inForce.during(async ({ signal }) => {
      const applied = await this.#inForce.runner(inForce, signal).apply(wanted);
      if (!applied.ok) return this.#verdictAnswer(applied.refusals);
      const held = await inForce.knobs.read();
      const verdicts = Object.entries(wanted).map(([name, value]) => ({
        name,
        requested: String(value),
        achieved: held.ok ? String(held.value[name]) : '',
        outcome: 'accepted',
        reason: 'written and read back; a trial measures the effect',
      }));
      return { ...this.#answer([]), verdicts };
    });
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

  #explain({ subject }: Message): Message {
    const { trials, study } = this.#action;
    if (subject === '') {
      const lines = trials.map(
        ({ number, reason, outcome }) =>
          `${number}: ${reason}: score ${outcome?.evaluation.score.toFixed(3)}`,
      );
      const absent = this.#inForce.absent.map((refusal) => formatRefusal(refusal));
      const summary = study?.explain()?.summary ?? 'nothing has been tuned yet';
      return { success: true, code: '', message: [summary, ...lines, ...absent].join('\n') };
    }
    const trial = trials.find(({ number }) => String(number) === subject);
    if (!trial?.outcome) {
      const accepted = 'a trial number, or nothing for all of them';
      return this.#answer([{ code: 'TT_USAGE', reason: 'no such trial', found: subject, accepted }]);
    }
    const verdicts = trial.outcome.verdicts.map(
      ({ name, verdict }) =>
        `${name}: ${verdict.outcome}: ${'evidence' in verdict ? verdict.evidence : verdict.reason}`,
    );
    return { success: true, code: '', message: [trial.reason, ...verdicts].join('\n') };
  }

  #verdictAnswer(refusals: Refusal[]): Message {
    return { ...this.#answer(refusals), verdicts: [] };
  }

  /** Every refusal is also logged and stands in ~/status, as an action that turns a goal down cannot say why. */
  #answer(refusals: Refusal[]): ReturnType<Answer> {
    this.#lastRefusal = refusals[0];
    for (const refusal of refusals) this.#context.log.warn(formatRefusal(refusal));
    this.#publishStatus();
    return answer(refusals);
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
    const stored = this.#lastGood.load();
    this.#status.publish({
      header: { stamp: msToStamp(this.#context.clock.nowMs()), frame_id: '' },
      state: this.#inForce.state,
      spec: inForce?.file ?? '',
      configuration: settingsToMessage(this.#configuration),
      last_good: settingsToMessage(stored.ok ? (stored.value?.configuration ?? {}) : {}),
      code: this.#lastRefusal?.code ?? '',
      message: this.#lastRefusal ? formatRefusal(this.#lastRefusal) : '',
    });
  }
}
