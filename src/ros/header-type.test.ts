import { expect, it } from 'vitest';
import { beginsWithHeader } from './header-type.ts';
import type { MessageField, Rclnodejs } from './rclnodejs.ts';

function field(name: string, pkgName: string | null, type: string, isArray = false): MessageField {
  const isPrimitiveType = pkgName === null;
  return {
    name,
    type: { isArray, isDynamicArray: isArray, arraySize: null, pkgName, type, isPrimitiveType },
  };
}

const header = field('header', 'std_msgs', 'Header');
const types: Record<string, MessageField[]> = {
  'std_msgs/msg/Header': [field('stamp', 'builtin_interfaces', 'Time'), field('frame_id', null, 'string')],
  'sensor_msgs/msg/Imu': [header, field('orientation', 'geometry_msgs', 'Quaternion')],
  'my_msgs/msg/Renamed': [field('head', 'std_msgs', 'Header')],
  'my_msgs/msg/Late': [field('count', null, 'int32'), header],
  'my_msgs/msg/Own': [field('header', 'my_msgs', 'Header')],
  'my_msgs/msg/Many': [field('headers', 'std_msgs', 'Header', true)],
  'std_msgs/msg/Empty': [],
};
const rcl = {
  require: (type: string) => ({ ROSMessageDef: { fields: types[type] } }),
  createMessageObject: (type: string) =>
    Object.fromEntries((types[type] ?? []).map(({ name }) => [name, { stamp: { sec: 0, nanosec: 0 } }])),
} as unknown as Rclnodejs;

it.each([
  ['std_msgs/msg/Header', true],
  ['sensor_msgs/msg/Imu', true],
  ['my_msgs/msg/Renamed', true],
  ['my_msgs/msg/Late', false],
  ['my_msgs/msg/Own', false],
  ['my_msgs/msg/Many', false],
  ['std_msgs/msg/Empty', false],
])('beginsWithHeader of %s is %s', (type, begins) => {
  expect(beginsWithHeader(rcl, type)).toBe(begins);
});
