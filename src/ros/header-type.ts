import type { MessageClass, Rclnodejs } from './rclnodejs.ts';

/** Whether messages of a type begin with a std_msgs/Header, so that their first bytes hold a stamp. */
export function beginsWithHeader(rcl: Rclnodejs, type: string): boolean {
  if (type === 'std_msgs/msg/Header') return true;
  const [first] = (rcl.require(type) as MessageClass).ROSMessageDef.fields;
  return first?.type.pkgName === 'std_msgs' && first.type.type === 'Header' && !first.type.isArray;
}
