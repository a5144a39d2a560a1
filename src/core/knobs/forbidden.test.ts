import { describe, expect, it } from 'vitest';
import { forbiddenTarget } from './forbidden.ts';
import type { KnobTarget } from './knob.ts';

const parameter = (node: string, name: string): KnobTarget => ({ kind: 'parameter', node, parameter: name });
const throttle = (from: string, to: string): KnobTarget => ({ kind: 'throttle', from, to });

describe('a target that is never touched', () => {
  it.each([
    throttle('image', 'cmd_vel'),
    throttle('/drone/cmd_vel', 'slow'),
    throttle('image', 'drone/CMD_VEL/limited'),
    throttle('image', 'cmd_vel_stamped'),
    throttle('image', 'e_stop'),
    parameter('estop', 'timeout'),
    parameter('safety/emergency_stop', 'timeout'),
    parameter('mavros', 'arm'),
    parameter('spot/lease_manager', 'ttl'),
    parameter('adaptor', 'channels.cmd_vel.rate'),
    { kind: 'cgroup', process: 'estop', resource: 'cpu' } as KnobTarget,
  ])('is refused: %j', (target) => {
    expect(forbiddenTarget(target)?.code).toBe('TT_KNOB_FORBIDDEN');
  });

  it.each([
    throttle('arm_camera/image_raw', 'hand/image_raw'),
    parameter('preview', 'release_rate'),
    parameter('alarm', 'level'),
    parameter('camera', 'timestop'),
    { kind: 'power-mode' } as KnobTarget,
  ])('is not mistaken for %j', (target) => {
    expect(forbiddenTarget(target)).toBeUndefined();
  });
});
