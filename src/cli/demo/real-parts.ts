import type { RealPart } from '../../io/report/index.ts';

/** What of the demo was the real thing, and what a model stood in for. */
export function realParts({
  brokerKind,
  budget,
}: {
  brokerKind: string;
  budget: { description: string; real: boolean };
}): RealPart[] {
  return [
    {
      part: 'ROS graph',
      real: true,
      what: `ROS 2 ${process.env.ROS_DISTRO ?? ''}, every node a process of its own`,
    },
    { part: 'inference', real: true, what: 'ONNX networks run by onnxruntime on the CPU' },
    {
      part: 'measurement',
      real: true,
      what: 'rates, latencies and CPU time as they occurred on this machine',
    },
    { part: 'MQTT broker', real: true, what: brokerKind },
    {
      part: 'cloud worker',
      real: true,
      what: 'a separate process on this machine, outside the robot’s CPU budget',
    },
    { part: 'CPU budget', real: budget.real, what: budget.description },
    {
      part: 'profiler and tuner',
      real: true,
      what: 'outside the robot’s CPU budget, as on an operator’s computer',
    },
    { part: 'drone and camera', real: false, what: 'built-in kinematics and renderer (model)' },
    {
      part: 'link to the cloud',
      real: false,
      what: 'TCP proxy with delay, jitter, loss and bandwidth (model)',
    },
  ];
}
