import { setTimeout as sleep } from 'node:timers/promises';
import type { Configuration, KnobDeclaration } from '../../src/core/knobs/knob.ts';
import { formatRefusal } from '../../src/core/refusal.ts';
import { evaluate, type SpecEvaluation } from '../../src/core/spec/evaluate.ts';
import type { Spec } from '../../src/core/spec/spec.ts';
import { goalToMessage } from '../../src/nodes/tuner/tune-goal.ts';
import { type ClientSession, type Message, profileFromMessage } from '../../src/ros/index.ts';
import { type Harm, ViolationMeter } from './violation-meter.ts';

const callTimeoutMs = 20_000;
const readyMs = 60_000;
/** A search ends some trials after its time; past this it hangs. */
const overdueS = 120;

/** The running stack as a user's program sees it: profiler and tuner by their services and actions. What fails throws. */
export class Robot {
  readonly spec: Spec;
  readonly #session: ClientSession;
  readonly #meter: ViolationMeter;

  private constructor(session: ClientSession, spec: Spec) {
    this.#session = session;
    this.spec = spec;
    this.#meter = new ViolationMeter(spec);
    session.subscribe('trimtab_msgs/msg/Profile', 'profiler/profile', 'event', (message) =>
      this.#meter.add(profileFromMessage(message)),
    );
  }

  /**
   * Joins the graph and waits until every topic that the spec measures is heard and every knob can be read. Names in the spec
   * must be resolved; its CPU limits end at `cores`, as those of the tuner do.
   */
  static async join(session: ClientSession, spec: Spec, cores: number): Promise<Robot> {
    const robot = new Robot(session, { ...spec, knobs: spec.knobs.map((knob) => within(knob, cores)) });
    const untilMs = performance.now() + readyMs;
    while (!(await robot.#isReady())) {
      if (performance.now() > untilMs) throw new Error(`the stack was not whole within ${readyMs / 1000} s`);
      await sleep(500);
    }
    return robot;
  }

  /** Turns every knob as a whole. */
  async apply(configuration: Configuration): Promise<void> {
    const settings = Object.entries(configuration).map(([name, value]) => ({ name, value: String(value) }));
    await this.#ask('Apply', 'tuner/apply', { configuration: settings, dry_run: false });
  }

  /** The configuration in force. */
  async configuration(): Promise<Configuration> {
    const { knobs } = await this.#ask('ListKnobs', 'tuner/list_knobs', {});
    return Object.fromEntries(knobs.map(({ name, value }: Message) => [name, Number(value)]));
  }

  /** What the last seconds, at most 60, came to by the spec. */
  async measure(windowS: number): Promise<SpecEvaluation> {
    const { profile } = await this.#ask('Snapshot', 'profiler/snapshot', { window_s: windowS });
    return evaluate(this.spec, profileFromMessage(profile));
  }

  /** Runs the tuner's action to its end. */
  async tune(
    goal: { trials: number; seconds: number; seed: number },
    onTrial: (trial: Message) => void,
  ): Promise<Message> {
    const sent = await this.#session.sendGoal('trimtab_msgs/action/Tune', 'tuner/tune', goalToMessage(goal), {
      onFeedback: ({ phase, trial }) => {
        if (phase === 'done') onTrial(trial);
      },
      timeoutMs: callTimeoutMs,
    });
    if (!sent.ok) throw new Error(sent.refusals.map(formatRefusal).join('\n'));
    const ended = sent.value.result.then(({ result }) => result);
    const overdue = sleep(1000 * (goal.seconds + overdueS), undefined, { ref: false }).then(() => {
      throw new Error(`the tuner did not end within ${goal.seconds + overdueS} s`);
    });
    return Promise.race([ended, overdue]);
  }

  /** Forgets the harm that was counted. */
  resetHarm(): void {
    this.#meter.reset();
  }

  /** The time in which a requirement was broken since the last reset. */
  get harm(): Harm {
    return this.#meter.harm;
  }

  get knobs(): readonly KnobDeclaration[] {
    return this.spec.knobs;
  }

  async #isReady(): Promise<boolean> {
    const evaluation = await this.measure(1);
    const heard = [...evaluation.requirements, ...evaluation.objectives];
    if (!heard.every(({ measured }) => measured !== undefined && measured > 0)) return false;
    return Object.values(await this.configuration()).every((value) => Number.isFinite(value) && value !== 0);
  }

  async #ask(type: string, name: string, request: Message): Promise<Message> {
    const response = await this.#session.call(`trimtab_msgs/srv/${type}`, name, request, callTimeoutMs);
    if (!response.ok) throw new Error(response.refusals.map(formatRefusal).join('\n'));
    if (!response.value.success) throw new Error(`${name}: ${response.value.message}`);
    return response.value;
  }
}

function within(knob: KnobDeclaration, cores: number): KnobDeclaration {
  const { target, domain } = knob;
  if (target.kind !== 'cgroup' || target.resource !== 'cpu' || domain.type !== 'real') return knob;
  return { ...knob, domain: { ...domain, high: Math.min(domain.high, cores) } };
}
