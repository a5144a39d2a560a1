import type { Json, RosPeer } from './ros-peer.ts';

/** rcl_interfaces/msg/ParameterType, with the field of a ParameterValue that holds each. */
const kinds = {
  bool: { type: 1, field: 'bool_value' },
  integer: { type: 2, field: 'integer_value' },
  double: { type: 3, field: 'double_value' },
  string: { type: 4, field: 'string_value' },
  integer_array: { type: 7, field: 'integer_array_value' },
  double_array: { type: 8, field: 'double_array_value' },
} as const;

/** A parameter value with its ROS type. */
export type TypedValue = { [K in keyof typeof kinds]?: boolean | number | string | number[] };

/** A node's parameters as an independent ROS client sees them, through rcl_interfaces. */
export class PeerParameters {
  readonly #peer: RosPeer;
  readonly #node: string;

  constructor(peer: RosPeer, node: string) {
    this.#peer = peer;
    this.#node = node;
  }

  async list(): Promise<string[]> {
    const { result } = await this.#call('ListParameters', 'list_parameters', {});
    return result.names;
  }

  async describe(name: string): Promise<Json> {
    const { descriptors } = await this.#call('DescribeParameters', 'describe_parameters', { names: [name] });
    return descriptors[0];
  }

  /** The value held now, with its type; empty when there is no such parameter. */
  async get(name: string): Promise<TypedValue> {
    const { values } = await this.#call('GetParameters', 'get_parameters', { names: [name] });
    const found = Object.entries(kinds).find(([, { type }]) => type === values[0].type);
    return found ? { [found[0]]: values[0][found[1].field] } : {};
  }

  /** Sets one value. */
  async set(name: string, value: TypedValue): Promise<{ successful: boolean; reason: string }> {
    const { results } = await this.#call('SetParameters', 'set_parameters', {
      parameters: [toMessage(name, value)],
    });
    return results[0];
  }

  /** Sets all of them or none. */
  async setAtomically(values: Record<string, TypedValue>): Promise<{ successful: boolean; reason: string }> {
    const parameters = Object.entries(values).map(([name, value]) => toMessage(name, value));
    const { result } = await this.#call('SetParametersAtomically', 'set_parameters_atomically', {
      parameters,
    });
    return result as { successful: boolean; reason: string };
  }

  /** Asks twice: DDS loses an answer when the server has not discovered the client's end yet. */
  async #call(service: string, name: string, request: Json): Promise<Json> {
    const ask = (timeoutS: number) =>
      this.#peer.call(`rcl_interfaces/srv/${service}`, `${this.#node}/${name}`, request, timeoutS);
    return ask(5).catch(() => ask(15));
  }
}

function toMessage(name: string, value: TypedValue): Json {
  const [kind, held] = Object.entries(value)[0] as [keyof typeof kinds, unknown];
  const { type, field } = kinds[kind];
  return { name, value: { type, [field]: held } };
}
