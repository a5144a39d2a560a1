import { probeBroker } from './broker.ts';
import { probeCgroup } from './cgroup.ts';
import { probeComputer } from './computer.ts';
import { probeInference } from './inference.ts';
import { probeJetson } from './jetson.ts';
import type { Machine, Part } from './part.ts';
import { probeLaunch, probeMessages, probeRmw, probeRos, probeRos2Cli } from './ros.ts';
import { probeSensors } from './sensors.ts';
import { probeSharedMemory } from './shared-memory.ts';
import { probeGazebo, probeMininetWifi, probeNs3 } from './simulators.ts';

export type { Machine, Part } from './part.ts';

/** Looks at every part that Trimtab uses or could use; `runtime` is the folder of the package onnxruntime-node. */
export async function probeAll(machine: Machine, runtime: string): Promise<Part[]> {
  return [
    await probeComputer(),
    probeRos(machine),
    probeRmw(machine),
    probeSharedMemory(machine),
    probeMessages(machine),
    probeRos2Cli(machine),
    probeLaunch(machine),
    probeBroker(machine),
    ...probeInference(machine, runtime),
    probeCgroup(),
    ...probeSensors(machine),
    ...probeJetson(machine),
    probeGazebo(machine),
    probeNs3(machine),
    probeMininetWifi(machine),
  ];
}
