import { Lateness } from '../core/knobs/lateness.ts';
import { gateOff, RateGate } from '../core/knobs/rate-gate.ts';
import { readHeaderStampMs } from '../core/measure/header-stamp.ts';
import { accept } from '../core/refusal.ts';
import {
  beginsWithHeader,
  everySteady,
  type NodeContext,
  type ParameterValues,
  RawRelay,
  runNode,
} from '../ros/index.ts';
import {
  type ChannelSettings,
  channelNames,
  type ResolveTopic,
  readChannels,
} from './adaptor/channel-list.ts';
import { adaptorParameters, channelParameters } from './adaptor/parameters.ts';

/** How soon a new source, a first and a last listener are noticed. */
const followPeriodMs = 100;

/** See docs/adaptor.md. */
void runNode({
  name: 'adaptor',
  parameters: adaptorParameters,
  prepare: async (context) => {
    const resolve: ResolveTopic = (topic) => {
      try {
        return context.node.resolveTopicName(topic);
      } catch {
        return undefined;
      }
    };
    const check = (values: ParameterValues) => readChannels(values, resolve);
    const checked = check(context.parameters.values);
    if (!checked.ok) return checked;
    context.parameters.addCheck(check);
    new Adaptor(context, resolve);
    return accept({});
  },
});

type Channel = { settings: ChannelSettings; gate: RateGate; relay: RawRelay };

/** Relays raw messages at exact rates, channel by channel. */
class Adaptor {
  readonly #context: NodeContext;
  readonly #resolve: ResolveTopic;
  readonly #channels = new Map<string, Channel>();
  #declared: string[];

  constructor(context: NodeContext, resolve: ResolveTopic) {
    this.#context = context;
    this.#resolve = resolve;
    this.#declared = channelNames(context.parameters.values);
    context.parameters.onChange(() => this.#takeParameters());
    everySteady(context, followPeriodMs, () => this.#follow());
    this.#takeParameters();
  }

  #takeParameters(): void {
    this.#declareNames();
    const channels = readChannels(this.#context.parameters.values, this.#resolve);
    if (!channels.ok) throw new Error('the parameter check let bad channels through');
    for (const [name, { settings, relay }] of this.#channels) {
      const next = channels.value.find((channel) => channel.name === name);
      if (next?.from === settings.from && next.to === settings.to) continue;
      relay.close();
      this.#channels.delete(name);
    }
    for (const settings of channels.value) {
      const channel = this.#channels.get(settings.name) ?? this.#open(settings);
      channel.gate.setRate(settings.rateHz);
      this.#channels.set(settings.name, channel);
    }
    this.#follow();
  }

  /** Gives every name in `channels` its parameters, and takes back those of names that have gone. */
  #declareNames(): void {
    const { parameters } = this.#context;
    const names = channelNames(parameters.values);
    const before = this.#declared;
    this.#declared = names;
    for (const name of before.filter((known) => !names.includes(known)))
      parameters.undeclare(Object.keys(channelParameters(name)));
    for (const name of names.filter((wanted) => !before.includes(wanted)))
      parameters.declare(channelParameters(name));
  }

  #open(settings: ChannelSettings): Channel {
    const { rcl, node, clock, log } = this.#context;
    const { name, from, to, rateHz } = settings;
    const gate = new RateGate(rateHz);
    let lateness: Lateness | undefined;
    const relay = new RawRelay({
      rcl,
      node,
      from,
      to,
      admit: (bytes) => {
        if (!this.#context.isActive()) return false;
        const nowMs = clock.nowMs();
        const stampMs = lateness && readHeaderStampMs(bytes);
        return gate.admit(nowMs, stampMs === undefined ? 0 : lateness?.of(stampMs, nowMs));
      },
      onOpen: ({ type, unkept }) => {
        lateness = beginsWithHeader(rcl, type) ? new Lateness() : undefined;
        log.info(`channel ${name}: ${from} -> ${to} (${type})`);
        if (unkept.length > 0)
          log.warn(`channel ${name}: ${to} does not promise as ${from} does: ${unkept.join(', ')}`);
      },
      onFailure: (text) => log.error(`channel ${name} cannot be opened: ${text}`),
    });
    return { settings, gate, relay };
  }

  #follow(): void {
    for (const { gate, relay } of this.#channels.values())
      relay.follow(this.#context.isActive() && gate.rateHz !== gateOff);
  }
}
