import { accept, type Result } from '../../core/refusal.ts';
import { type Move, PlacedNetwork } from './placed-network.ts';

/** What of a node is needed to open a network where one of its parameters says. */
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
  { parameters, log }: PlacingNode,
  parameter: string,
  manifestFile: string,
): Promise<Result<PlacedNetwork>> {
  const opening = PlacedNetwork.open({ manifestFile, placement: parameters.values[parameter] as string });
  const tell = ({ manifest, placement, ranOn }: PlacedNetwork) =>
    log.info(`network ${manifest.id} runs on ${placement}: ${ranOn}`);
  parameters.prepareChanges(parameter, async (placement: string): Promise<Result<Move>> => {
    const opened = await opening;
    if (!opened.ok) return opened;
    const network = opened.value;
    const before = network.placement;
    const move = await network.prepareMove(placement);
    if (!move.ok || placement === before) return move;
    const commit = () => {
      move.value.commit();
      tell(network);
    };
    return accept({ ...move.value, commit });
  });
  const opened = await opening;
  if (opened.ok) tell(opened.value);
  return opened;
}
