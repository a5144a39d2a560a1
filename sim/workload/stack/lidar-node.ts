import { seededRandom } from '../../../src/core/random.ts';
import { accept } from '../../../src/core/refusal.ts';
import { msToStamp, type NodeBehaviour, type NodeContext, runNode } from '../../../src/ros/index.ts';
import { Room } from './room.ts';
import { sensorParameters } from './sensor-parameters.ts';

const parameters = sensorParameters('Scans');

/** A lidar of 1799 beams in a room with moving pillars. */
void runNode({ name: 'lidar', parameters, prepare: async (context) => accept(lidar(context)) });

function lidar(context: NodeContext): NodeBehaviour {
  const { rate_hz, seed } = context.parameters.values as Record<string, number>;
  const room = new Room(seededRandom(seed as number));
  const scans = context.publisher('sensor_msgs/msg/LaserScan', 'scan', 'sensor-data');
  const periodS = 1 / (rate_hz as number);
  context.every(1000 * periodS, () => {
    if (!context.isActive()) return;
    const nowMs = context.clock.nowMs();
    const { angleMin, angleIncrement, ranges } = room.scan(nowMs / 1000);
    scans.publish({
      header: { stamp: msToStamp(nowMs), frame_id: 'lidar' },
      angle_min: angleMin,
      angle_max: angleMin + (ranges.length - 1) * angleIncrement,
      angle_increment: angleIncrement,
      time_increment: periodS / ranges.length,
      scan_time: periodS,
      range_min: 0.05,
      range_max: 30,
      ranges,
      intensities: new Float32Array(),
    });
  });
  return {};
}
