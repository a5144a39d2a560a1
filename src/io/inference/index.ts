export { type NetworkManifest, readManifest } from './manifest.ts';
export { type Inference, type Network, openNetwork } from './network.ts';
export {
  type BackEnd,
  type NetworkCost,
  type NetworkProfile,
  type NetworkRow,
  profileNetwork,
} from './profile-network.ts';
