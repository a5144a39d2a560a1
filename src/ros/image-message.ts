import type { Detection, RgbImage } from '../core/perception/detection.ts';
import type { Message } from './rclnodejs.ts';

/** sensor_msgs/msg/Image as an RGB image; undefined for encodings other than rgb8 and bgr8 or a size that does not fit. */
export function imageFromMessage(message: Message): RgbImage | undefined {
  const { width, height, encoding, step } = message;
  const source: Uint8Array = message.data;
  if ((encoding !== 'rgb8' && encoding !== 'bgr8') || step < width * 3 || source.length < step * height)
    return undefined;
  if (encoding === 'rgb8' && step === width * 3) return { width, height, data: source };
  const data = new Uint8Array(width * height * 3);
  const [red, blue] = encoding === 'rgb8' ? [0, 2] : [2, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = y * step + x * 3;
      const to = (y * width + x) * 3;
      data[to] = source[from + red] as number;
      data[to + 1] = source[from + 1] as number;
      data[to + 2] = source[from + blue] as number;
    }
  }
  return { width, height, data };
}

/** An RGB image as sensor_msgs/msg/Image. */
export function imageToMessage(image: RgbImage, header: Message): Message {
  return {
    header,
    height: image.height,
    width: image.width,
    encoding: 'rgb8',
    is_bigendian: 0,
    step: image.width * 3,
    data: image.data,
  };
}

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
