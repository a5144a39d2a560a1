import type { KnobValue } from '../core/knobs/knob.ts';
import { formatList, type ListItem, parseList } from '../core/knobs/list-value.ts';
import { accept, type Result, refuse } from '../core/refusal.ts';
import { NodePresence } from './node-presence.ts';
import type { Message, RclNode } from './rclnodejs.ts';
import { RemoteService } from './remote-service.ts';

const typeNames: Record<number, string> = {
  ...{ 1: 'bool', 2: 'integer', 3: 'double', 4: 'string' },
  ...{ 6: 'a list of bools', 7: 'a list of integers', 8: 'a list of doubles', 9: 'a list of strings' },
};
/** rcl_interfaces/msg/ParameterType of lists, with the field of ParameterValue and how an item is written into it. */
const lists: Record<
  number,
  { field: string; toWire: (item: ListItem) => unknown; fits: (item: ListItem) => boolean }
> = {
  6: { field: 'bool_array_value', toWire: (item) => item, fits: (item) => typeof item === 'boolean' },
  7: { field: 'integer_array_value', toWire: (item) => BigInt(item), fits: Number.isInteger },
  8: { field: 'double_array_value', toWire: (item) => item, fits: (item) => typeof item === 'number' },
  9: { field: 'string_array_value', toWire: String, fits: () => true },
};
const double = 3;
const stringArray = 9;

/**
 * Another node's parameters through rcl_interfaces, as any ROS client sees them. The declared type is
 * asked for first, since a double parameter refuses an integer.
 */
export class RemoteParameters {
  readonly nodeName: string;
  readonly #timeoutMs: number;
  readonly #presence: NodePresence;
  readonly #get: RemoteService;
  readonly #set: RemoteService;
  readonly #describe: RemoteService;
  readonly #list: RemoteService;
  readonly #types = new Map<string, number>();

  constructor({ node, nodeName, timeoutMs = 2000 }: { node: RclNode; nodeName: string; timeoutMs?: number }) {
    const service = (type: string, name: string) =>
      new RemoteService({ node, type: `rcl_interfaces/srv/${type}`, name: `${nodeName}/${name}` });
    this.nodeName = nodeName;
    this.#timeoutMs = timeoutMs;
    this.#presence = new NodePresence(node, nodeName);
    this.#get = service('GetParameters', 'get_parameters');
    this.#set = service('SetParametersAtomically', 'set_parameters_atomically');
    this.#describe = service('DescribeParameters', 'describe_parameters');
    this.#list = service('ListParameters', 'list_parameters');
  }

  /** The value held now; refused as unreachable or unknown. */
  async get(name: string): Promise<Result<KnobValue>> {
    const values = await this.getAll([name]);
    return values.ok ? accept(values.value.get(name) as KnobValue) : values;
  }

  /** The values held now, by name; refused as unreachable or unknown, or because one of them is a list that no text stands for. */
  async getAll(names: readonly string[]): Promise<Result<Map<string, KnobValue>>> {
    const answers = await this.#getValues(names);
    if (!answers.ok) return answers;
    const values = new Map<string, KnobValue>();
    for (const [i, name] of names.entries()) {
      const value = this.#fromWire(name, answers.value[i]);
      if (!value.ok) return value;
      values.set(name, value.value);
    }
    return accept(values);
  }

