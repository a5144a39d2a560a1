export { type NetworkManifest, readManifest } from './manifest.ts';
export { type Inference, type Network, openNetwork } from './network.ts';
export { openAllByParameter, openByParameter, type PlacingNode } from './open-by-parameter.ts';
export { PlacedNetwork } from './placed-network.ts';
export {
  type NetworkCost,
  type NetworkProfile,
  type NetworkRow,
  profileNetwork,
} from './profile-network.ts';
