import type { KnobValue } from '../core/knobs/knob.ts';
import { accept, type Result, refuse } from '../core/refusal.ts';
import type { Message, RclClient, RclNode } from './rclnodejs.ts';

const typeNames: Record<number, string> = { 1: 'bool', 2: 'integer', 3: 'double', 4: 'string' };
const stringArray = 9;
const firstAnswerMs = 700;

/**
 * Another node's parameters through rcl_interfaces, as any ROS client sees them. The declared type is
 * asked for first, since a double parameter refuses an integer.
 */
export class RemoteParameters {
  readonly nodeName: string;
  readonly #node: RclNode;
  readonly #timeoutMs: number;
  #get: RclClient | undefined;
  #set: RclClient | undefined;
  #closed = false;
  readonly #types = new Map<string, number>();

  constructor({ node, nodeName, timeoutMs = 2000 }: { node: RclNode; nodeName: string; timeoutMs?: number }) {
    this.#node = node;
    this.nodeName = nodeName;
    this.#timeoutMs = timeoutMs;
  }

  /** The value held now; refused as unreachable or unknown. */
  async get(name: string): Promise<Result<KnobValue>> {
    const values = await this.#getValues([name]);
    if (!values.ok) return values;
    const [value] = values.value;
    const type = Number(value?.type ?? 0);
    if (!value || type === 0) {
      return refuse({
        code: 'TT_PARAM_UNKNOWN',
        reason: `${this.nodeName} has no parameter ${name}`,
        found: name,
      });
    }
    this.#types.set(name, type);
    if (type === 1) return accept(Boolean(value.bool_value));
    if (type === 2) return accept(Number(value.integer_value));
    if (type === 3) return accept(Number(value.double_value));
    if (type === 4) return accept(String(value.string_value));
    return refuse({
      code: 'TT_PARAM_TYPE',
      reason: `parameter ${name} of ${this.nodeName} is an array, which is no knob`,
      accepted: 'bool, integer, double or string',
    });
  }

  /** Sets one value atomically; the node's own reason is kept when it refuses. */
  async set(name: string, value: KnobValue): Promise<Result<void>> {
    if (!this.#types.has(name)) {
      const current = await this.get(name);
      if (!current.ok) return current;
    }
    const type = this.#types.get(name) as number;
    const wire = toWire(type, value);
    if (!wire) {
      return refuse({
        code: 'TT_PARAM_TYPE',
        reason: `parameter ${name} of ${this.nodeName} has another type`,
        found: String(value),
        accepted: typeNames[type] ?? 'another type',
      });
    }
    return this.#setAtomically([{ name, value: wire }], String(value));
  }

  /** The entries of string-array parameters by name. */
  async getLists(names: string[]): Promise<Result<Record<string, string[]>>> {
    const values = await this.#getValues(names);
    if (!values.ok) return values;
    const entries = names.map((name, i) => [name, [...(values.value[i]?.string_array_value ?? [])]]);
    return accept(Object.fromEntries(entries));
  }

  /** Adds entries to string-array parameters; what is there stays there. */
  addToLists(additions: Record<string, string[]>): Promise<Result<void>> {
    return this.#changeLists(additions, (held, added) => [...new Set([...held, ...added])]);
  }

  /** Takes entries out of string-array parameters; what is not there is no error. */
  removeFromLists(removals: Record<string, string[]>): Promise<Result<void>> {
    return this.#changeLists(removals, (held, removed) => held.filter((entry) => !removed.includes(entry)));
  }

  async #changeLists(
    changes: Record<string, string[]>,
    change: (held: string[], entries: string[]) => string[],
  ): Promise<Result<void>> {
    const held = await this.getLists(Object.keys(changes));
    if (!held.ok) return held;
    const parameters = Object.entries(changes).map(([name, entries]) => ({
      name,
      value: {
        ...emptyValue,
        type: stringArray,
        string_array_value: change(held.value[name] ?? [], entries),
      },
    }));
    return this.#setAtomically(parameters, Object.keys(changes).join(', '));
  }

  /** Frees the service clients; calls under way, and later ones, are refused as unreachable. */
  close(): void {
    this.#closed = true;
    for (const client of [this.#get, this.#set]) if (client) this.#node.destroyClient(client);
    this.#get = undefined;
    this.#set = undefined;
  }

  async #getValues(names: string[]): Promise<Result<Message[]>> {
    if (this.#closed) return this.#unreachable();
    this.#get ??= this.#node.createClient(
      'rcl_interfaces/srv/GetParameters',
      `${this.nodeName}/get_parameters`,
    );
    const response = await this.#call(this.#get, { names });
    return response.ok ? accept(response.value.values as Message[]) : response;
  }

  async #setAtomically(parameters: Message[], found: string): Promise<Result<void>> {
    if (this.#closed) return this.#unreachable();
    this.#set ??= this.#node.createClient(
      'rcl_interfaces/srv/SetParametersAtomically',
      `${this.nodeName}/set_parameters_atomically`,
    );
    const response = await this.#call(this.#set, { parameters });
    if (!response.ok) return response;
    const result = response.value.result as Message;
    if (result.successful) return accept(undefined);
    return refuse({ code: 'TT_KNOB_REJECTED', reason: String(result.reason), found });
  }

  /** Asks again after a short wait: DDS loses an answer when the server has not discovered our end yet. */
  async #call(client: RclClient, request: Message): Promise<Result<Message>> {
    try {
      if (!(await client.waitForService(this.#timeoutMs))) return this.#unreachable();
      const ask = (timeout: number) => client.sendRequestAsync(request, { timeout });
      return accept(await ask(firstAnswerMs).catch(() => ask(this.#timeoutMs)));
    } catch {
      // No answer in time, or close() took the client away while the call was under way.
      return this.#unreachable();
    }
  }

  #unreachable(): Result<never> {
    return refuse({
      code: 'TT_KNOB_UNREACHABLE',
      reason: `${this.nodeName} did not answer within ${this.#timeoutMs} ms`,
      found: this.nodeName,
      accepted: 'a running node with parameter services',
    });
  }
}

const emptyValue = {
  type: 0,
  bool_value: false,
  integer_value: 0n,
  double_value: 0,
  string_value: '',
  byte_array_value: [],
  bool_array_value: [],
  integer_array_value: [],
  double_array_value: [],
  string_array_value: [] as string[],
};

function toWire(type: number, value: KnobValue): Message | undefined {
  if (type === 1 && typeof value === 'boolean') return { ...emptyValue, type, bool_value: value };
  if (type === 2 && typeof value === 'number' && Number.isInteger(value)) {
    return { ...emptyValue, type, integer_value: BigInt(value) };
  }
  if (type === 3 && typeof value === 'number') return { ...emptyValue, type, double_value: value };
  if (type === 4 && typeof value === 'string') return { ...emptyValue, type, string_value: value };
  return undefined;
}
