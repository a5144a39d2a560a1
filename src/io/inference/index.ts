export { type NetworkManifest, readManifest } from './manifest.ts';
export { type Inference, type Network, openNetwork } from './network.ts';
