import type { RunningProcess } from '../../../src/io/process/process-group.ts';
import type { LiveGraph } from '../live-graph.ts';

/** The species of the zoo: rclpy nodes with a parameter `rate`, each with its own way to take a new value. */
export type Species =
  | 'obeys'
  | 'ignores'
  | 'rejects'
  | 'obeys_late'
  | 'obeys_when_idle'
  | 'reconfigures'
  | 'dies'
  | 'hangs'
  | 'vanishes';

/** The rate in Hz at which every species publishes until it takes another. */
export const startHz = 20;

/** A running node of the zoo. */
export type ZooTarget = {
  process: RunningProcess;
  /** Fully qualified; it has the double parameter `rate`. */
  node: string;
  /** std_msgs/msg/Header at the rate that the node has taken. */
  topic: string;
};

/** Starts one node of the zoo and waits until it can be asked. It ends with its graph. */
export async function startZooTarget(graph: LiveGraph, species: Species): Promise<ZooTarget> {
  const process = await graph.startPeer(`../zoo/${species}`);
  return { process, node: `/${species}`, topic: `/${species}/beat` };
}
