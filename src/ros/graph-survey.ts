import { setTimeout as sleep } from 'node:timers/promises';
import type { KnobValue } from '../core/knobs/knob.ts';
import type { SeenGraph, SeenParameter } from '../core/knobs/table/graph-report.ts';
import type { ParameterType } from '../core/knobs/table/knob-table.ts';
import { graphNodes } from './node-endpoints.ts';
import type { Message, RclNode } from './rclnodejs.ts';

/** Discovery has no end; it is over when no node has come for this long, once there is one. */
const quietMs = 1000;
const longestMs = 5000;
const pollMs = 50;
/** A node that answers no sooner is shown as silent, and asked nothing more. */
const answerMs = 1500;
/** DDS loses an answer when the server has not discovered our end yet, so the first try is a short one. */
const firstAnswerMs = 500;

/** rcl_interfaces/msg/ParameterType, with the field of a ParameterValue that holds each. */
const kinds: Record<number, { type: ParameterType; field: string }> = {
  1: { type: 'bool', field: 'bool_value' },
  2: { type: 'integer', field: 'integer_value' },
  3: { type: 'double', field: 'double_value' },
  4: { type: 'string', field: 'string_value' },
  7: { type: 'integer-array', field: 'integer_array_value' },
  8: { type: 'double-array', field: 'double_array_value' },
  9: { type: 'string-array', field: 'string_array_value' },
};

/**
 * Everything on the graph that could be a knob: every node but this one and hidden ones with its parameters,
 * services, topics. All nodes are asked at the same time, each within a deadline, so that one that hangs costs
 * a few seconds and no more.
 */
export async function surveyGraph(node: RclNode): Promise<SeenGraph> {
  const names = await discoverNodes(node);
  const nodes = await Promise.all(
    names.map(async (name) => ({ name, parameters: await surveyParameters(node, name) })),
  );
  return {
    nodes,
    services: node.getServiceNamesAndTypes().map(({ name }) => name),
    topics: node.getTopicNamesAndTypes().map(({ name }) => name),
  };
}

async function discoverNodes(node: RclNode): Promise<string[]> {
  const startedMs = performance.now();
  let names: string[] = [];
  let changedMs = startedMs;
  for (;;) {
    const nowMs = performance.now();
    const seen = otherNodes(node);
    if (seen.length !== names.length) changedMs = nowMs;
    names = seen;
    const settled = names.length > 0 && nowMs - changedMs >= quietMs;
    if (settled || nowMs - startedMs >= longestMs) return names;
    await sleep(pollMs);
  }
}

/** Names that begin with _ are hidden, such as the daemon of the ros2 command. */
function otherNodes(node: RclNode): string[] {
  const own = node.getFullyQualifiedName();
  return graphNodes(node).filter((name) => name !== own && !/\/_[^/]*$/.test(name));
}

/** A node's parameters, or undefined when it does not answer in time. */
async function surveyParameters(node: RclNode, name: string): Promise<SeenParameter[] | undefined> {
  const listed = await ask(node, name, 'ListParameters', { prefixes: [], depth: 0n });
  const names: string[] | undefined = listed?.result.names;
  if (names === undefined || names.length === 0) return names && [];
  const [described, held] = await Promise.all([
    ask(node, name, 'DescribeParameters', { names }),
    ask(node, name, 'GetParameters', { names }),
  ]);
  if (described === undefined || held === undefined) return undefined;
  return names
    .flatMap((parameter, i) => toSeen(parameter, held.values[i], described.descriptors[i]))
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** One call of a parameter service; undefined when no answer came in time. */
async function ask(
  node: RclNode,
  nodeName: string,
  service: string,
  request: Message,
): Promise<Message | undefined> {
  const snake = service.replace(/(?!^)[A-Z]/g, '_$&').toLowerCase();
  const client = node.createClient(`rcl_interfaces/srv/${service}`, `${nodeName}/${snake}`);
  try {
    if (!(await client.waitForService(answerMs))) return undefined;
    const send = (timeout: number) => client.sendRequestAsync(request, { timeout });
    return await send(firstAnswerMs).catch(() => send(answerMs));
  } catch {
    return undefined;
  } finally {
    node.destroyClient(client);
  }
}

/** Empty for a parameter that is not set, or of bytes, which nothing of ours can turn. */
function toSeen(name: string, held: Message | undefined, descriptor: Message | undefined): SeenParameter[] {
  const kind = kinds[Number(held?.type ?? 0)];
  if (held === undefined || kind === undefined) return [];
  const value = held[kind.field];
  const [range] = [...(descriptor?.integer_range ?? []), ...(descriptor?.floating_point_range ?? [])];
  return [
    {
      name,
      type: kind.type,
      value: kind.type.endsWith('-array') ? Array.from(value as unknown[], plain) : plain(value),
      readOnly: Boolean(descriptor?.read_only),
      ...(range && { range: { low: Number(range.from_value), high: Number(range.to_value) } }),
    },
  ];
}

function plain(value: unknown): KnobValue {
  return typeof value === 'bigint' ? Number(value) : (value as KnobValue);
}
