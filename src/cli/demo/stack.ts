import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProcessSpec } from '../../io/process/process-group.ts';
import { type RosProcess, rosProcess, watchedProcess } from '../../io/process/ros-process.ts';

/** The compiled tree that this file is part of, and the repository with models and config. */
export const distRoot = fileURLToPath(new URL('../../../', import.meta.url));

/** What the processes of the demo share. */
export type StackOptions = {
  seed: number;
  modelsDir: string;
  specFile: string;
  stateDir: string;
  /** Where the cloud client connects: the modelled link in front of the broker. */
  linkPort: number;
  brokerPort: number;
  /** The robot's CPU groups by name; empty where there are none. */
  cpuGroup: string;
  /** The robot's CPU budget. */
  cores: number;
};

/**
 * The robot's CPU groups and their processes, as if each application came in a container of its own: the
 * follow loop in one, mapping and inference in one each. The kernel shares the budget evenly among groups.
 */
export const robotGroups: Readonly<Record<string, readonly string[]>> = {
  core: ['detector', 'follower', 'adaptor'],
  preview: ['preview'],
  scheduler: ['scheduler'],
};

const robotProcesses = Object.values(robotGroups).flat();

/** The demo's ROS processes; broker and cloud worker are started before them. */
export function rosProcesses(options: StackOptions): ProcessSpec[] {
  const { seed, modelsDir, stateDir, specFile, linkPort, brokerPort, cpuGroup, cores } = options;
  return [
    node('camera', 'sim/world/world-node.js', { seed }),
    node('link', 'sim/net/link-node.js', { listen_port: linkPort, target_port: brokerPort, seed }),
    node(
      'detector',
      'sim/workload/detector-node.js',
      { model: join(modelsDir, 'vest.json') },
      { image_raw: 'camera/image_raw' },
    ),
    node('follower', 'sim/workload/follower-node.js', {}),
    node('preview', 'sim/workload/preview-node.js', {}, { image_raw: 'preview/image_raw' }),
    node('adaptor', 'src/nodes/adaptor.js', {
      channels: ['preview_image_raw'],
      'channels.preview_image_raw.from': 'camera/image_raw',
      'channels.preview_image_raw.to': 'preview/image_raw',
      'channels.preview_image_raw.rate': 30,
    }),
    node(
      'scheduler',
      'src/nodes/scheduler.js',
      {
        broker_url: `mqtt://127.0.0.1:${linkPort}`,
        models_dir: modelsDir,
        models: ['people'],
        'models.people.rate_hz': 15,
        'models.people.deadline_ms': 400,
      },
      { image_raw: 'camera/image_raw' },
    ),
    node('profiler', 'src/nodes/profiler.js', {
      processes: robotProcesses.map(watchedProcess),
      cpu_of: robotProcesses,
      cpu_cores: cores,
    }),
    node('tuner', 'src/nodes/tuner.js', { spec: specFile, state_dir: stateDir, cpu_group: cpuGroup }),
  ];
}

function node(
  name: string,
  script: string,
  parameters: NonNullable<RosProcess['parameters']>,
  remappings: Record<string, string> = {},
): ProcessSpec {
  return rosProcess({ name, program: join(distRoot, script), parameters, remappings });
}
