export { type Broker, startBroker } from './broker.ts';
export { CloudClient, type CloudClientOptions, type CloudResult } from './cloud-client.ts';
export { CloudWorker, type CloudWorkerOptions, type CloudWorkerStats } from './cloud-worker.ts';
export type { InferenceBackend, OfferedModel } from './inference-backend.ts';
export type { TaskMessage } from './protocol.ts';
