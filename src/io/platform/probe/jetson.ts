import { findFile, findProgram, namesIn } from './find.ts';
import type { Machine, Part } from './part.ts';

/** The parts of an NVIDIA Jetson that can be read and turned: its board, power modes, power sensors and GPU clock. */
export function probeJetson(machine: Machine): Part[] {
  return [probeBoard(machine), probePowerModes(machine), probePowerSensors(machine), probeGpu(machine)];
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
  return { part, state: 'absent', found: 'no nvpmodel', cost: 'power modes cannot be read or set' };
}

function probePowerSensors(machine: Machine): Part {
  const part = 'Jetson power sensors';
  const sensors = namesIn(machine, 'sys/bus/i2c/drivers/ina3221').filter((name) => /^\d+-/.test(name));
  if (sensors.length > 0) return { part, state: 'real', found: `ina3221 ${sensors.join(', ')}` };
  return { part, state: 'absent', found: 'no ina3221', cost: 'power is not measured' };
}

function probeGpu(machine: Machine): Part {
  const part = 'Jetson GPU';
  const gpu = namesIn(machine, 'sys/class/devfreq').find((name) => /\.(gpu|ga10b|gv11b|gp10b)$/.test(name));
  if (gpu) return { part, state: 'real', found: gpu };
  const cost = 'GPU load and clock are not measured';
  return { part, state: 'absent', found: 'no GPU in /sys/class/devfreq', cost };
}
