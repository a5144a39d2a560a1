import { accept, type Result, refuse } from '../../core/refusal.ts';

/** What a frame carries. */
export type FrameKind = 'task' | 'reply';

/** A message between scheduler and cloud worker: a small JSON header and raw bytes. */
export type Frame = { kind: FrameKind; header: unknown; body: Uint8Array };

const magic = 0x5454;
const version = 1;
const kindCodes: Record<FrameKind, number> = { task: 1, reply: 2 };
const prefixBytes = 8;
const maxHeaderBytes = 64 * 1024;

/**
 * Layout, big endian: 2 bytes `TT`, 1 byte version (1), 1 byte kind (1 task, 2 reply), 4 bytes length of the
 * header, the header as UTF-8 JSON, then the body to the end. The body is not encoded in any way: an image in
 * base64 would take a third more of the link.
 */
export function encodeFrame({ kind, header, body }: Frame): Buffer {
  const json = Buffer.from(JSON.stringify(header));
  if (json.length > maxHeaderBytes) throw new Error(`a frame's header of ${json.length} bytes is too long`);
  const prefix = Buffer.alloc(prefixBytes);
  prefix.writeUInt16BE(magic, 0);
  prefix.writeUInt8(version, 2);
  prefix.writeUInt8(kindCodes[kind], 3);
  prefix.writeUInt32BE(json.length, 4);
  return Buffer.concat([prefix, json, body]);
}

/** Reads a frame; refuses with TT_CLOUD_FRAME what is none. The body shares memory with `bytes`. */
export function decodeFrame(bytes: Buffer): Result<Frame> {
  if (bytes.length < prefixBytes || bytes.readUInt16BE(0) !== magic)
    return unreadable('it does not start with "TT"');
  if (bytes.readUInt8(2) !== version)
    return unreadable(`version ${bytes.readUInt8(2)} instead of ${version}`);
  const kind = (Object.keys(kindCodes) as FrameKind[]).find((name) => kindCodes[name] === bytes.readUInt8(3));
  if (kind === undefined) return unreadable(`unknown kind ${bytes.readUInt8(3)}`);
  const bodyStart = prefixBytes + bytes.readUInt32BE(4);
  if (bodyStart > Math.min(bytes.length, prefixBytes + maxHeaderBytes))
    return unreadable('its header is cut off');
  try {
    const header: unknown = JSON.parse(bytes.toString('utf8', prefixBytes, bodyStart));
    return accept({ kind, header, body: bytes.subarray(bodyStart) });
  } catch {
    return unreadable('its header is not JSON');
  }
}

function unreadable(reason: string): Result<Frame> {
  return refuse({ code: 'TT_CLOUD_FRAME', reason: `the frame cannot be read: ${reason}` });
}
