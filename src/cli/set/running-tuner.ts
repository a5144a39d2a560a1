import { setTimeout as sleep } from 'node:timers/promises';
import type { KnobDeclaration } from '../../core/knobs/knob.ts';
import { accept, type Refusal, type Result } from '../../core/refusal.ts';
import { resolveNames } from '../../core/spec/resolve-names.ts';
import { readSpecFile } from '../../io/spec-file.ts';
import type { ClientSession, Message } from '../../ros/index.ts';

const answerMs = 2000;
const repeats = 3;
const pollMs = 50;
const statusMs = 5000;
/** A reconfiguration opens devices and networks. */
const applyMs = 120_000;

/** A tuner of the graph, as a client sees it. */
export class RunningTuner {
  readonly name: string;
  /** Names of the knobs that it turns. */
  readonly knobs: readonly string[];
  readonly #session: ClientSession;
  readonly #namespace: string;

  private constructor(session: ClientSession, name: string, knobs: readonly string[]) {
    this.#session = session;
    this.name = name;
    this.knobs = knobs;
    this.#namespace = name.slice(0, name.lastIndexOf('/')) || '/';
  }

  /**
   * Undefined where no node of this name appears on the graph within `waitMs`. One that is there must answer, as it may
   * be held by a person: refused with TT_KNOB_UNREACHABLE when it does not.
   */
  static async find(
    session: ClientSession,
    name: string,
    waitMs: number,
  ): Promise<Result<RunningTuner | undefined>> {
    const deadlineMs = performance.now() + waitMs;
    while (!isOnGraph(session, name)) {
      if (performance.now() >= deadlineMs) return accept(undefined);
      await sleep(pollMs);
    }
    // DDS loses an answer when the server has not discovered our end yet.
    const ask = () => session.call('trimtab_msgs/srv/ListKnobs', `${name}/list_knobs`, {}, answerMs);
    let listed = await ask();
    for (let again = 0; again < repeats && !listed.ok; again++) listed = await ask();
    if (!listed.ok) return listed;
    const knobs = listed.value.knobs.map((knob: Message) => knob.name);
    return accept(new RunningTuner(session, name, knobs));
  }

  /** Why it would change nothing now: a person's hold, a search under way, its state; empty when it may. */
  async objections(): Promise<Refusal[]> {
    const answer = await this.apply([], true);
    if (!answer.ok) return answer.refusals;
    // Without a spec of its own it has no say.
    return answer.value.code === 'TT_HELD' || answer.value.code === 'TT_BUSY'
      ? [asRefusal(answer.value)]
      : [];
  }

  /** `~/apply`, as it is answered. */
  apply(settings: readonly { name: string; text: string }[], dryRun: boolean): Promise<Result<Message>> {
    const configuration = settings.map(({ name, text }) => ({ name, value: text }));
    const request = { configuration, dry_run: dryRun };
    return this.#session.call('trimtab_msgs/srv/Apply', `${this.name}/apply`, request, applyMs);
  }

  /** The knobs of the spec that it has in force, where that is a file that can be read here. */
  async declarations(): Promise<KnobDeclaration[]> {
    const status = await this.#status();
    const spec = status && readSpecFile(status.spec);
    return spec?.ok ? resolveNames(spec.value, this.#namespace).knobs : [];
  }

  #status(): Promise<Message | undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(undefined), statusMs);
      this.#session.subscribe('trimtab_msgs/msg/TunerStatus', `${this.name}/status`, 'latched', (message) => {
        clearTimeout(timer);
        resolve(message);
      });
    });
  }
}

function isOnGraph({ node }: ClientSession, name: string): boolean {
  return node.getNodeNamesAndNamespaces().some((each) => {
    return `${each.namespace === '/' ? '' : each.namespace}/${each.name}` === name;
  });
}

/** An answer without success as a refusal. */
export function asRefusal({ code, message }: Message): Refusal {
  return { code, reason: String(message).replace(/ \[TT_[A-Z_]+\]$/, '') };
}
