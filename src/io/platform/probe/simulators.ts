import { findFile, findProgram, namesIn } from './find.ts';
import type { Machine, Part } from './part.ts';

/** Gazebo, which can stand for the robot's world. */
export function probeGazebo(machine: Machine): Part {
  const part = 'Gazebo';
  const program = findProgram(machine, 'gz') ?? findProgram(machine, 'ign');
  if (program) return { part, state: 'real', found: program };
  const cost = 'the world is the built-in kinematics and camera renderer (a model)';
  return { part, state: 'absent', found: 'neither gz nor ign on PATH', cost };
}

/** ns-3, which can stand for the radio network. */
export function probeNs3(machine: Machine): Part {
  const part = 'ns-3';
  const folders = ['usr/include', 'usr/local/include'];
  const headers = folders.flatMap((folder) =>
    namesIn(machine, folder)
      .filter((name) => /^ns3/.test(name))
      .map((name) => `/${folder}/${name}`),
  );
  const found = headers[0] ?? findProgram(machine, 'ns3');
  if (found) return { part, state: 'real', found };
  return { part, state: 'absent', found: 'no headers, no program', cost: linkModel };
}

/** Mininet-WiFi, which emulates a radio network with the kernel's own stack. */
export function probeMininetWifi(machine: Machine): Part {
  const part = 'Mininet-WiFi';
  const local = namesIn(machine, 'usr/local/lib')
    .filter((name) => name.startsWith('python3'))
    .map((name) => `usr/local/lib/${name}/dist-packages/mn_wifi`);
  const found = findFile(machine, ['usr/lib/python3/dist-packages/mn_wifi', ...local]);
  if (found) return { part, state: 'real', found };
  return { part, state: 'absent', found: 'no Python package mn_wifi', cost: linkModel };
}

const linkModel = 'the link to the cloud is a delay, loss and bandwidth model';
