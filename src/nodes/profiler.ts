import { readHeaderStampMs } from '../core/measure/header-stamp.ts';
import { ProfileBuilder } from '../core/measure/profile-builder.ts';
import { accept, formatRefusal, type Refusal, type Result, refuse } from '../core/refusal.ts';
import { sampleHost } from '../io/platform/host.ts';
import { type ProcessMatcher, ProcessSampler } from '../io/platform/process-sampler.ts';
import {
  type Message,
  type NodeBehaviour,
  type NodeContext,
  offeredTopic,
  profileToMessage,
  runNode,
  subscribeRaw,
} from '../ros/index.ts';
import { diagnosticsMessage } from './profiler/diagnostics.ts';
import { profilerParameters } from './profiler/parameters.ts';
import { parsePath, parseProcess } from './profiler/watch-list.ts';

const discoveryPeriodMs = 250;
const samplePeriodMs = 250;

/** See docs/profiler.md. */
void runNode({
  name: 'profiler',
  parameters: profilerParameters,
  prepare: async (context) => prepare(context),
});

function prepare(context: NodeContext): Result<NodeBehaviour> {
  const matchers = (context.parameters.values.processes as string[]).map(parseProcess);
  const refusals = matchers.flatMap((matcher) => (matcher.ok ? [] : matcher.refusals));
  if (refusals.length > 0) return refuse(...refusals);
  new Profiler(
    context,
    matchers.flatMap((matcher) => (matcher.ok ? [matcher.value] : [])),
  );
  return accept({});
}

class Profiler {
  readonly #context: NodeContext;
  readonly #builder: ProfileBuilder;
  readonly #sampler: ProcessSampler;
  readonly #cpuOf: Set<string>;
  readonly #watched = new Set<string>();
  readonly #heard = new Set<string>();
  readonly #profile;
  readonly #diagnostics;

  constructor(context: NodeContext, matchers: ProcessMatcher[]) {
    const { parameters: server, clock } = context;
    this.#context = context;
    this.#builder = new ProfileBuilder({ sinceMs: clock.nowMs() });
    this.#sampler = new ProcessSampler({ matchers });
    this.#cpuOf = new Set(server.values.cpu_of as string[]);
    this.#profile = context.publisher('trimtab_msgs/msg/Profile', '~/profile', 'event');
    this.#diagnostics = context.publisher('diagnostic_msgs/msg/DiagnosticArray', '/diagnostics', 'event');
    context.service('trimtab_msgs/srv/Snapshot', '~/snapshot', (request) => this.#snapshot(request));
    server.onCheck((wanted) => {
      const paths = (wanted.paths as string[]).map(parsePath);
      const refusals: Refusal[] = paths.flatMap((path) => (path.ok ? [] : path.refusals));
      return refusals.length > 0 ? refuse(...refusals) : accept(undefined);
    });
    server.onChange(() => this.#watch());
    context.every(discoveryPeriodMs, () => this.#listen());
    context.every(samplePeriodMs, () => this.#sample());
    context.every((server.values.period_s as number) * 1000, () => this.#publish());
    this.#watch();
  }

  #watch(): void {
    const { node, parameters: server, clock } = this.#context;
    const nowMs = clock.nowMs();
    const resolve = (topic: string) => node.resolveTopicName(topic);
    for (const text of server.values.paths as string[]) {
      const path = parsePath(text);
      if (!path.ok) continue;
      const topics = path.value.map(resolve);
      this.#builder.watchPath(topics);
      for (const topic of topics) this.#watchTopic(topic, nowMs);
    }
    for (const topic of server.values.topics as string[]) this.#watchTopic(resolve(topic), nowMs);
  }

  #watchTopic(topic: string, nowMs: number): void {
    if (this.#watched.has(topic)) return;
    this.#watched.add(topic);
    this.#builder.watchTopic(topic, nowMs);
  }

  #listen(): void {
    const { rcl, node, clock, log } = this.#context;
    for (const topic of this.#watched) {
      if (this.#heard.has(topic)) continue;
      const offered = offeredTopic(node, topic);
      if (!offered) continue;
      this.#heard.add(topic);
      const stamped = beginsWithHeader(offered.type, rcl.createMessageObject(offered.type));
      subscribeRaw({ rcl, node, depth: 50 }, topic, offered, (bytes) => {
        const arrivalMs = clock.nowMs();
        const stampMs = stamped ? readHeaderStampMs(bytes) : undefined;
        this.#builder.recordMessage(topic, { arrivalMs, stampMs, bytes: bytes.byteLength });
      });
      log.info(`watching ${topic} (${offered.type}${stamped ? '' : ', without stamps'})`);
    }
  }

  #sample(): void {
    const nowMs = this.#context.clock.nowMs();
    let cpuMs = 0;
    for (const sample of this.#sampler.sample(nowMs)) {
      this.#builder.recordProcess(nowMs, sample);
      if (this.#cpuOf.has(sample.name)) cpuMs += sample.cpuMs;
    }
    this.#builder.recordCounter('cpu', nowMs, this.#cpuOf.size > 0 ? cpuMs : sampleHost().busyMs);
  }

  #publish(): void {
    const { clock, parameters: server, node } = this.#context;
    const profile = this.#builder.build(clock.nowMs(), (server.values.window_s as number) * 1000);
    this.#profile.publish(profileToMessage(profile));
    this.#diagnostics.publish(diagnosticsMessage(node.name(), profile));
  }

  #snapshot(request: Message): Message {
    const { clock } = this.#context;
    const windowMs = request.window_s * 1000;
    if (!(windowMs > 0 && windowMs <= 60_000)) {
      const refusal: Refusal = {
        code: 'TT_PARAM_RANGE',
        reason: 'the window is out of range',
        found: String(request.window_s),
        accepted: 'more than 0, at most 60 s',
      };
      const empty = new ProfileBuilder({ sinceMs: clock.nowMs() }).build(clock.nowMs(), 0);
      return {
        success: false,
        code: refusal.code,
        message: formatRefusal(refusal),
        profile: profileToMessage(empty),
      };
    }
    this.#sample();
    const profile = this.#builder.build(clock.nowMs(), windowMs);
    return { success: true, code: '', message: '', profile: profileToMessage(profile) };
  }
}

function beginsWithHeader(type: string, empty: Message): boolean {
  if (type === 'std_msgs/msg/Header') return true;
  return Object.keys(empty)[0] === 'header' && empty.header?.stamp !== undefined;
}
