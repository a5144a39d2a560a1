import type { Detection } from '../core/perception/detection.ts';
import type { Message } from './rclnodejs.ts';

/** Detections as trimtab_msgs/msg/DetectionArray; the header is the image's. */
export function detectionsToMessage(header: Message, model: string, detections: Detection[]): Message {
  return {
    header,
    model,
    detections: detections.map((detection) => ({
      label: detection.label,
      score: detection.score,
      center_x: detection.centerX,
      center_y: detection.centerY,
      width: detection.width,
      height: detection.height,
    })),
  };
}

/** trimtab_msgs/msg/DetectionArray as detections. */
export function detectionsFromMessage(message: Message): Detection[] {
  return message.detections.map(
    (detection: Message): Detection => ({
      label: detection.label,
      score: detection.score,
      centerX: detection.center_x,
      centerY: detection.center_y,
      width: detection.width,
      height: detection.height,
    }),
  );
}
