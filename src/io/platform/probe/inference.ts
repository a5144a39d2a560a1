import { join } from 'node:path';
import { findFile, namesIn } from './find.ts';
import type { Machine, Part } from './part.ts';

const cpuCost = 'networks run on the CPU';

/** The inference back ends: `runtime` is the folder of the package onnxruntime-node. */
export function probeInference(machine: Machine, runtime: string): Part[] {
  return [
    probeCpu(runtime),
    probeProvider(runtime, 'CUDA', 'libonnxruntime_providers_cuda.so'),
    probeProvider(runtime, 'TensorRT', 'libonnxruntime_providers_tensorrt.so'),
    probeDla(machine),
  ];
}

function probeCpu(runtime: string): Part {
  const part = 'inference: CPU';
  const found = findLibrary(runtime, 'libonnxruntime.so');
  if (found) return { part, state: 'real', found: `onnxruntime (${process.arch})`, required: true };
  const cost = 'no network can run on this machine';
  return { part, state: 'absent', found: `no onnxruntime for ${process.arch}`, cost, required: true };
}

function probeProvider(runtime: string, name: string, library: string): Part {
  const part = `inference: ${name}`;
  if (findLibrary(runtime, library)) return { part, state: 'real', found: library };
  return { part, state: 'absent', found: `${library} is not installed`, cost: cpuCost };
}

function findLibrary(runtime: string, library: string): boolean {
  const machine: Machine = { env: {}, root: runtime };
  return namesIn(machine, 'bin').some((version) =>
    namesIn(machine, join('bin', version, process.platform, process.arch)).some((name) =>
      name.startsWith(library),
    ),
  );
}

function probeDla(machine: Machine): Part {
  const part = 'inference: DLA';
  const device = findFile(machine, ['dev/nvhost-nvdla0', 'dev/nvhost-ctrl-nvdla0']);
  if (device) return { part, state: 'real', found: device };
  return { part, state: 'absent', found: 'no NVDLA device', cost: cpuCost };
}
