import { accept } from '../../src/core/refusal.ts';
import {
  type Message,
  msToStamp,
  type NodeContext,
  type ParameterTable,
  runNode,
} from '../../src/ros/index.ts';
import { World } from './world.ts';

const physicsPeriodMs = 20;
const odomEveryNthStep = 2;

const parameters: ParameterTable = {
  fps: {
    type: 'integer',
    default: 30,
    range: { from: 1, to: 60 },
    description: 'Camera frame rate in Hz; acts at once.',
  },
  seed: {
    type: 'integer',
    default: 1,
    range: { from: 0, to: 2147483647 },
    description: 'Seed of the walk, the scene and the light.',
    readOnly: true,
  },
  publish_clock: {
    type: 'bool',
    default: false,
    description: 'Publish /clock from the world’s own time, for nodes with use_sim_time.',
    readOnly: true,
  },
};

/**
 * The rendered world as a node: the drone's camera and odometry out, velocity commands in, and the
 * distance from the ideal place as ground truth.
 */
void runNode({
  name: 'camera',
  parameters,
  prepare: async (context) => accept(new WorldNode(context)),
});

class WorldNode {
  readonly #context: NodeContext;
  readonly #world: World;
  readonly #image;
  readonly #odom;
  readonly #error;
  readonly #inView;
  readonly #frame: Uint8Array;
  readonly #clock;
  #cameraTimer: { cancel(): void } | undefined;
  #lastStepMs = Number.NaN;
  #steps = 0;

  constructor(context: NodeContext) {
    const { parameters: server } = context;
    this.#context = context;
    this.#world = new World({ seed: server.values.seed as number });
    this.#image = context.publishImages('camera/image_raw');
    this.#odom = context.publisher('nav_msgs/msg/Odometry', 'odom', 'sensor-data');
    this.#error = context.publisher('std_msgs/msg/Float64', '~/tracking_error', 'sensor-data');
    this.#inView = context.publisher('std_msgs/msg/Bool', '~/person_in_view', 'sensor-data');
    this.#frame = new Uint8Array(this.#world.camera.width * this.#world.camera.height * 3);
    this.#clock = server.values.publish_clock
      ? context.publisher('rosgraph_msgs/msg/Clock', '/clock', 'sensor-data')
      : undefined;
    context.subscribe('geometry_msgs/msg/TwistStamped', 'cmd_vel', 'state', (message) =>
      this.#command(message),
    );
    context.service('std_srvs/srv/Trigger', '~/reset', () => {
      this.#world.reset();
      return { success: true, message: 'the walk starts again' };
    });
    server.onChange((_, changed) => {
      if (changed.includes('fps')) this.#startCamera();
    });
    context.every(physicsPeriodMs, () => this.#step());
  }

  activate(): void {
    this.#lastStepMs = this.#context.clock.nowMs();
    this.#startCamera();
  }

  deactivate(): void {
    this.#cameraTimer?.cancel();
    this.#cameraTimer = undefined;
  }

  #startCamera(): void {
    this.#cameraTimer?.cancel();
    this.#cameraTimer = undefined;
    if (!this.#context.isActive()) return;
    const fps = this.#context.parameters.values.fps as number;
    this.#cameraTimer = this.#context.every(1000 / fps, () => this.#publishImage());
  }

  #command(message: Message): void {
    const { linear, angular } = message.twist;
    this.#world.command({ vx: linear.x, vy: linear.y, vz: linear.z, yawRate: angular.z });
  }

  #step(): void {
    if (!this.#context.isActive()) return;
    const nowMs = this.#advance();
    this.#steps++;
    this.#clock?.publish({ clock: msToStamp(nowMs) });
    if (this.#steps % odomEveryNthStep !== 0) return;
    this.#error.publish({ data: this.#world.trackingErrorM });
    this.#inView.publish({ data: this.#world.personInView });
    this.#odom.publish(this.#odometry(nowMs));
  }

  /** Brings the world up to the clock, in steps no longer than the physics period. */
  #advance(): number {
    const nowMs = this.#context.clock.nowMs();
    let leftMs = Math.min(1000, Math.max(0, nowMs - this.#lastStepMs));
    this.#lastStepMs = nowMs;
    while (leftMs > 0) {
      const stepMs = Math.min(physicsPeriodMs, leftMs);
      this.#world.step(stepMs / 1000);
      leftMs -= stepMs;
    }
    return nowMs;
  }

  #publishImage(): void {
    const nowMs = this.#advance();
    this.#world.render(this.#frame);
    const { width, height } = this.#world.camera;
    this.#image({ stamp: msToStamp(nowMs), frameId: 'camera', image: { width, height, data: this.#frame } });
  }

  #odometry(nowMs: number): Message {
    const { x, y, z, yawRad } = this.#world.drone;
    const velocity = this.#world.droneVelocity;
    const covariance = new Array<number>(36).fill(0);
    return {
      header: { stamp: msToStamp(nowMs), frame_id: 'map' },
      child_frame_id: 'base_link',
      pose: {
        pose: {
          position: { x, y, z },
          orientation: { x: 0, y: 0, z: Math.sin(yawRad / 2), w: Math.cos(yawRad / 2) },
        },
        covariance,
      },
      twist: {
        twist: {
          linear: { x: velocity.vx, y: velocity.vy, z: velocity.vz },
          angular: { x: 0, y: 0, z: velocity.yawRate },
        },
        covariance,
      },
    };
  }
}
