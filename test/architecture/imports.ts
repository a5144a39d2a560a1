import { posix } from 'node:path';
import ts from 'typescript';
import { isTest, type Sources } from './sources.ts';

/** What each layer may import of ours, besides itself. Imports point one way: nodes, cli, sim -> io, ros -> core. */
const layers: Record<string, string[]> = {
  'src/core': [],
  'src/io': ['src/core'],
  'src/ros': ['src/core'],
  'src/nodes': ['src/core', 'src/io', 'src/ros'],
  sim: ['src/core', 'src/io', 'src/ros'],
  'src/cli': ['src/core', 'src/io', 'src/ros', 'src/nodes', 'sim'],
};

/** Pure packages that core may import. */
const corePackages = ['yaml'];

/** Every import that points the wrong way, as one sentence each. */
export function misdirectedImports(sources: Sources): string[] {
  return [...sources].flatMap(([path, text]) => {
    const layer = layerOf(path);
    if (layer === undefined || isTest(path)) return [];
    return importsOf(path, text).flatMap((target) => complaint(path, layer, target));
  });
}

function complaint(path: string, layer: string, target: string): string[] {
  if (target === 'rclnodejs' || target.startsWith('rclnodejs/'))
    return layer === 'src/ros' ? [] : [`${path} imports rclnodejs, which only src/ros may`];
  const targetLayer = layerOf(target);
  if (targetLayer === undefined) {
    const allowed = layer !== 'src/core' || corePackages.includes(target);
    return allowed ? [] : [`${path} imports ${target}, which is not on core's list`];
  }
  if (isTest(target)) return [`${path} imports the test ${target}`];
  const allowed = targetLayer === layer || layers[layer]?.includes(targetLayer);
  return allowed ? [] : [`${path} imports ${target}: ${layer} must not know ${targetLayer}`];
}

function layerOf(path: string): string | undefined {
  return Object.keys(layers).find((layer) => path.startsWith(`${layer}/`));
}

/** What a file imports, types and dynamic imports included; files of ours by their path, packages by name. */
function importsOf(path: string, text: string): string[] {
  const { importedFiles } = ts.preProcessFile(text, true, true);
  return importedFiles.map(({ fileName }) =>
    fileName.startsWith('.') ? posix.join(posix.dirname(path), fileName) : fileName,
  );
}
