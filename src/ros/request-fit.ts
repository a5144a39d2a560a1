import type { AnswerRule } from '../core/knobs/service-answer.ts';
import { accept, type Result, refuse } from '../core/refusal.ts';
import type { Message, Rclnodejs } from './rclnodejs.ts';

type MessageClass = new () => { toPlainObject(): Message };
type ServiceClass = { Request: MessageClass; Response: MessageClass };

/**
 * A request that fits a service's type, with integers of 64 bits as rclnodejs wants them. rclnodejs itself turns any
 * text into a bool and leaves out what it does not know, so the fields are checked here, and that the answer will have
 * the field by which it is judged: refused with TT_PARAM_TYPE, or with TT_KNOB_ABSENT where no message class of the type
 * was generated.
 */
export function fitRequest(
  rcl: Rclnodejs,
  type: string,
  request: Message,
  answer?: AnswerRule,
): Result<Message> {
  let empty: Message;
  let response: Message = {};
  try {
    const { Request, Response } = rcl.require(type) as ServiceClass;
    empty = new Request().toPlainObject();
    if (typeof answer === 'object') response = new Response().toPlainObject();
  } catch {
    return refuse({
      code: 'TT_KNOB_ABSENT',
      reason: `${type} is not a type of this ROS environment`,
      found: type,
    });
  }
  if (typeof answer === 'object' && !Object.hasOwn(response, answer.field)) {
    const reason = `the answer of ${type} has no field ${answer.field}`;
    return refuse({ code: 'TT_PARAM_TYPE', reason, accepted: Object.keys(response).join(', ') });
  }
  const misfit = firstMisfit(empty, request, '');
  if (misfit === undefined) return accept(asWire(empty, request));
  return refuse({ code: 'TT_PARAM_TYPE', reason: `the request does not fit ${type}: ${misfit}` });
}

function firstMisfit(empty: unknown, given: unknown, path: string): string | undefined {
  // What an array holds is seen only in its elements, and an empty one has none.
  if (Array.isArray(empty) || ArrayBuffer.isView(empty))
    return Array.isArray(given) ? undefined : `${path} is a list`;
  if (typeof empty === 'object' && empty !== null) {
    if (typeof given !== 'object' || given === null) return `${path || 'it'} is a map of fields`;
    const fields = empty as Message;
    for (const [name, value] of Object.entries(given)) {
      if (!Object.hasOwn(fields, name)) return `there is no field ${path}${name}`;
      const misfit = firstMisfit(fields[name], value, `${path}${name}`);
      if (misfit !== undefined) return misfit;
    }
    return undefined;
  }
  const wanted = typeof empty === 'bigint' ? 'number' : typeof empty;
  return typeof given === wanted ? undefined : `${path} is a ${wanted}, not ${JSON.stringify(given)}`;
}

function asWire(empty: unknown, given: unknown): Message {
  if (typeof empty === 'bigint') return BigInt(given as number) as never;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return given as never;
  const fields = empty as Message;
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, asWire(fields[name], value)]),
  );
}
