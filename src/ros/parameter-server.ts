import { accept, type Refusal, type Result } from '../core/refusal.ts';
import {
  checkChange,
  checkParameter,
  describeAccepted,
  type ParameterDeclaration,
  type ParameterTable,
  type ParameterTypeName,
  type ParameterValue,
  type ParameterValues,
  parameterType,
  refusalText,
} from './parameter-table.ts';
import type {
  Message,
  RclNode,
  Rclnodejs,
  RclParameter,
  RclResponse,
  SetParametersResult,
} from './rclnodejs.ts';
import { type Preparation, SlowParameters } from './slow-parameters.ts';

/** Called after a change with the new snapshot and the names that changed. */
export type ParameterListener = (values: ParameterValues, changed: string[]) => void;

/** Sees all values that would be in force, before anything is set. */
export type ParameterCheck = (wanted: ParameterValues) => Result<unknown>;

/**
 * A node's own parameters: declared from one table, checked here before rclnodejs sees them (its own
 * range message says nothing of the range), handed out as immutable snapshots.
 */
export class ParameterServer {
  readonly #table: ParameterTable;
  readonly #node: RclNode;
  readonly #rcl: Rclnodejs;
  readonly #checks: ParameterCheck[];
  readonly #slow = new SlowParameters();
  #values: ParameterValues;
  #listeners: ParameterListener[] = [];

