import { findFile, findProgram } from './find.ts';
import type { Machine, Part } from './part.ts';

/** What makes a board an NVIDIA Jetson, and the program that sets its power modes. */
export function probeJetson(machine: Machine): Part[] {
  return [probeBoard(machine), probePowerModes(machine)];
}

function probeBoard(machine: Machine): Part {
  const part = 'Jetson board';
  const release = findFile(machine, ['etc/nv_tegra_release']);
  if (release) return { part, state: 'real', found: release };
  return {
    part,
    state: 'absent',
    found: 'no /etc/nv_tegra_release',
    cost: 'this machine stands for the board',
  };
}

function probePowerModes(machine: Machine): Part {
  const part = 'Jetson power modes';
  const nvpmodel = findProgram(machine, 'nvpmodel');
  if (nvpmodel) return { part, state: 'real', found: nvpmodel };
  return { part, state: 'absent', found: 'no nvpmodel', cost: 'power modes cannot be set' };
}
