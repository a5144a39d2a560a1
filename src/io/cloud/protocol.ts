import type { Detection } from '../../core/perception/detection.ts';
import { accept, type Result, refuse } from '../../core/refusal.ts';
import { decodeFrame, encodeFrame } from './frame.ts';

/** A task on its way to the cloud. `input` holds the network's input as `Network.prepare` makes it. */
export type TaskMessage = {
  taskId: number;
  model: string;
  inputWidth: number;
  inputHeight: number;
  /** Absolute deadline on the wall clock (Unix epoch), which both machines are taken to share. */
  deadlineEpochMs: number;
  input: Uint8Array;
};

/** The worker's answer. `taskId` is null when it could not be read from the task. */
export type ReplyMessage =
  | { status: 'done'; taskId: number; detections: Detection[]; executeMs: number }
  | { status: 'expired' | 'busy'; taskId: number; reason: string }
  | { status: 'failed'; taskId: number | null; reason: string };

const taskPrefix = 'trimtab/v1/tasks/';

/** Matches the tasks of all clients. */
export const allTasksTopic = `${taskPrefix}+`;

/** Where a client sends its tasks. The client's id is in the topic, so that even an unreadable frame can be answered. */
export function taskTopic(clientId: string): string {
  return taskPrefix + clientId;
}

/** Where a client is answered. */
export function replyTopic(clientId: string): string {
  return `trimtab/v1/replies/${clientId}`;
}

/** The client's id in a task topic. */
export function clientOfTaskTopic(topic: string): string {
  return topic.slice(taskPrefix.length);
}

/** The frame of a task. */
export function encodeTask({ input, ...header }: TaskMessage): Buffer {
  return encodeFrame({ kind: 'task', header, body: input });
}

/** Reads a task; `taskId` is handed back even of a task that is refused, where it can be read. */
export function decodeTask(bytes: Buffer): Result<TaskMessage> & { taskId: number | null } {
  const frame = decodeFrame(bytes);
  if (!frame.ok) return { ...frame, taskId: null };
  const { kind, body } = frame.value;
  const header = (frame.value.header ?? {}) as Partial<Record<keyof TaskMessage, unknown>>;
  const { taskId, model, inputWidth, inputHeight, deadlineEpochMs } = header;
  if (kind !== 'task') return { ...unreadable('a task was expected'), taskId: null };
  if (!isCount(taskId)) return { ...unreadable('taskId is no whole number'), taskId: null };
  if (
    typeof model !== 'string' ||
    !isCount(inputWidth) ||
    !isCount(inputHeight) ||
    !isNumber(deadlineEpochMs)
  ) {
    return { ...unreadable('model, inputWidth, inputHeight or deadlineEpochMs is missing or wrong'), taskId };
  }
  return { ...accept({ taskId, model, inputWidth, inputHeight, deadlineEpochMs, input: body }), taskId };
}

/** The frame of an answer. */
export function encodeReply(reply: ReplyMessage): Buffer {
  return encodeFrame({ kind: 'reply', header: reply, body: new Uint8Array() });
}

/** Reads an answer. */
export function decodeReply(bytes: Buffer): Result<ReplyMessage> {
  const frame = decodeFrame(bytes);
  if (!frame.ok) return frame;
  if (frame.value.kind !== 'reply') return unreadable('a reply was expected');
  const { status, taskId, detections, executeMs, reason } = (frame.value.header ?? {}) as Record<
    string,
    unknown
  >;
  if (status === 'done' && isCount(taskId) && Array.isArray(detections) && isNumber(executeMs)) {
    return accept({ status, taskId, detections: detections as Detection[], executeMs });
  }
  if ((status === 'expired' || status === 'busy') && isCount(taskId) && typeof reason === 'string') {
    return accept({ status, taskId, reason });
  }
  if (status === 'failed' && (isCount(taskId) || taskId === null) && typeof reason === 'string') {
    return accept({ status, taskId, reason });
  }
  return unreadable('the reply has no known status or lacks a part');
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isCount(value: unknown): value is number {
  return isNumber(value) && Number.isInteger(value) && value >= 0;
}

function unreadable(reason: string): ReturnType<typeof refuse> {
  return refuse({ code: 'TT_CLOUD_FRAME', reason: `the frame cannot be read: ${reason}` });
}