  constructor({
    rcl,
    node,
    table,
    values,
    check,
  }: {
    rcl: Rclnodejs;
    node: RclNode;
    table: ParameterTable;
    values: ParameterValues;
    check: ParameterCheck;
  }) {
    this.#rcl = rcl;
    this.#node = node;
    this.#checks = [check];
    this.#table = { ...table };
    this.#values = Object.freeze({ ...values });
    this.#declareOnNode(table);
    this.#checkBeforeSet(node);
    this.#answerWhenReady(node);
    node.addPostSetParametersCallback((parameters) => this.#apply(parameters));
  }

  /** The values in force. */
  get values(): ParameterValues {
    return this.#values;
  }

  /** Registers a listener for changes. */
  onChange(listener: ParameterListener): void {
    this.#listeners.push(listener);
  }

  /** Adds a check that needs what only the running node knows, such as how it resolves names. */
  addCheck(check: ParameterCheck): void {
    this.#checks.push(check);
  }

  /** Lets a change of a parameter be answered only when what the new value needs is there. */
  prepareChanges(name: string, preparation: Preparation): void {
    this.#slow.add(name, preparation);
  }

  /** Declares more parameters, at their defaults, as when a list names a new member; listeners hear of them. */
  declare(table: ParameterTable): void {
    const defaults = Object.entries(table).map(([name, declaration]) => [name, declaration.default]);
    Object.assign(this.#table, table);
    this.#values = Object.freeze({ ...this.#values, ...Object.fromEntries(defaults) });
    this.#declareOnNode(table);
  }

  /** Takes back parameters that `declare` or the table gave; read-only ones stay. */
  undeclare(names: string[]): void {
    const gone = names.filter((name) => !this.#table[name]?.readOnly);
    for (const name of gone) {
      this.#node.undeclareParameter(name);
      delete this.#table[name];
    }
    const kept = Object.entries(this.#values).filter(([name]) => !gone.includes(name));
    this.#values = Object.freeze(Object.fromEntries(kept));
  }

  #declareOnNode(table: ParameterTable): void {
    const entries = Object.entries(table);
    this.#node.declareParameters(
      entries.map(([name]) => this.#toRcl(name, this.#values[name] as ParameterValue)),
      entries.map(([name, declaration]) => this.#descriptor(name, declaration)),
      true,
    );
  }

  #checkBeforeSet(node: RclNode): void {
    const set = node.setParametersAtomically.bind(node);
    node.setParametersAtomically = (parameters) => {
      const checked = this.#check(parameters);
      return checked.ok ? set(checked.value) : refused(checked.refusals);
    };
  }

  /** The parameters with the types that they are declared with; parameters that are not ours stay as they are. */
  #check(parameters: readonly RclParameter[]): Result<RclParameter[]> {
    const wanted: Record<string, ParameterValue> = { ...this.#values };
    const converted: RclParameter[] = [];
    for (const parameter of parameters) {
      if (!(parameter.name in this.#table)) {
        converted.push(parameter);
        continue;
      }
      const checked = checkChange(this.#table, parameter.name, parameter.value);
      if (!checked.ok) return checked;
      wanted[parameter.name] = checked.value;
      converted.push(this.#toRcl(parameter.name, checked.value));
    }
    for (const check of this.#checks) {
      const verdict = check(wanted);
      if (!verdict.ok) return verdict;
    }
    return accept(converted);
  }

  /** rclnodejs answers at once; here the answer to a slow parameter waits, while the node goes on with all else. */
  #answerWhenReady(node: RclNode): void {
    const service = node._parameterService;
    const answerAtOnce = {
      each: service._handleSetParameters.bind(service),
      together: service._handleSetParametersAtomically.bind(service),
    };
    const isSlow = ({ parameters }: Message) =>
      this.#slow.concerns((parameters as { name: string }[]).map(({ name }) => name));
    const read = ({ parameters }: Message) =>
      (parameters as Message[]).map((parameter) => this.#rcl.Parameter.fromParameterMessage(parameter));
    service._handleSetParameters = (request, response) => {
      if (!isSlow(request)) return answerAtOnce.each(request, response);
      const results = read(request).reduce<Promise<SetParametersResult[]>>(
        async (before, parameter) => [...(await before), await this.#setWhenReady([parameter])],
        Promise.resolve([]),
      );
      this.#send(response, async () => ({ results: await results }));
    };
    service._handleSetParametersAtomically = (request, response) => {
      if (!isSlow(request)) return answerAtOnce.together(request, response);
      this.#send(response, async () => ({ result: await this.#setWhenReady(read(request)) }));
    };
  }

  async #setWhenReady(parameters: RclParameter[]): Promise<SetParametersResult> {
    const checked = this.#check(parameters);
    if (!checked.ok) return refused(checked.refusals);
    const wanted = Object.fromEntries(
      checked.value.map(({ name, value }) => [name, value as ParameterValue]),
    );
    const prepared = await this.#slow.prepareAll(wanted);
    if (!prepared.ok) return refused(prepared.refusals);
    const result = this.#node.setParametersAtomically(parameters);
    if (result.successful) prepared.value.commit();
    else prepared.value.discard();
    return result;
  }

  #send(response: RclResponse, answer: () => Promise<Message>): void {
    answer()
      .then((message) => response.send({ ...response.template, ...message }))
      .catch((error: unknown) => {
        // Its client may be gone by now, and rclnodejs would end the process over that.
        this.#node.getLogger().warn(`a change of parameters could not be answered: ${error}`);
      });
  }

  #apply(parameters: RclParameter[]): void {
    const changed = parameters.filter((parameter) => parameter.name in this.#table);
    if (changed.length === 0) return;
    const next: Record<string, ParameterValue> = { ...this.#values };
    for (const parameter of changed) {
      const checked = checkParameter(this.#table, parameter.name, parameter.value);
      if (checked.ok) next[parameter.name] = checked.value;
    }
    this.#values = Object.freeze(next);
    for (const listener of this.#listeners) {
      listener(
        this.#values,
        changed.map((parameter) => parameter.name),
      );
    }
  }

  #toRcl(name: string, value: ParameterValue): RclParameter {
    const { type } = this.#table[name] as ParameterDeclaration;
    const wire =
      type === 'integer'
        ? BigInt(value as number)
        : type === 'integer-array'
          ? (value as number[]).map(BigInt)
          : value;
    return new this.#rcl.Parameter(name, parameterType[type], wire);
  }

  #descriptor(name: string, declaration: ParameterDeclaration): object {
    const { type, description, readOnly, range } = declaration;
    const descriptor = new this.#rcl.ParameterDescriptor(
      name,
      parameterType[type],
      description,
      readOnly ?? false,
    );
    descriptor.additionalConstraints = describeAccepted(declaration);
    // rclnodejs' own message never carries a range; values are checked against it before rclnodejs sees them.
    const toMessage = descriptor.toMessage.bind(descriptor);
    descriptor.toMessage = () => ({ ...toMessage(), ...rangeMessage(type, range) });
    return descriptor;
  }
}

function refused(refusals: Refusal[]): SetParametersResult {
  return { successful: false, reason: refusalText(refusals) };
}

function rangeMessage(type: ParameterTypeName, range: ParameterDeclaration['range']): Message {
  if (!range) return {};
  const { from, to } = range;
  return type.startsWith('integer')
    ? { integer_range: [{ from_value: BigInt(from), to_value: BigInt(to), step: 1n }] }
    : { floating_point_range: [{ from_value: from, to_value: to, step: 0 }] };
}
