import { accept, type Result, refuse } from '../../core/refusal.ts';
import { type Move, PlacedNetwork } from './placed-network.ts';

/** What of a node is needed to open networks where one of its parameters says. */
export type PlacingNode = {
  parameters: {
    readonly values: Readonly<Record<string, unknown>>;
    /** A change of the parameter is answered when `prepare` has an answer; then what it gave is put in force or given up. */
    prepareChanges(name: string, prepare: (value: string) => Promise<Result<Move>>): void;
  };
  log: { info(text: string): void };
};

/**
 * Opens a network where a parameter of the node says, and lets the parameter move it from then on: whoever sets it is
 * answered when the network runs there, or why it does not. To be called before the node answers anybody, so that the
 * parameter never holds what is not so.
 */
export async function openByParameter(
  node: PlacingNode,
  parameter: string,
  manifestFile: string,
): Promise<Result<PlacedNetwork>> {
  const opened = await openAllByParameter(node, parameter, [manifestFile]);
  return opened.ok ? accept(opened.value[0] as PlacedNetwork) : opened;
}

/** As `openByParameter`, for several networks that one parameter places, in their order: all are opened and moved, or none is. */
export async function openAllByParameter(
  { parameters, log }: PlacingNode,
  parameter: string,
  manifestFiles: readonly string[],
): Promise<Result<PlacedNetwork[]>> {
  const tell = ({ manifest, placement, ranOn }: PlacedNetwork) =>
    log.info(`network ${manifest.id} runs on ${placement}: ${ranOn}`);
  const opening = openAll(manifestFiles, parameters.values[parameter] as string);
  parameters.prepareChanges(parameter, async (placement: string): Promise<Result<Move>> => {
    const opened = await opening;
    return opened.ok ? prepareAll(opened.value, placement, tell) : opened;
  });
  const opened = await opening;
  if (opened.ok) for (const network of opened.value) tell(network);
  return opened;
}

async function openAll(
  manifestFiles: readonly string[],
  placement: string,
): Promise<Result<PlacedNetwork[]>> {
  const opened = await Promise.all(
    manifestFiles.map((manifestFile) => PlacedNetwork.open({ manifestFile, placement })),
  );
  const networks = opened.flatMap((each) => (each.ok ? [each.value] : []));
  const refusals = opened.flatMap((each) => (each.ok ? [] : each.refusals));
  if (refusals.length === 0) return accept(networks);
  await Promise.all(networks.map((network) => network.close()));
  return refuse(...refusals);
}

/** Prepares the move of all; refused as the first that cannot move, as all would say the same of a place that is not there. */
async function prepareAll(
  networks: readonly PlacedNetwork[],
  placement: string,
  tell: (network: PlacedNetwork) => void,
): Promise<Result<Move>> {
  const moving = networks.filter((network) => network.placement !== placement);
  const prepared = await Promise.all(networks.map((network) => network.prepareMove(placement)));
  const moves = prepared.flatMap((each) => (each.ok ? [each.value] : []));
  const discard = () => {
    for (const move of moves) move.discard();
  };
  const refused = prepared.find((each) => !each.ok);
  if (refused !== undefined) {
    discard();
    return refused;
  }
  const commit = () => {
    for (const move of moves) move.commit();
    for (const network of moving) tell(network);
  };
  return accept({ commit, discard });
}
