import { headerStampMs } from '../core/measure/header-stamp.ts';
import { SequenceGaps } from '../core/measure/sequence-gaps.ts';
import type { Arrival } from '../core/measure/topic-window.ts';
import { beginsWithHeader } from './header-type.ts';
import { matchingQos } from './qos.ts';
import type { OfferedTopic } from './raw-topic.ts';
import type {
  MessageClass,
  MessageInfo,
  RclNode,
  Rclnodejs,
  RclSubscription,
  StructMemory,
} from './rclnodejs.ts';
import { serializedSizeOf } from './serialized-size.ts';
import { rosClock } from './time.ts';

/** What is read of a message; all else stays where the middleware put it. */
type Glimpse = { stampMs: number | undefined; bytes: number };

/** What rclnodejs is given in place of a type's message class. */
type Glimpser = { listener: object; queueDepth: number };

/** By type. The struct of each lives as long as the process: one message's memory for each type. */
const glimpsers = new Map<string, Glimpser>();

/** So many large messages wait at most, and so many small ones: a second's worth of the fastest sensors. */
const queueDepths = { large: 60, small: 1000 };
/** How far behind we may be and still date an arrival by the middleware; less than any jump of a clock. */
const trustedLagMs = 500;

/**
 * Subscribes to a topic for the sake of when its messages come, how large and how old they are, with a profile
 * that every publisher matches. No message becomes a JavaScript value: the middleware fills one struct per type,
 * again and again. That is one copy; a raw subscription of rclnodejs 2.2.0 makes three and a new buffer for each
 * message, and hides the publisher's sequence numbers.
 *
 * An arrival is dated by the middleware, which is not held up by this process's own work, or by the node's clock
 * where that is the simulation's.
 *
 * @throws Error when the environment has no message class for the type.
 */
export function subscribeArrivals(
  { rcl, node }: { rcl: Rclnodejs; node: RclNode },
  topic: string,
  offered: OfferedTopic,
  callback: (arrival: Arrival) => void,
): RclSubscription {
  const { listener, queueDepth } = glimpserOf(rcl, offered.type);
  const clock = rosClock(node);
  const gaps = new SequenceGaps();
  const hear = ({ stampMs, bytes }: Glimpse, info: MessageInfo): void => {
    const sequence = Number(info.publicationSequenceNumber);
    const arrivalMs = node.getClock().isRosTimeActive
      ? clock.nowMs()
      : datedByMiddleware(Number(info.receivedTimestamp) / 1e6);
    // rmw's value for "not supported" is the largest of its numbers, here -1.
    if (sequence < 0) callback({ arrivalMs, stampMs, bytes });
    else {
      const lost = gaps.next(info.publisherGid.toString('latin1'), sequence);
      callback({ arrivalMs, stampMs, bytes, lost });
    }
  };
  const options = { qos: matchingQos(rcl, offered.qos, queueDepth) };
  return node.createSubscription(listener, topic, options, hear);
}

/** When the middleware says that it received a message, as far as that can be true. */
function datedByMiddleware(receivedMs: number): number {
  // Whole milliseconds are enough for bounds, and take a tenth of the time of ROS' clock.
  const nowMs = Date.now();
  return Math.min(nowMs + 1, Math.max(receivedMs, nowMs - trustedLagMs));
}

function glimpserOf(rcl: Rclnodejs, type: string): Glimpser {
  const known = glimpsers.get(type);
  if (known) return known;
  const made = makeGlimpser(rcl, type);
  glimpsers.set(type, made);
  return made;
}

function makeGlimpser(rcl: Rclnodejs, type: string): Glimpser {
  const classOf = (name: string) => rcl.require(name) as MessageClass;
  const messageClass = classOf(type);
  const { fields } = messageClass.ROSMessageDef;
  const stamped = beginsWithHeader(rcl, type);
  const isLarge = fields.some(
    ({ type: each }) => each.isDynamicArray && /^(u?int8|byte|char)$/.test(each.type),
  );
  const sizeOf = serializedSizeOf(messageClass, classOf);
  // Zeros are what rosidl's C code calls an empty string and an empty sequence.
  const struct = Buffer.alloc(messageClass.refObjectType.size) as StructMemory;

  /** The part of a message class that rclnodejs' `_runWithMessageType` and `processResponse` call. */
  class Listener {
    static type() {
      return messageClass.type();
    }
    /** Keeps the struct: the next message takes its memory over. */
    static destroyRawROS(): void {}
    readonly refObject = struct;
    toRawROS(): Buffer {
      return struct;
    }
    deserialize(): void {}
    toPlainObject(): Glimpse {
      const stampMs = stamped ? headerStampMs(struct.readInt32LE(0), struct.readUInt32LE(4)) : undefined;
      return { stampMs, bytes: sizeOf(struct) };
    }
  }
  return { listener: Listener, queueDepth: isLarge ? queueDepths.large : queueDepths.small };
}
