import { accept } from '../../src/core/refusal.ts';
import {
  detectionsFromMessage,
  type NodeBehaviour,
  type NodeContext,
  runNode,
  stampToMs,
} from '../../src/ros/index.ts';
import { FollowLaw } from './follow-law.ts';

/**
 * Turns detections into velocity commands, one for each detection message. The command carries the
 * image's stamp, so that the age of what the drone acts on can be measured.
 */
void runNode({
  name: 'follower',
  parameters: {
    label: {
      type: 'string',
      default: 'hazard_vest',
      description: 'Label of the person to follow.',
      readOnly: true,
    },
  },
  prepare: async (context) => accept(follower(context)),
});

function follower(context: NodeContext): NodeBehaviour {
  const law = new FollowLaw({ label: context.parameters.values.label as string });
  const command = context.publisher('geometry_msgs/msg/TwistStamped', 'cmd_vel', 'state');
  context.subscribe('trimtab_msgs/msg/DetectionArray', 'detections', 'state', (message) => {
    const { vx, vy, vz, yawRate } = law.update(
      detectionsFromMessage(message),
      stampToMs(message.header.stamp),
    );
    command.publish({
      header: message.header,
      twist: { linear: { x: vx, y: vy, z: vz }, angular: { x: 0, y: 0, z: yawRate } },
    });
  });
  return {};
}
