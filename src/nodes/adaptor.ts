import { gateUnlimited, RateGate } from '../core/knobs/rate-gate.ts';
import { accept, type Result, refuse } from '../core/refusal.ts';
import {
  advertiseRaw,
  type NodeContext,
  offeredTopic,
  type ParameterValues,
  runNode,
  subscribeRaw,
} from '../ros/index.ts';
import { adaptorParameters } from './adaptor/parameters.ts';

const discoveryPeriodMs = 250;

/** See docs/adaptor.md. */
void runNode({
  name: 'adaptor',
  parameters: adaptorParameters,
  check: checkRates,
  prepare: async (context) => {
    new Adaptor(context);
    return accept({});
  },
});

/** Between -1 (unlimited) and 0 (off) no rate means anything. */
function checkRates(values: ParameterValues): Result<void> {
  const bad = Object.entries(values).filter(
    ([name, value]) => name.endsWith('.rate') && (value as number) < 0 && value !== gateUnlimited,
  );
  if (bad.length === 0) return accept(undefined);
  return refuse(
    ...bad.map(([name, value]) => ({
      code: 'TT_PARAM_RANGE' as const,
      reason: `parameter ${name} is out of range`,
      found: String(value),
      accepted: '-1 (unlimited), 0 (off) or a rate in Hz',
    })),
  );
}

type Channel = { name: string; from: string; to: string; gate: RateGate; open: boolean };

/** Relays raw messages at exact rates. A channel opens when its source appears. */
class Adaptor {
  readonly #context: NodeContext;
  readonly #channels: Channel[];

  constructor(context: NodeContext) {
    this.#context = context;
    const { values } = context.parameters;
    this.#channels = (values.channels as string[]).map((name) => ({
      name,
      from: values[`channels.${name}.from`] as string,
      to: values[`channels.${name}.to`] as string,
      gate: new RateGate(values[`channels.${name}.rate`] as number),
      open: false,
    }));
    context.parameters.onChange((next) => {
      for (const channel of this.#channels)
        channel.gate.setRate(next[`channels.${channel.name}.rate`] as number);
    });
    context.every(discoveryPeriodMs, () => this.#openChannels());
  }

  #openChannels(): void {
    for (const channel of this.#channels) if (!channel.open) this.#open(channel);
  }

  #open(channel: Channel): void {
    const { rcl, node, clock, log } = this.#context;
    const offered = offeredTopic(node, channel.from);
    if (!offered) return;
    channel.open = true;
    const publisher = advertiseRaw({ rcl, node }, channel.to, offered);
    subscribeRaw({ rcl, node }, channel.from, offered, (bytes) => {
      if (this.#context.isActive() && channel.gate.admit(clock.nowMs())) publisher.publish(bytes);
    });
    log.info(`channel ${channel.name}: ${channel.from} -> ${channel.to} (${offered.type})`);
  }
}
