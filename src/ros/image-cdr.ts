import type { RgbImage } from '../core/perception/detection.ts';
import type { Stamp } from './rclnodejs.ts';

/** A sensor_msgs/msg/Image as far as Trimtab needs it. */
export type StampedImage = { stamp: Stamp; frameId: string; image: RgbImage };

/*
 * Images are coded by hand: rclnodejs' message classes copy every pixel through a JavaScript object, which
 * costs more than a small network's inference. Layout: plain CDR, 4 bytes of encapsulation, alignment counted
 * from there.
 */

const encapsulationBytes = 4;

/** Reads a serialized sensor_msgs/msg/Image; undefined unless it is a whole rgb8 or bgr8 image. rgb8 pixels are not copied. */
export function decodeImage(bytes: Buffer): StampedImage | undefined {
  const reader = new CdrReader(bytes);
  try {
    const stamp = { sec: reader.int32(), nanosec: reader.uint32() };
    const frameId = reader.string();
    const height = reader.uint32();
    const width = reader.uint32();
    const encoding = reader.string();
    reader.uint8();
    const step = reader.uint32();
    const data = reader.bytes();
    const image = toRgb({ width, height, encoding, step, data });
    return image && { stamp, frameId, image };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** An rgb8 image as a serialized sensor_msgs/msg/Image. */
export function encodeImage({ stamp, frameId, image }: StampedImage): Buffer {
  const writer = new CdrWriter(128 + Buffer.byteLength(frameId) + image.data.length);
  writer.int32(stamp.sec);
  writer.uint32(stamp.nanosec);
  writer.string(frameId);
  writer.uint32(image.height);
  writer.uint32(image.width);
  writer.string('rgb8');
  writer.uint8(0);
  writer.uint32(image.width * 3);
  writer.bytes(image.data);
  return writer.finish();
}

function toRgb({
  width,
  height,
  encoding,
  step,
  data,
}: {
  width: number;
  height: number;
  encoding: string;
  step: number;
  data: Uint8Array;
}): RgbImage | undefined {
  if ((encoding !== 'rgb8' && encoding !== 'bgr8') || step < width * 3 || data.length < step * height)
    return undefined;
  if (encoding === 'rgb8' && step === width * 3) return { width, height, data };
  const rgb = new Uint8Array(width * height * 3);
  const [red, blue] = encoding === 'rgb8' ? [0, 2] : [2, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = y * step + x * 3;
      const to = (y * width + x) * 3;
      rgb[to] = data[from + red] as number;
      rgb[to + 1] = data[from + 1] as number;
      rgb[to + 2] = data[from + blue] as number;
    }
  }
  return { width, height, data: rgb };
}

class CdrReader {
  readonly #buffer: Buffer;
  readonly #littleEndian: boolean;
  #at = encapsulationBytes;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
    this.#littleEndian = (buffer[1] ?? 1) % 2 === 1;
  }

  uint8(): number {
    return this.#buffer.readUInt8(this.#at++);
  }

  uint32(): number {
    const at = this.#aligned(4);
    return this.#littleEndian ? this.#buffer.readUInt32LE(at) : this.#buffer.readUInt32BE(at);
  }

  int32(): number {
    return this.uint32() | 0;
  }

  /** CDR strings count their terminating zero. */
  string(): string {
    const length = this.uint32();
    return this.#take(length)
      .subarray(0, Math.max(0, length - 1))
      .toString('utf8');
  }

  bytes(): Uint8Array {
    return this.#take(this.uint32());
  }

  #take(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#buffer.length) throw new RangeError('the message ends too early');
    const taken = this.#buffer.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  #aligned(size: number): number {
    const at = alignTo(this.#at, size);
    this.#at = at + size;
    return at;
  }
}

class CdrWriter {
  readonly #buffer: Buffer;
  #at = encapsulationBytes;

  constructor(capacity: number) {
    this.#buffer = Buffer.alloc(capacity);
    this.#buffer[1] = 1;
  }

  uint8(value: number): void {
    this.#at = this.#buffer.writeUInt8(value, this.#at);
  }

  uint32(value: number): void {
    this.#at = this.#buffer.writeUInt32LE(value, alignTo(this.#at, 4));
  }

  int32(value: number): void {
    this.#at = this.#buffer.writeInt32LE(value, alignTo(this.#at, 4));
  }

  string(text: string): void {
    this.uint32(Buffer.byteLength(text) + 1);
    this.#at += this.#buffer.write(text, this.#at) + 1;
  }

  bytes(data: Uint8Array): void {
    this.uint32(data.length);
    this.#buffer.set(data, this.#at);
    this.#at += data.length;
  }

  finish(): Buffer {
    return this.#buffer.subarray(0, this.#at);
  }
}

function alignTo(at: number, size: number): number {
  const offset = at - encapsulationBytes;
  return encapsulationBytes + Math.ceil(offset / size) * size;
}
