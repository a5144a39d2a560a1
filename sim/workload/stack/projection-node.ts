import { accept } from '../../../src/core/refusal.ts';
import { type NodeBehaviour, type NodeContext, runNode } from '../../../src/ros/index.ts';
import { pointBytes, projectScan } from './projection.ts';

/** How the lidar is mounted. */
const mount = { heightM: 0.4, tiltRad: 0.05 };
const float32 = 7;
const fields = ['x', 'y', 'z'].map((name, i) => ({ name, offset: 4 * i, datatype: float32, count: 1 }));

/** Turns each laser scan into a point cloud in the robot's frame. */
void runNode({ name: 'projection', parameters: {}, prepare: async (context) => accept(projection(context)) });

function projection(context: NodeContext): NodeBehaviour {
  const points = context.publisher('sensor_msgs/msg/PointCloud2', 'points', 'sensor-data');
  context.subscribe('sensor_msgs/msg/LaserScan', 'scan', 'sensor-data', (message) => {
    const { header, angle_min, angle_increment, ranges } = message;
    const data = projectScan({ angleMin: angle_min, angleIncrement: angle_increment, ranges }, mount);
    points.publish({
      header: { stamp: header.stamp, frame_id: 'base' },
      height: 1,
      width: data.length / pointBytes,
      fields,
      is_bigendian: false,
      point_step: pointBytes,
      row_step: data.length,
      data,
      is_dense: true,
    });
  });
  return {};
}
