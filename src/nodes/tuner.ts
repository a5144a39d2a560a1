import { accept, type Result } from '../core/refusal.ts';
import { readSpecFile } from '../io/spec-file.ts';
import { type NodeBehaviour, type NodeContext, runNode } from '../ros/index.ts';
import { checkParameters } from './tuner/check-parameters.ts';
import { tunerParameters } from './tuner/parameters.ts';
import { TunerNode } from './tuner/tuner-node.ts';

/** See docs/tuner.md. */
void runNode({ name: 'tuner', parameters: tunerParameters, check: checkParameters, prepare });

async function prepare(context: NodeContext): Promise<Result<NodeBehaviour>> {
  const file = context.parameters.values.spec as string;
  const spec = file === '' ? undefined : readSpecFile(file);
  if (spec && !spec.ok) return spec;
  const node = new TunerNode(context);
  await node.recover();
  if (spec) node.putInForce(file, spec.value);
  return accept(node);
}
