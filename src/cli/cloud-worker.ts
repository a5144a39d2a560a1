import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { accept, formatRefusal, type Refusal, type Result, refuse } from '../core/refusal.ts';
import { CloudWorker, type InferenceBackend } from '../io/cloud/index.ts';
import { type Network, openNetwork } from '../io/inference/index.ts';
import { untilStopped } from './until-stopped.ts';

/** How it is called. */
export const usage =
  'trimtab cloud-worker --broker mqtt://HOST:PORT --models DIR [--concurrency N], with N from 1 to 64';

/**
 * `trimtab cloud-worker`: executes the inference tasks that come through a broker, with the networks whose
 * manifests lie in a folder, until it is stopped. Prints one line of JSON with `broker` and `models` when it
 * is ready. Exit code 1 when it cannot start, 2 for a command line that cannot be understood.
 */
export async function run(args: string[]): Promise<number> {
  const options = readOptions(args);
  if (!options.ok) return fail(options.refusals, 2);
  const { broker, models, concurrency } = options.value;
  const stopped = untilStopped();
  const backend = await openBackend(models);
  if (!backend.ok) return fail(backend.refusals, 1);
  const worker = await CloudWorker.start({ url: broker, backend: backend.value, concurrency });
  if (!worker.ok) {
    await backend.value.close();
    return fail(worker.refusals, 1);
  }
  console.log(JSON.stringify({ broker, models: backend.value.models.map(({ id }) => id) }));
  await stopped;
  await worker.value.close();
  await backend.value.close();
  return 0;
}

type Options = { broker: string; models: string; concurrency: number };

function readOptions(args: string[]): Result<Options> {
  try {
    const text = { type: 'string' } as const;
    const { values } = parseArgs({ args, options: { broker: text, models: text, concurrency: text } });
    const { broker, models, concurrency = '1' } = values;
    const inRange = /^\d+$/.test(concurrency) && Number(concurrency) >= 1 && Number(concurrency) <= 64;
    if (broker !== undefined && models !== undefined && inRange) {
      return accept({ broker, models, concurrency: Number(concurrency) });
    }
  } catch {
    // An option that is not known; reported below with all else that cannot be understood.
  }
  const reason = 'the arguments of cloud-worker cannot be understood';
  return refuse({ code: 'TT_USAGE', reason, found: args.join(' '), accepted: usage });
}

/** Opens every network of a folder. Each runs one task at a time, so several at once are of different networks. */
async function openBackend(folder: string): Promise<Result<InferenceBackend>> {
  const manifests = await listManifests(folder);
  if (!manifests.ok) return manifests;
  const opened = await Promise.all(manifests.value.map((manifestFile) => openNetwork({ manifestFile })));
  const networks = opened.flatMap((result) => (result.ok ? [result.value] : []));
  const close = async () => {
    await Promise.all(networks.map((network) => network.close()));
  };
  const refusals = opened.flatMap((result) => (result.ok ? [] : result.refusals));
  if (refusals.length > 0) {
    await close();
    return refuse(...refusals);
  }
  const byId = new Map(networks.map((network) => [network.manifest.id, network]));
  const models = networks.map(({ manifest: { id, input } }) => ({
    id,
    inputWidth: input.width,
    inputHeight: input.height,
  }));
  // A copy of its own: the input shares its buffer with the message, all of which would go to the network's thread.
  const infer: InferenceBackend['infer'] = (model, input) =>
    (byId.get(model) as Network).inferInput(new Uint8Array(input));
  return accept({ models, infer, close });
}

async function listManifests(folder: string): Promise<Result<string[]>> {
  const names = await readdir(folder).catch((): string[] => []);
  const manifests = names.filter((name) => name.endsWith('.json')).map((name) => join(folder, name));
  if (manifests.length > 0) return accept(manifests);
  const reason = 'there is no manifest of a network in the folder';
  return refuse({
    code: 'TT_MODEL_MISSING',
    reason,
    found: folder,
    accepted: 'a folder with *.json manifests',
  });
}

function fail(refusals: Refusal[], exitCode: number): number {
  console.error(refusals.map(formatRefusal).join('\n'));
  return exitCode;
}
