import { join } from 'node:path';
import { findFile, namesIn } from './find.ts';
import type { Machine, Part } from './part.ts';

const libraryFolders = ['usr/lib/x86_64-linux-gnu', 'usr/lib64', 'usr/lib'];
const cpuCost = 'networks run on the CPU';

/** The inference back ends: `runtime` is the folder of the package onnxruntime-node. */
export function probeInference(machine: Machine, runtime: string): Part[] {
  return [
    probeCpu(runtime),
    probeProvider(runtime, 'CUDA', 'libonnxruntime_providers_cuda.so'),
    probeProvider(runtime, 'TensorRT', 'libonnxruntime_providers_tensorrt.so'),
    probeWebGpu(machine, runtime),
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

/** Part of onnxruntime's own library where that is built for x64; it needs the loader of Vulkan, and a driver behind it. */
function probeWebGpu(machine: Machine, runtime: string): Part {
  const part = 'inference: WebGPU';
  const isBuilt =
    process.platform === 'linux' && process.arch === 'x64' && findLibrary(runtime, 'libonnxruntime.so');
  if (!isBuilt)
    return { part, state: 'absent', found: `onnxruntime has none for ${process.arch}`, cost: cpuCost };
  const folders = [
    ...libraryFolders,
    ...(machine.env.LD_LIBRARY_PATH ?? '').split(':').filter((path) => path !== ''),
  ];
  const loader = findFile(
    machine,
    folders.map((folder) => join(folder, 'libvulkan.so.1')),
  );
  if (loader) return { part, state: 'real', found: loader };
  return { part, state: 'absent', found: 'no Vulkan loader (libvulkan.so.1)', cost: cpuCost };
}

function probeDla(machine: Machine): Part {
  const part = 'inference: DLA';
  const device = findFile(machine, ['dev/nvhost-nvdla0', 'dev/nvhost-ctrl-nvdla0']);
  if (device) return { part, state: 'real', found: device };
  return { part, state: 'absent', found: 'no NVDLA device', cost: cpuCost };
}
