import { hostname } from 'node:os';
import { ClockJumps, type ClockReading } from '../core/measure/clock-jumps.ts';
import type { Profile } from '../core/measure/profile.ts';
import { ProfileBuilder, type TopicHealth } from '../core/measure/profile-builder.ts';
import { accept, formatRefusal, type Refusal } from '../core/refusal.ts';
import { NodeLocator } from '../io/platform/node-process/node-locator.ts';
import {
  everySteady,
  graphNodes,
  type Message,
  type NodeContext,
  nodeEndpoints,
  profileToMessage,
  runNode,
} from '../ros/index.ts';
import { CharacterizeAction } from './profiler/characterize-action.ts';
import { diagnosticsMessage } from './profiler/diagnostics.ts';
import { type GraphView, NodeWatch } from './profiler/node-watch.ts';
import { profilerParameters } from './profiler/parameters.ts';
import { checkRecordFolder, ProfileRecorder } from './profiler/profile-recorder.ts';
import { SystemWatch } from './profiler/system-watch.ts';
import { TopicWatch } from './profiler/topic-watch.ts';
import { parseWatchList, type WatchList } from './profiler/watch-list.ts';

const lookPeriodMs = 250;
const hostName = hostname();

/** See docs/profiler.md. */
void runNode({
  name: 'profiler',
  parameters: profilerParameters,
  check: (values) => {
    const list = parseWatchList(values);
    return list.ok ? checkRecordFolder(values) : list;
  },
  prepare: async (context) => {
    new Profiler(context);
    const characterize = new CharacterizeAction(context);
    const recorder = new ProfileRecorder(context);
    return accept({
      deactivate: () => void characterize.stop(),
      close: async () => {
        await characterize.stop();
        await recorder.close();
      },
    });
  },
});

class Profiler {
  readonly #context: NodeContext;
  readonly #builder: ProfileBuilder;
  readonly #topics: TopicWatch;
  readonly #system: SystemWatch;
  readonly #jumps: ClockJumps;
  #graded = new Map<string, TopicHealth>();
  readonly #profile;
  readonly #diagnostics;

  constructor(context: NodeContext) {
    const { parameters: server, clock } = context;
    this.#context = context;
    this.#builder = new ProfileBuilder({ sinceMs: clock.nowMs() });
    this.#topics = new TopicWatch({ context, builder: this.#builder });
    this.#system = this.#watchSystem();
    this.#jumps = new ClockJumps(this.#clocks);
    this.#profile = context.publisher('trimtab_msgs/msg/Profile', '~/profile', 'event');
    this.#diagnostics = context.publisher('diagnostic_msgs/msg/DiagnosticArray', '/diagnostics', 'event');
    context.service('trimtab_msgs/srv/Snapshot', '~/snapshot', (request) => this.#snapshot(request));
    server.onChange(() => this.#watch());
    // One timer for both: each wake-up of the executor costs as much as what is done in it.
    context.every(lookPeriodMs, () => {
      this.#lookAround();
      this.#system.sample();
    });
    context.every((server.values.period_s as number) * 1000, () => this.#publish());
    // The other timers stand still with a simulation, and how long it stood would excuse its jump.
    if (context.node.getClock().isRosTimeActive) everySteady(context, lookPeriodMs, () => this.#bearJump());
    this.#watch();
  }

  #watch(): void {
    const { topics, paths } = this.#watchList;
    const { observe, duty_share: share } = this.#context.parameters.values as {
      observe: string;
      duty_share: number;
    };
    const duty = observe === 'duty' ? { share, listenMs: share * this.#windowMs } : undefined;
    this.#topics.watch({ topics, paths, duty });
  }

  get #clocks(): ClockReading {
    return { nowMs: this.#context.clock.nowMs(), steadyMs: performance.now() };
  }

  /** Begins anew after a jump of the clock: what it jumped over is nobody's silence. */
  #bearJump(): void {
    const clocks = this.#clocks;
    if (!this.#jumps.look(clocks)) return;
    this.#builder.reset(clocks.nowMs);
    this.#topics.beginAnew();
  }

  get #windowMs(): number {
    return (this.#context.parameters.values.window_s as number) * 1000;
  }

  get #watchList(): WatchList {
    const list = parseWatchList(this.#context.parameters.values);
    if (!list.ok) throw new Error('the parameter check let a bad watch list through');
    return list.value;
  }

  /** Diagnostics wait for the next profile only while every topic fares as it did. */
  #lookAround(): void {
    this.#bearJump();
    this.#topics.look();
    const nowMs = this.#context.clock.nowMs();
    const health = this.#builder.health(nowMs, this.#windowMs);
    const hasChanged = [...health].some(([topic, now]) => (this.#graded.get(topic) ?? now) !== now);
    if (hasChanged) this.#diagnose(this.#build(this.#windowMs));
    this.#graded = health;
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
    this.#bearJump();
    return {
      ...this.#builder.build(this.#context.clock.nowMs(), windowMs),
      ...this.#system.profile(windowMs),
    };
  }

  /** A profile that nobody listens to is not made. */
  #publish(): void {
    if (this.#profile.subscriptionCount + this.#diagnostics.subscriptionCount === 0) return;
    const profile = this.#build(this.#windowMs);
    if (this.#profile.subscriptionCount > 0) this.#profile.publish(profileToMessage(profile));
    this.#diagnose(profile);
  }

  #diagnose(profile: Profile): void {
    if (this.#diagnostics.subscriptionCount === 0) return;
    const origin = { nodeName: this.#context.node.name(), hostName };
    this.#diagnostics.publish(diagnosticsMessage(origin, profile));
  }

  #snapshot(request: Message): Message {
    const windowMs = request.window_s * 1000;
    if (!(windowMs > 0 && windowMs <= 60_000)) {
      const refusal: Refusal = {
        code: 'TT_PARAM_RANGE',
        reason: 'the window is out of range',
        found: String(request.window_s),
        accepted: 'more than 0, at most 60 s',
      };
      return {
        success: false,
        code: refusal.code,
        message: formatRefusal(refusal),
        profile: profileToMessage(this.#build(0)),
      };
    }
    this.#system.sample();
    const profile = this.#build(windowMs);
    return { success: true, code: '', message: '', profile: profileToMessage(profile) };
  }
}
