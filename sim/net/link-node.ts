import { accept, type Result } from '../../src/core/refusal.ts';
import {
  type NodeBehaviour,
  type NodeContext,
  type ParameterTable,
  type ParameterValues,
  runNode,
} from '../../src/ros/index.ts';
import type { LinkConditions } from './link-model.ts';
import { LinkProxy } from './link-proxy.ts';

const parameters: ParameterTable = {
  listen_port: {
    type: 'integer',
    default: 0,
    range: { from: 0, to: 65535 },
    description: 'Port to listen on; 0 takes a free one.',
    readOnly: true,
  },
  target_port: {
    type: 'integer',
    default: 1883,
    range: { from: 1, to: 65535 },
    description: 'Port of the broker on this machine.',
    readOnly: true,
  },
  seed: {
    type: 'integer',
    default: 1,
    range: { from: 0, to: 2147483647 },
    description: 'Seed of jitter and loss.',
    readOnly: true,
  },
  delay_ms: {
    type: 'double',
    default: 10,
    range: { from: 0, to: 60_000 },
    description: 'Propagation delay one way.',
  },
  jitter_ms: {
    type: 'double',
    default: 2,
    range: { from: 0, to: 10_000 },
    description: 'Standard deviation of the delay.',
  },
  loss: {
    type: 'double',
    default: 0,
    range: { from: 0, to: 0.9 },
    description: 'Fraction of segments lost; a loss shows as a retransmission stall.',
  },
  bandwidth_mbps: {
    type: 'double',
    default: 20,
    range: { from: 0.01, to: 10_000 },
    description: 'Rate of the link in Mbit/s.',
  },
};

/** The modelled link between the scheduler and the broker: a TCP proxy whose conditions are parameters. */
void runNode({ name: 'link', parameters, prepare });

async function prepare({ parameters: server, log }: NodeContext): Promise<Result<NodeBehaviour>> {
  const { listen_port, target_port, seed } = server.values;
  const proxy = await LinkProxy.start({
    port: listen_port as number,
    targetPort: target_port as number,
    seed: seed as number,
    conditions: conditionsOf(server.values),
  });
  if (!proxy.ok) return proxy;
  log.info(`modelled link ${proxy.value.url} -> port ${target_port}`);
  server.onChange((values) => proxy.value.set(conditionsOf(values)));
  return accept({ close: () => proxy.value.close() });
}

function conditionsOf(values: ParameterValues): LinkConditions {
  return {
    delayMs: values.delay_ms as number,
    jitterMs: values.jitter_ms as number,
    lossFraction: values.loss as number,
    bandwidthMbps: values.bandwidth_mbps as number,
  };
}
