import { readHeaderStampMs } from '../core/measure/header-stamp.ts';
import type { Profile } from '../core/measure/profile.ts';
import { ProfileBuilder } from '../core/measure/profile-builder.ts';
import { accept, formatRefusal, type Refusal } from '../core/refusal.ts';
import { NodeLocator } from '../io/platform/node-process/node-locator.ts';
import {
  graphNodes,
  type Message,
  type NodeContext,
  nodeEndpoints,
  offeredTopic,
  profileToMessage,
  runNode,
  subscribeRaw,
} from '../ros/index.ts';
import { diagnosticsMessage } from './profiler/diagnostics.ts';
import { type GraphView, NodeWatch } from './profiler/node-watch.ts';
import { profilerParameters } from './profiler/parameters.ts';
import { SystemWatch } from './profiler/system-watch.ts';
import { parseWatchList, type WatchList } from './profiler/watch-list.ts';

const discoveryPeriodMs = 250;
const samplePeriodMs = 250;

/** See docs/profiler.md. */
void runNode({
  name: 'profiler',
  parameters: profilerParameters,
  check: parseWatchList,
  prepare: async (context) => {
    new Profiler(context);
    return accept({});
  },
});

class Profiler {
  readonly #context: NodeContext;
  readonly #builder: ProfileBuilder;
  readonly #system: SystemWatch;
  readonly #watched = new Set<string>();
  readonly #heard = new Set<string>();
  readonly #profile;
  readonly #diagnostics;

  constructor(context: NodeContext) {
    const { parameters: server, clock } = context;
    this.#context = context;
    this.#builder = new ProfileBuilder({ sinceMs: clock.nowMs() });
    this.#system = this.#watchSystem();
    this.#profile = context.publisher('trimtab_msgs/msg/Profile', '~/profile', 'event');
    this.#diagnostics = context.publisher('diagnostic_msgs/msg/DiagnosticArray', '/diagnostics', 'event');
    context.service('trimtab_msgs/srv/Snapshot', '~/snapshot', (request) => this.#snapshot(request));
    server.onChange(() => this.#watch());
    context.every(discoveryPeriodMs, () => this.#listen());
    context.every(samplePeriodMs, () => this.#system.sample());
    context.every((server.values.period_s as number) * 1000, () => this.#publish());
    this.#watch();
  }

  #watch(): void {
    const { node, clock } = this.#context;
    const nowMs = clock.nowMs();
    const { topics, paths } = this.#watchList;
    for (const path of paths.map((names) => names.map((name) => node.resolveTopicName(name)))) {
      this.#builder.watchPath(path);
      for (const topic of path) this.#watchTopic(topic, nowMs);
    }
    for (const topic of topics) this.#watchTopic(node.resolveTopicName(topic), nowMs);
  }

  get #watchList(): WatchList {
    const list = parseWatchList(this.#context.parameters.values);
    if (!list.ok) throw new Error('the parameter check let a bad watch list through');
    return list.value;
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

  #watchSystem(): SystemWatch {
    const { node, parameters: server } = this.#context;
    const { cpu_of, cpu_cores, map_nodes } = server.values;
    const domain = process.env.ROS_DOMAIN_ID;
    const self = { node: node.getFullyQualifiedName(), pid: process.pid, domain };
    const graph: GraphView = {
      nodes: () => graphNodes(node),
      endpoints: (nodes) => nodeEndpoints(node, nodes),
    };
    return new SystemWatch({
      processes: this.#watchList.processes,
      nodes: map_nodes ? new NodeWatch({ graph, locator: new NodeLocator({ self }) }) : undefined,
      cpuOf: cpu_of as string[],
      cores: cpu_cores as number,
    });
  }

  #build(windowMs: number): Profile {
    return {
      ...this.#builder.build(this.#context.clock.nowMs(), windowMs),
      ...this.#system.profile(windowMs),
    };
  }

  #publish(): void {
    const { parameters: server, node } = this.#context;
    const profile = this.#build((server.values.window_s as number) * 1000);
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
    this.#system.sample();
    const profile = this.#build(windowMs);
    return { success: true, code: '', message: '', profile: profileToMessage(profile) };
  }
}

function beginsWithHeader(type: string, empty: Message): boolean {
  if (type === 'std_msgs/msg/Header') return true;
  return Object.keys(empty)[0] === 'header' && empty.header?.stamp !== undefined;
}
