export { ClientSession } from './client-session.ts';
export {
  detectionsFromMessage,
  detectionsToMessage,
  imageFromMessage,
  imageToMessage,
} from './image-message.ts';
export {
  type GatedPublisher,
  type NodeBehaviour,
  type NodeContext,
  type NodeDefinition,
  runNode,
} from './node-shell.ts';
export { ParameterActuator } from './parameter-actuator.ts';
export type { ParameterTable, ParameterValues } from './parameter-table.ts';
export { profileFromMessage, profileToMessage } from './profile-message.ts';
export { advertiseRaw, type OfferedTopic, offeredTopic, subscribeRaw } from './raw-topic.ts';
export type { Message, RclNode, ServerGoalHandle, Stamp } from './rclnodejs.ts';
export { RemoteParameters } from './remote-parameters.ts';
export { msToStamp, stampToMs } from './time.ts';
