import { describe, expect, it } from 'vitest';
import { forbiddenKnob, forbiddenTarget } from './forbidden.ts';
import type { KnobTarget } from './knob.ts';

const parameter = (node: string, name: string): KnobTarget => ({ kind: 'parameter', node, parameter: name });
const throttle = (from: string, to: string): KnobTarget => ({ kind: 'throttle', from, to });

const service = (name: string, request = '{data: $value}'): KnobTarget => ({
  kind: 'service',
  service: name,
  type: 'std_srvs/srv/SetBool',
  request,
});

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
    parameter('twist_mux', 'topics.cmd_vel_joy.timeout'),
    { kind: 'cgroup', process: 'estop', resource: 'cpu' } as KnobTarget,
    { kind: 'cgroup', process: 'cmd_vel_mux', resource: 'weight' } as KnobTarget,
    { kind: 'process', process: '/spot/lease_manager', attribute: 'nice' } as KnobTarget,
    { kind: 'process', process: 'e-stop', attribute: 'policy' } as KnobTarget,
    service('/spot/estop/hard'),
    service('/spot/claim'),
    service('/spot/release'),
    service('/spot/power_off'),
    service('/mavros/cmd/arming'),
    service('/drone/takeoff'),
    service('/tello_action', "{cmd: 'emergency'}"),
    ...[
      ...[
        'arm_motors',
        'arm_disarm',
        'set_arming',
        'arming_state',
        'arming_status',
        'disarm_all',
        'auto_arm',
      ],
      ...['armMotors', 'isArmed', 'estopped', 'e_stopped', 'estops', 'eStop'],
    ].map((name) => parameter('autopilot', name)),
    service('/tello_action', '{cmd: rc 0 0 $value 0}'),
    service('/tello_action', '{cmd: motoroff}'),
    service('/tello_action', '{cmd: up $value}'),
    service('/tello_action', '{cmd: flip l}'),
    service('/mavros/rc/override'),
  ])('is refused: %j', (target) => {
    expect(forbiddenTarget(target)?.code).toBe('TT_KNOB_FORBIDDEN');
  });

  it.each([
    throttle('arm_camera/image_raw', 'hand/image_raw'),
    parameter('preview', 'release_rate'),
    parameter('alarm', 'level'),
    parameter('alarm', 'alarm_armor'),
    parameter('spot', 'arm_cmd_duration'),
    parameter('gripper', 'left_arm_speed'),
    parameter('camera', 'estopwatch'),
    service('/camera/set_flip', '{flip: $value, side: left}'),
    service('/tello_action', '{cmd: setfps $value}'),
    parameter('camera', 'timestop'),
    { kind: 'process', process: 'arm_camera', attribute: 'nice' } as KnobTarget,
    { kind: 'cgroup', process: 'release_notes', resource: 'cpus' } as KnobTarget,
    parameter('camera', 'release'),
    service('/camera/set_capture'),
    service('/spot/max_velocity', '{velocity_limit: {linear: {x: $value}}}'),
    { kind: 'power-mode' } as KnobTarget,
    { kind: 'placement', node: 'arm_detector', parameter: 'placement' } as KnobTarget,
  ])('is not mistaken for %j', (target) => {
    expect(forbiddenTarget(target)).toBeUndefined();
  });
});

describe('the words that a service can be given', () => {
  const domain = (...values: (string | boolean)[]) => ({ type: 'categorical' as const, values });

  it.each([
    ['{cmd: $value}', ['setfps low', 'rc 0 0 100 0']],
    ['{cmd: $value}', ['setfps low', 'forward 100']],
    ['{cmd: motor$value}', ['on', 'off']],
  ])('are refused where one of them moves the robot: %s of %j', (request, words) => {
    expect(forbiddenTarget(service('/tello_action', request))).toBeUndefined();
    expect(forbiddenKnob(service('/tello_action', request), domain(...words))?.code).toBe(
      'TT_KNOB_FORBIDDEN',
    );
  });

  it('are taken where none does', () => {
    expect(
      forbiddenKnob(service('/tello_action', '{cmd: setfps $value}'), domain('low', 'high')),
    ).toBeUndefined();
  });
});
