import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProcessSpec } from '../../io/process/process-group.ts';

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
    rosProcess('camera', 'sim/world/world-node.js', { seed }),
    rosProcess('link', 'sim/net/link-node.js', { listen_port: linkPort, target_port: brokerPort, seed }),
    rosProcess(
      'detector',
      'sim/workload/detector-node.js',
      { model: join(modelsDir, 'vest.json') },
      { image_raw: 'camera/image_raw' },
    ),
    rosProcess('follower', 'sim/workload/follower-node.js', {}),
    rosProcess('preview', 'sim/workload/preview-node.js', {}, { image_raw: 'preview/image_raw' }),
    rosProcess('adaptor', 'src/nodes/adaptor.js', {
      channels: ['preview_image_raw'],
      'channels.preview_image_raw.from': 'camera/image_raw',
      'channels.preview_image_raw.to': 'preview/image_raw',
      'channels.preview_image_raw.rate': 30,
    }),
    rosProcess(
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
    rosProcess('profiler', 'src/nodes/profiler.js', {
      processes: robotProcesses.map((name) => `${name}=${ownPattern(name)}`),
      cpu_of: robotProcesses,
      cpu_cores: cores,
    }),
    rosProcess('tuner', 'src/nodes/tuner.js', { spec: specFile, state_dir: stateDir, cpu_group: cpuGroup }),
  ];
}

/**
 * Stands on every process's command line, as a remapping of a name that nobody uses: the profiler must not
 * take the processes of another demo on this machine for its own.
 */
const runMark = `demo_run:=run_${process.pid}`;

/** The last letter in brackets keeps the pattern from matching the profiler's own command line, where it stands. */
function ownPattern(name: string): string {
  return `__node:=${name.slice(0, -1)}[${name.at(-1)}] .*${runMark}( |$)`;
}

type RosValue = string | number | boolean | string[];

function rosProcess(
  name: string,
  script: string,
  parameters: Record<string, RosValue>,
  remappings: Record<string, string> = {},
): ProcessSpec {
  const args = [join(distRoot, script), '--ros-args', '-r', `__node:=${name}`];
  for (const [from, to] of Object.entries(remappings)) args.push('-r', `${from}:=${to}`);
  for (const [parameter, value] of Object.entries(parameters))
    args.push('-p', `${parameter}:=${JSON.stringify(value)}`);
  args.push('-r', runMark);
  return { name, command: process.execPath, args };
}
