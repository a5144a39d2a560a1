import type { RgbImage } from '../../core/perception/detection.ts';
import { accept, type Result, refuse } from '../../core/refusal.ts';
import type { NetworkManifest } from './manifest.ts';
import { type Inference, type Network, openNetwork } from './network.ts';

/** A network that is open and warm in another place. Exactly one of the two is to be called. */
export type Move = {
  /** What is asked from now on runs in the new place; what was asked before ends in the old one, which is then given up. */
  commit: () => void;
  /** Gives the new place up again. */
  discard: () => void;
};

/** A network that can be moved between back ends while it is in use; nothing that was asked of it is lost by that. */
export class PlacedNetwork implements Network {
  readonly #manifestFile: string;
  readonly #open: typeof openNetwork;
  readonly #prepare: Network['prepare'];
  readonly manifest: NetworkManifest;
  #placement: string;
  #ranOn: string;
  /** Settles when nothing runs any more where it ran before, so that results keep their order. */
  #current: Promise<Network>;
  #opening: { placement: string; move: Promise<Result<Move>> } | undefined;
  #closing: Promise<void> | undefined;

  private constructor(options: {
    manifestFile: string;
    placement: string;
    network: Network;
    open: typeof openNetwork;
  }) {
    this.#manifestFile = options.manifestFile;
    this.#open = options.open;
    this.#prepare = options.network.prepare;
    this.manifest = options.network.manifest;
    this.#placement = options.placement;
    this.#ranOn = options.network.ranOn;
    this.#current = Promise.resolve(options.network);
  }

  /** Refuses what `openNetwork` refuses. `open` is for tests. */
  static async open(
    options: { manifestFile: string; placement: string },
    open: typeof openNetwork = openNetwork,
  ): Promise<Result<PlacedNetwork>> {
    const network = await open(options);
    return network.ok ? accept(new PlacedNetwork({ ...options, network: network.value, open })) : network;
  }

  /** Where it runs, as it was asked for. */
  get placement(): string {
    return this.#placement;
  }

  get ranOn(): string {
    return this.#ranOn;
  }

  readonly prepare = (image: RgbImage): Uint8Array => this.#prepare(image);

  readonly infer = (image: RgbImage): Promise<Inference> => this.inferInput(this.prepare(image));

  readonly inferInput = async (input: Uint8Array): Promise<Inference> =>
    (await this.#current).inferInput(input);

  /**
   * Opens it in another place and proves that it runs there, while it goes on where it is. Whoever asks for the place that is
   * being opened gets the same answer. Refuses what `openNetwork` refuses, and TT_BUSY while another place is being opened.
   */
  prepareMove(placement: string): Promise<Result<Move>> {
    if (this.#closing) return Promise.resolve(this.#closed());
    if (this.#opening?.placement === placement) return this.#opening.move;
    if (this.#opening) {
      const reason = `the network ${this.manifest.id} is currently moved to ${this.#opening.placement}; try again`;
      return Promise.resolve(refuse({ code: 'TT_BUSY', reason, found: placement }));
    }
    if (placement === this.#placement)
      return Promise.resolve(accept({ commit: () => undefined, discard: () => undefined }));
    const move = this.#openIn(placement).finally(() => {
      this.#opening = undefined;
    });
    this.#opening = { placement, move };
    return move;
  }

  /** Finishes what was asked before and frees the network, also one that is being opened. May be called again. */
  readonly close = (): Promise<void> => {
    this.#closing ??= this.#end();
    return this.#closing;
  };

  async #end(): Promise<void> {
    await this.#opening?.move;
    await (await this.#current).close();
  }

  async #openIn(placement: string): Promise<Result<Move>> {
    const opened = await this.#open({ manifestFile: this.#manifestFile, placement });
    if (!opened.ok) return opened;
    const next = opened.value;
    if (this.#closing) {
      await next.close();
      return this.#closed();
    }
    let isOpen = true;
    const once = (act: () => void) => () => {
      if (isOpen) act();
      isOpen = false;
    };
    return accept({
      commit: once(() => {
        this.#placement = placement;
        this.#ranOn = next.ranOn;
        this.#current = this.#current.then((before) => before.close()).then(() => next);
      }),
      discard: once(() => void next.close()),
    });
  }

  #closed(): { ok: false; refusals: [{ code: 'TT_STATE'; reason: string }] } {
    return {
      ok: false,
      refusals: [{ code: 'TT_STATE', reason: `the network ${this.manifest.id} is closed` }],
    };
  }
}
