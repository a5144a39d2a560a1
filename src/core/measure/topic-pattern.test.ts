import { describe, expect, it } from 'vitest';
import { fits, parseTopicRequest } from './topic-pattern.ts';

const graph: Record<string, string> = {
  '/camera/image_raw': 'sensor_msgs/msg/Image',
  '/camera/image_raw/compressed': 'sensor_msgs/msg/CompressedImage',
  '/camera/camera_info': 'sensor_msgs/msg/CameraInfo',
  '/robot_1/camera/image_raw': 'sensor_msgs/msg/Image',
  '/imu_raw': 'sensor_msgs/msg/Imu',
  '/rosout': 'rcl_interfaces/msg/Log',
  '/robot_1/rosout': 'rcl_interfaces/msg/Log',
  '/parameter_events': 'rcl_interfaces/msg/ParameterEvent',
  '/clock': 'rosgraph_msgs/msg/Clock',
  '/diagnostics': 'diagnostic_msgs/msg/DiagnosticArray',
  '/tune/_action/status': 'action_msgs/msg/GoalStatusArray',
};

function found(text: string): string[] {
  const request = parseTopicRequest(text);
  if (!request) throw new Error(`${text} is no request`);
  return Object.entries(graph)
    .filter(([name, type]) => fits(request, { name, types: [type] }))
    .map(([name]) => name);
}

describe('a pattern', () => {
  it.each([
    ['/camera/*', ['/camera/image_raw', '/camera/camera_info']],
    ['/camera/**', ['/camera/image_raw', '/camera/image_raw/compressed', '/camera/camera_info']],
    ['*_raw', ['/camera/image_raw', '/robot_1/camera/image_raw', '/imu_raw']],
    ['camera/image_*', ['/camera/image_raw', '/robot_1/camera/image_raw']],
    ['/robot_?/**', ['/robot_1/camera/image_raw', '/robot_1/rosout']],
    ['/*/image_raw', ['/camera/image_raw']],
    ['mera/*', []],
    ['type:sensor_msgs/msg/Image', ['/camera/image_raw', '/robot_1/camera/image_raw']],
    [
      'type:sensor_msgs/msg/*mage',
      ['/camera/image_raw', '/camera/image_raw/compressed', '/robot_1/camera/image_raw'],
    ],
    ['type:rcl_interfaces/**', ['/robot_1/rosout']],
  ])('%s means %j', (text, topics) => {
    expect(found(text)).toEqual(topics);
  });

  it('never means what is hidden or belongs to ROS itself', () => {
    expect(found('/**')).toEqual(Object.keys(graph).slice(0, 5).concat('/robot_1/rosout'));
  });

  it('is a name where it has no wildcard, and then means itself, whatever it is called', () => {
    expect(parseTopicRequest('/rosout')).toEqual({ kind: 'name', name: '/rosout' });
  });

  it.each(['', '/', '*/', 'a//*', '/a/', 'a b*', 'type:', 'type:a b', '~/*', 'a__b', '[ab]'])(
    'is not %j',
    (text) => {
      expect(parseTopicRequest(text)).toBeUndefined();
    },
  );
});
