import type { Rclnodejs } from './rclnodejs.ts';

/** Whether messages of a type begin with a std_msgs/Header, so that their first bytes hold a stamp. */
export function beginsWithHeader(rcl: Rclnodejs, type: string): boolean {
  if (type === 'std_msgs/msg/Header') return true;
  const empty = rcl.createMessageObject(type);
  return Object.keys(empty)[0] === 'header' && empty.header?.stamp !== undefined;
}