  /** Which of these parameters are doubles. */
  async doublesAmong(names: readonly string[]): Promise<Result<Set<string>>> {
    const current = await this.getAll(names);
    return current.ok ? accept(new Set(names.filter((name) => this.#types.get(name) === double))) : current;
  }

  /** Sets values atomically: all of them or none; the node's own reason is kept when it refuses. */
  async setAll(values: ReadonlyMap<string, KnobValue>): Promise<Result<void>> {
    if ([...values.keys()].some((name) => !this.#types.has(name))) {
      const current = await this.getAll([...values.keys()]);
      if (!current.ok) return current;
    }
    const parameters: Message[] = [];
    for (const [name, value] of values) {
      const type = this.#types.get(name) as number;
      const wire = toWire(type, value);
      if (wire) parameters.push({ name, value: wire });
      else {
        return refuse({
          code: 'TT_PARAM_TYPE',
          reason: `parameter ${name} of ${this.nodeName} has another type`,
          found: String(value),
          accepted: typeNames[type] ?? 'another type',
        });
      }
    }
    return this.#setAtomically(parameters, [...values.values()].join(', '));
  }

  /** Of all parameters that the node declares. */
  async names(): Promise<Result<string[]>> {
    const listed = await this.#answered(this.#list.ask({ prefixes: [], depth: 0n }, this.#timeoutMs));
    return listed.ok ? accept(listed.value.result.names as string[]) : listed;
  }

  /** What the node's parameters whose names fit hold now, by name; without what cannot be read. */
  async getThose(fits: (name: string) => boolean): Promise<Result<Map<string, KnobValue>>> {
    const listed = await this.names();
    if (!listed.ok) return listed;
    const names = listed.value.filter(fits);
    const answers = names.length === 0 ? accept([]) : await this.#getValues(names);
    if (!answers.ok) return answers;
    const values = names.map((name, i) => [name, this.#fromWire(name, answers.value[i])] as const);
    return accept(new Map(values.flatMap(([name, value]) => (value.ok ? [[name, value.value]] : []))));
  }

  /** How a parameter is declared, as rcl_interfaces/msg/ParameterDescriptor; type 0 when it is not. */
  async describe(name: string): Promise<Result<Message>> {
    const answer = await this.#answered(this.#describe.ask({ names: [name] }, this.#timeoutMs));
    return answer.ok ? accept((answer.value.descriptors[0] ?? { type: 0 }) as Message) : answer;
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
    for (const service of [this.#get, this.#set, this.#describe, this.#list]) service.close();
  }

  #fromWire(name: string, value: Message | undefined): Result<KnobValue> {
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
    const list = listFrom(type, value);
    if (list !== undefined) return accept(list);
    return refuse({
      code: 'TT_PARAM_TYPE',
      reason: `parameter ${name} of ${this.nodeName} is a list of bytes, or of words with commas or brackets`,
      accepted: 'a bool, integer, double or string, or a list of them',
    });
  }

  async #getValues(names: readonly string[]): Promise<Result<Message[]>> {
    const answer = await this.#answered(this.#get.ask({ names }, this.#timeoutMs));
    return answer.ok ? accept(answer.value.values as Message[]) : answer;
  }

  async #setAtomically(parameters: Message[], found: string): Promise<Result<void>> {
    const answer = await this.#answered(this.#set.ask({ parameters }, this.#timeoutMs));
    if (!answer.ok) return answer;
    const result = answer.value.result as Message;
    if (result.successful) return accept(undefined);
    const reason = String(result.reason) || `${this.nodeName} refuses without a reason`;
    return refuse({ code: 'TT_KNOB_REJECTED', reason, found });
  }

  /** Says of a node that did not answer what is known of it. */
  async #answered(call: Promise<Result<Message>>): Promise<Result<Message>> {
    const answer = await call;
    if (answer.ok) {
      this.#presence.noteAnswer();
      return answer;
    }
    return refuse({
      code: 'TT_KNOB_UNREACHABLE',
      reason: `${this.nodeName} did not answer within ${this.#timeoutMs} ms: ${this.#presence.describeSilence()}`,
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

/** A list as a value; undefined for any other type, and for a list that no text stands for. */
function listFrom(type: number, value: Message): string | undefined {
  const field = lists[type]?.field;
  if (field === undefined) return undefined;
  const items = Array.from(value[field] as Iterable<ListItem | bigint>);
  return formatList(items.map((item) => (typeof item === 'bigint' ? Number(item) : item)));
}

function listToWire(type: number, value: KnobValue): Message | undefined {
  const list = lists[type];
  const items = typeof value === 'string' ? parseList(value) : undefined;
  if (list === undefined || !items?.every(list.fits)) return undefined;
  return { ...emptyValue, type, [list.field]: items.map(list.toWire) };
}

function toWire(type: number, value: KnobValue): Message | undefined {
  if (type === 1 && typeof value === 'boolean') return { ...emptyValue, type, bool_value: value };
  if (type === 2 && typeof value === 'number' && Number.isInteger(value)) {
    return { ...emptyValue, type, integer_value: BigInt(value) };
  }
  if (type === 3 && typeof value === 'number') return { ...emptyValue, type, double_value: value };
  if (type === 4 && typeof value === 'string') return { ...emptyValue, type, string_value: value };
  return listToWire(type, value);
}
