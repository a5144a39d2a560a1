import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProcessSpec } from '../../../src/io/process/process-group.ts';
import { type RosProcess, rosProcess, watchedProcess } from '../../../src/io/process/ros-process.ts';

const distRoot = fileURLToPath(new URL('../../../', import.meta.url));

/** The detector's network, the heavier of ours. */
export const detectorManifest = 'people.json';

/** What the stack's processes share. */
export type StackOptions = {
  seed: number;
  /** Folder of the networks. */
  modelsDir: string;
  specFile: string;
  stateDir: string;
  /** Size of the camera's images in pixels. */
  image: { width: number; height: number };
  /** The robot's CPU groups by name; empty where there are none. */
  cpuGroup: string;
  /** The robot's CPU budget. */
  cores: number;
};

/** The robot's processes, in the order of the data. Each stands in a CPU group of its own; the kernel shares the budget evenly among them. */
export const robotProcesses = ['camera', 'lidar', 'adaptor', 'projection', 'navigation', 'detector'] as const;

/** The five nodes of the robot with the adaptor between them, and profiler and tuner beside it. */
export function stackProcesses(options: StackOptions): ProcessSpec[] {
  const { seed, modelsDir, specFile, stateDir, image, cpuGroup, cores } = options;
  const processes: RosProcess[] = [
    { name: 'camera', program: 'sim/workload/stack/camera-node.js', parameters: { ...image, seed } },
    { name: 'lidar', program: 'sim/workload/stack/lidar-node.js', parameters: { seed } },
    {
      name: 'projection',
      program: 'sim/workload/stack/projection-node.js',
      remappings: { scan: 'projection/scan' },
    },
    {
      name: 'navigation',
      program: 'sim/workload/stack/navigation-node.js',
      remappings: { image_raw: 'camera/image_raw' },
    },
    {
      name: 'detector',
      program: 'sim/workload/detector-node.js',
      parameters: { model: join(modelsDir, detectorManifest) },
      remappings: { image_raw: 'detector/image_raw' },
    },
    {
      name: 'adaptor',
      program: 'src/nodes/adaptor.js',
      parameters: {
        channels: ['detector_image_raw', 'projection_scan'],
        ...channel('detector_image_raw', 'camera/image_raw', 'detector/image_raw'),
        ...channel('projection_scan', 'scan', 'projection/scan'),
      },
    },
    {
      name: 'profiler',
      program: 'src/nodes/profiler.js',
      parameters: {
        processes: robotProcesses.map(watchedProcess),
        cpu_of: [...robotProcesses],
        cpu_cores: cores,
        window_s: 1,
        period_s: 1,
      },
    },
    {
      name: 'tuner',
      program: 'src/nodes/tuner.js',
      parameters: { spec: specFile, state_dir: stateDir, cpu_group: cpuGroup },
    },
  ];
  return processes.map((each) => rosProcess({ ...each, program: join(distRoot, each.program) }));
}

/** As fast as the source, which is the default that overloads the robot. */
const unthrottledHz = 60;

function channel(name: string, from: string, to: string): Record<string, string | number> {
  return {
    [`channels.${name}.from`]: from,
    [`channels.${name}.to`]: to,
    [`channels.${name}.rate`]: unthrottledHz,
  };
}
