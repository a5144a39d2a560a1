import { describe, expect, it } from 'vitest';
import { companionOf, missingStamps } from './companion.ts';

const info = 'sensor_msgs/msg/CameraInfo';
const raw = { topic: '/front/image_raw', type: 'sensor_msgs/msg/Image', nodes: ['/front_driver'] };
const frontInfo = { topic: '/front/camera_info', type: info, nodes: ['/front_driver'] };

describe('companionOf', () => {
  it('is the camera_info of the same namespace and node', () => {
    const rear = { topic: '/rear/camera_info', type: info, nodes: ['/rear_driver'] };
    expect(companionOf(raw, [raw, rear, frontInfo])).toBe('/front/camera_info');
  });

  it('is that of the namespace above for a transport below the image', () => {
    const compressed = {
      ...raw,
      topic: '/front/image_raw/compressed',
      type: 'sensor_msgs/msg/CompressedImage',
    };
    expect(companionOf(compressed, [frontInfo])).toBe('/front/camera_info');
  });

  it.each([
    ['another node', raw, { ...frontInfo, nodes: ['/rectify'] }],
    ['another namespace', raw, { ...frontInfo, topic: '/rear/camera_info' }],
    ['another type', raw, { ...frontInfo, type: 'std_msgs/msg/Header' }],
    ['no image', { ...raw, type: 'sensor_msgs/msg/Imu' }, frontInfo],
  ])('is not one of %s', (_, image, other) => {
    expect(companionOf(image, [image, other])).toBeUndefined();
  });
});

describe('missingStamps', () => {
  it('counts what the companion heard between the first and the last of the own', () => {
    expect(missingStamps([20, 50, 60], [10, 20, 30, 40, 50, 60, 70])).toBe(2);
    expect(missingStamps([10, 20], [10, 20])).toBe(0);
  });

  it('counts all where nothing came', () => {
    expect(missingStamps([], [10, 20, 30])).toBe(3);
  });

  it('does not know where the two share no stamp', () => {
    expect(missingStamps([15, 25], [10, 20, 30])).toBeUndefined();
  });
});
