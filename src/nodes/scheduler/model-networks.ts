import { join } from 'node:path';
import { accept, type Result, refuse } from '../../core/refusal.ts';
import { type ModelProfile, type Task, type Variant, variantsOf } from '../../core/schedule/index.ts';
import { type Network, openAllByParameter, type PlacingNode } from '../../io/inference/index.ts';

/** The open networks of the node's models: one for each variant of each model, which a model's `placement` places together. */
export class ModelNetworks {
  readonly #ofModels: ReadonlyMap<string, ReadonlyMap<string, Network>>;

  private constructor(ofModels: ReadonlyMap<string, ReadonlyMap<string, Network>>) {
    this.#ofModels = ofModels;
  }

  /** Opens all of them from their manifests in a folder, or none: refuses what `openByParameter` refuses. */
  static async open(
    node: PlacingNode,
    models: readonly ModelProfile[],
    folder: string,
  ): Promise<Result<ModelNetworks>> {
    const opened = await Promise.all(
      models.map((model) => {
        const manifests = variantsOf(model).map(({ id }) => join(folder, `${id}.json`));
        return openAllByParameter(node, `models.${model.id}.placement`, manifests);
      }),
    );
    const ofModels = new Map<string, ReadonlyMap<string, Network>>();
    models.forEach((model, i) => {
      const networks = opened[i];
      if (!networks?.ok) return;
      const named = variantsOf(model).map(({ id }, j) => [id, networks.value[j] as Network] as const);
      ofModels.set(model.id, new Map(named));
    });
    const all = new ModelNetworks(ofModels);
    const refusals = opened.flatMap((each) => (each.ok ? [] : each.refusals));
    if (refusals.length === 0) return accept(all);
    await all.close();
    return refuse(...refusals);
  }

  /** What runs a task as this variant of its model. */
  readonly of = ({ model }: Task, variant: Variant): Network =>
    this.#ofModels.get(model)?.get(variant.id) as Network;

  async close(): Promise<void> {
    for (const networks of this.#ofModels.values())
      for (const network of networks.values()) await network.close();
  }
}
