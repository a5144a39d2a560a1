import type { Result } from '../core/refusal.ts';
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
import type { Message, RclNode, Rclnodejs, RclParameter } from './rclnodejs.ts';

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
  readonly #rcl: Rclnodejs;
  readonly #check: ParameterCheck;
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
    this.#check = check;
    this.#table = table;
    this.#values = Object.freeze({ ...values });
    const names = Object.keys(table);
    node.declareParameters(
      names.map((name) => this.#toRcl(name, values[name] as ParameterValue)),
      names.map((name) => this.#descriptor(name, table[name] as ParameterDeclaration)),
      true,
    );
    this.#checkBeforeSet(node);
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

  #checkBeforeSet(node: RclNode): void {
    const set = node.setParametersAtomically.bind(node);
    node.setParametersAtomically = (parameters) => {
      const wanted: Record<string, ParameterValue> = { ...this.#values };
      const converted: RclParameter[] = [];
      for (const parameter of parameters) {
        if (!(parameter.name in this.#table)) {
          converted.push(parameter);
          continue;
        }
        const checked = checkChange(this.#table, parameter.name, parameter.value);
        if (!checked.ok) return { successful: false, reason: refusalText(checked.refusals) };
        wanted[parameter.name] = checked.value;
        converted.push(this.#toRcl(parameter.name, checked.value));
      }
      const verdict = this.#check(wanted);
      return verdict.ok ? set(converted) : { successful: false, reason: refusalText(verdict.refusals) };
    };
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

function rangeMessage(type: ParameterTypeName, range: ParameterDeclaration['range']): Message {
  if (!range) return {};
  const { from, to } = range;
  return type.startsWith('integer')
    ? { integer_range: [{ from_value: BigInt(from), to_value: BigInt(to), step: 1n }] }
    : { floating_point_range: [{ from_value: from, to_value: to, step: 0 }] };
}
