import type { MessageClass, MessageField, Pointer, StructMemory } from './rclnodejs.ts';

/**
 * One part of a message, to be measured in its C struct. Fixed parts need no look at the struct; strings and
 * sequences keep their length there, in a {data, size, capacity} of three words.
 */
type Part =
  | { kind: 'fixed'; align: number; bytes: number }
  | { kind: 'string'; offset: number; charBytes: number }
  | { kind: 'sequence'; offset: number; elementBytes: number }
  | { kind: 'list'; offset: number; elementBytes: number; elementParts: Part[] };

const encapsulationBytes = 4;
/** rosidl's C strings and sequences on the 64-bit systems that Node supports. */
const sizeAt = 8;
const stringStructBytes = 24;

const primitiveBytes: Record<string, number> = {
  bool: 1,
  byte: 1,
  char: 1,
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  float32: 4,
  int64: 8,
  uint64: 8,
  float64: 8,
};

/**
 * How long a message of a class is on the wire, in bytes with its encapsulation, given its C struct: plain CDR
 * of XTypes 1.3, section 7.4.1, as ROS 2 uses it. `classOf` finds the classes of the messages within.
 */
export function serializedSizeOf(
  messageClass: MessageClass,
  classOf: (type: string) => MessageClass,
): (struct: StructMemory) => number {
  const parts = partsOf(messageClass, classOf, 0);
  // The middleware fills the last word up.
  return (struct) => encapsulationBytes + aligned(endOf(parts, struct, 0, 0), 4);
}

function partsOf(messageClass: MessageClass, classOf: (type: string) => MessageClass, base: number): Part[] {
  const { fields } = messageClass.ROSMessageDef;
  // rosidl gives a message without members one byte, in C and on the wire.
  if (fields.length === 0) return [{ kind: 'fixed', align: 1, bytes: 1 }];
  return fields.flatMap((field) => {
    const offset = messageClass.refObjectType.fields[field.name]?.offset ?? 0;
    return fieldParts(field, base + offset, classOf);
  });
}

function fieldParts({ type }: MessageField, offset: number, classOf: (type: string) => MessageClass): Part[] {
  const bytes = primitiveBytes[type.type];
  const nested = type.isPrimitiveType ? undefined : classOf(`${type.pkgName}/msg/${type.type}`);
  const element = (at: number): Part[] => {
    if (nested) return partsOf(nested, classOf, at);
    if (bytes === undefined)
      return [{ kind: 'string', offset: at, charBytes: type.type === 'wstring' ? 2 : 1 }];
    return [{ kind: 'fixed', align: bytes, bytes }];
  };
  if (!type.isArray) return element(offset);
  const stride = nested?.refObjectType.size ?? stringStructBytes;
  if (type.isDynamicArray) {
    return bytes === undefined
      ? [{ kind: 'list', offset, elementBytes: stride, elementParts: element(0) }]
      : [{ kind: 'sequence', offset, elementBytes: bytes }];
  }
  const count = type.arraySize ?? 0;
  if (bytes !== undefined) return [{ kind: 'fixed', align: bytes, bytes: count * bytes }];
  return Array.from({ length: count }, (_, index) => element(offset + index * stride)).flat();
}

/** Where the parts end when they begin at `position` of the body; `base` is where they begin in the struct. */
function endOf(parts: readonly Part[], struct: StructMemory, base: number, position: number): number {
  let end = position;
  for (const part of parts) {
    if (part.kind === 'fixed') {
      end = aligned(end, part.align) + part.bytes;
      continue;
    }
    const length = struct.readUInt32LE(base + part.offset + sizeAt);
    end = aligned(end, 4) + 4;
    // A narrow string carries its terminating zero.
    if (part.kind === 'string') end += part.charBytes === 1 ? length + 1 : length * part.charBytes;
    else if (length === 0) continue;
    else if (part.kind === 'sequence') end = aligned(end, part.elementBytes) + length * part.elementBytes;
    else end = endOfList(part, length, struct.readPointer(base + part.offset), end);
  }
  return end;
}

function endOfList(
  { elementBytes, elementParts }: Part & { kind: 'list' },
  length: number,
  elements: Pointer,
  position: number,
): number {
  const memory = Buffer.alloc(length * elementBytes) as StructMemory;
  elements.copy(memory, 0, 0, memory.length);
  let end = position;
  for (let index = 0; index < length; index++) end = endOf(elementParts, memory, index * elementBytes, end);
  return end;
}

function aligned(position: number, to: number): number {
  return Math.ceil(position / to) * to;
}
