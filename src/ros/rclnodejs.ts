import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/*
 * rclnodejs' own declarations need message types that exist only after generation on the target machine,
 * and ambient const enums that isolatedModules forbids. This is the part of its API we use, no more.
 */

/** A ROS message, request or response as a plain object. */
// biome-ignore lint/suspicious/noExplicitAny: message classes are generated on the target machine, so their fields are unknown here
export type Message = Record<string, any>;

/** Seconds and nanoseconds as in builtin_interfaces/Time. */
export type Stamp = { sec: number; nanosec: number };

export type RclParameter = { readonly name: string; readonly type: number; value: unknown };
export type SetParametersResult = { successful: boolean; reason: string };

export type RclPublisher = { publish(message: Message | Buffer): void; readonly subscriptionCount: number };
export type RclSubscription = { readonly topic: string };
export type RclService = object;
export type RclTimer = { cancel(): void };
export type RclClient = {
  sendRequestAsync(request: Message, options?: { timeout?: number; signal?: AbortSignal }): Promise<Message>;
  waitForService(timeoutMs?: number): Promise<boolean>;
};

/** What the middleware knows of a received message; times in nanoseconds of the system's clock. */
export type MessageInfo = {
  readonly receivedTimestamp: bigint;
  /** Counted by each publisher from 1; -1 where the middleware numbers nothing. */
  readonly publicationSequenceNumber: bigint;
  readonly publisherGid: Buffer;
};

/** A member of a message, as rclnodejs' generated classes describe it. */
export type MessageField = {
  name: string;
  type: {
    isArray: boolean;
    isDynamicArray: boolean;
    arraySize: number | null;
    /** Null for primitive types. */
    pkgName: string | null;
    type: string;
    isPrimitiveType: boolean;
  };
};

/** Memory of a C struct; rclnodejs' ref-napi gives every Buffer `readPointer`. */
export type StructMemory = Buffer & { readPointer(offset: number): Pointer };

/** An address in such memory; `copy` takes the bytes [start, end) that begin there, without asking how many there are. */
export type Pointer = { copy(to: Buffer, toStart: number, start: number, end: number): unknown };

/** A C struct as ref-struct lays it out. */
export type RefStructType = { readonly size: number; readonly fields: Record<string, { offset: number }> };

/** A generated message class. */
export type MessageClass = {
  type(): object;
  readonly ROSMessageDef: { fields: MessageField[] };
  readonly refObjectType: RefStructType;
};

export type EndpointInfo = {
  topic_type: string;
  node_name: string;
  node_namespace: string;
  qos_profile: Message;
  /** Identity by which the middleware knows the endpoint: 16 bytes, 24 with Humble. */
  endpoint_gid: number[];
};

/** Internal to rclnodejs: what answers the services that set a node's parameters. */
export type RclParameterService = {
  _handleSetParameters(request: Message, response: RclResponse): void;
  _handleSetParametersAtomically(request: Message, response: RclResponse): void;
};

export type RclNode = {
  readonly _parameterService: RclParameterService;
  name(): string;
  namespace(): string;
  getFullyQualifiedName(): string;
  resolveTopicName(name: string): string;
  createPublisher(type: string, topic: string, options?: object): RclPublisher;
  createSubscription(
    type: string | object,
    topic: string,
    options: object,
    callback: (message: never, info: MessageInfo) => void,
  ): RclSubscription;
  createService(
    type: string,
    name: string,
    callback: (request: Message, response: RclResponse) => void,
  ): RclService;
  createClient(type: string, name: string): RclClient;
  createTimer(periodNs: bigint, callback: () => void, clock?: object): RclTimer;
  destroyPublisher(publisher: RclPublisher): void;
  destroySubscription(subscription: RclSubscription): void;
  destroyClient(client: RclClient): void;
  destroyTimer(timer: RclTimer): void;
  destroy(): void;
  createGuardCondition(callback: () => void): { trigger(): void };
  /** Starts the executor's thread; `timeoutMs` is the longest it waits before it looks around. */
  spin(timeoutMs?: number): void;
  /** Ends it. */
  stop(): void;
  /** Internal to rclnodejs: tells the executor's thread which entities there are. */
  syncHandles(): void;
  declareParameters(
    parameters: RclParameter[],
    descriptors: object[],
    ignoreOverrides?: boolean,
  ): RclParameter[];
  undeclareParameter(name: string): void;
  getParameter(name: string): RclParameter;
  getParameterNames(): string[];
  getServiceNamesAndTypes(): { name: string; types: string[] }[];
  setParametersAtomically(parameters: RclParameter[]): SetParametersResult;
  addPostSetParametersCallback(callback: (parameters: RclParameter[]) => void): void;
  getPublishersInfoByTopic(topic: string): EndpointInfo[];
  getSubscriptionsInfoByTopic(topic: string): EndpointInfo[];
  getTopicNamesAndTypes(): { name: string; types: string[] }[];
  getNodeNamesAndNamespaces(): { name: string; namespace: string }[];
  getPublisherNamesAndTypesByNode(name: string, namespace: string): { name: string; types: string[] }[];
  getSubscriptionNamesAndTypesByNode(name: string, namespace: string): { name: string; types: string[] }[];
  getClock(): { now(): { nanoseconds: bigint }; readonly isRosTimeActive: boolean };
  getLogger(): Record<'debug' | 'info' | 'warn' | 'error' | 'fatal', (text: string) => void> & {
    setLoggerLevel(level: number): void;
  };
};

export type RclResponse = { template: Message; send(message: Message): void };

type TransitionCallback = () => number;
export type RclLifecycleNode = RclNode & {
  readonly currentState: { id: number; label: string };
  readonly availableTransitions: { transition: { id: number; label: string } }[];
  /** Internal to rclnodejs: the handler of ~/change_state. */
  _onChangeState(request: Message, response: RclResponse): void;
  /** Called by rclnodejs' native side with what is ready. */
  execute(handles: unknown[]): void;
  registerOnConfigure(callback: TransitionCallback): void;
  registerOnActivate(callback: TransitionCallback): void;
  registerOnDeactivate(callback: TransitionCallback): void;
  registerOnCleanup(callback: TransitionCallback): void;
  registerOnShutdown(callback: TransitionCallback): void;
  configure(): { label: string };
  activate(): { label: string };
  deactivate(): { label: string };
  cleanup(): { label: string };
  shutdown(): { label: string };
};

export type ServerGoalHandle = {
  readonly request: Message;
  readonly isCancelRequested: boolean;
  execute(): void;
  publishFeedback(feedback: Message): void;
  succeed(): void;
  abort(): void;
  canceled(): void;
};

export type ClientGoalHandle = {
  isAccepted(): boolean;
  isSucceeded(): boolean;
  isCanceled(): boolean;
  cancelGoal(): Promise<Message>;
  getResult(): Promise<Message>;
};

export type RclActionClient = {
  waitForServer(timeoutMs: number): Promise<boolean>;
  sendGoal(goal: Message, onFeedback: (feedback: Message) => void): Promise<ClientGoalHandle>;
  destroy(): void;
};

/** The part of the rclnodejs module that Trimtab uses. */
export type Rclnodejs = {
  init(context?: object, argv?: string[]): Promise<void>;
  shutdown(): void;
  isShutdown(): boolean;
  removeSignalHandlers(): void;
  createNode(name: string, namespace?: string, context?: object, options?: object, args?: string[]): RclNode;
  createLifecycleNode(name: string, namespace?: string, context?: object, options?: object): RclLifecycleNode;
  createMessageObject(type: string): Message;
  require(type: string): unknown;
  Clock: new (type: number) => object;
  Context: { defaultContext(): object };
  NodeOptions: new () => { parameterOverrides: RclParameter[] };
  Parameter: {
    new (name: string, type: number, value: unknown): RclParameter;
    /** Called on every value that a parameter gets. */
    prototype: { validate(this: { readonly _type: number; _value: unknown }): void };
    /** Of rcl_interfaces/msg/Parameter. */
    fromParameterMessage(message: Message): RclParameter;
  };
  ParameterDescriptor: new (
    name: string,
    type: number,
    description: string,
    readOnly: boolean,
  ) => { additionalConstraints: string; toMessage(): Message };
  QoS: {
    new (
      history: number,
      depth: number,
      reliability: number,
      durability: number,
      liveliness?: number,
    ): object;
    profileServicesDefault: string;
  };
  ActionServer: new (
    node: RclNode,
    type: string,
    name: string,
    execute: (goal: ServerGoalHandle) => Promise<Message>,
    onGoal: (goal: Message) => number,
    onAccepted: undefined,
    onCancel: () => number,
  ) => { destroy(): void };
  ActionClient: new (node: RclNode, type: string, name: string) => RclActionClient;
};

let loaded: Promise<Rclnodejs> | undefined;

/**
 * Loads rclnodejs once. Importing it without its native binding starts a rebuild that first deletes the
 * old one, so the environment is checked before.
 *
 * @throws Error with the cure when no ROS 2 environment is set or the binding is not built.
 */
export function loadRclnodejs(): Promise<Rclnodejs> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Rclnodejs> {
  if (!process.env.AMENT_PREFIX_PATH || !process.env.ROS_DISTRO) {
    throw new Error('no ROS 2 environment: start through ./trimtab, or source your ROS 2 setup file first');
  }
  const root = dirname(createRequire(import.meta.url).resolve('rclnodejs/package.json'));
  if (!hasBinding(root)) {
    throw new Error(`the native part of rclnodejs is not built in ${root}: run ./trimtab setup`);
  }
  const module = (await import('rclnodejs')) as unknown as { default: Rclnodejs };
  return module.default;
}

/** Built here, or one that rclnodejs brings for just this Ubuntu; it has the same idea of which that is. */
function hasBinding(root: string): boolean {
  const { platform, arch, env } = process;
  const prebuilt = `${env.ROS_DISTRO}-${osCodename()}-${arch}-node-rclnodejs.node`;
  return [
    join('build', 'Release', 'rclnodejs.node'),
    join('prebuilds', `${platform}-${arch}`, prebuilt),
  ].some((file) => existsSync(join(root, file)));
}

function osCodename(): string {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  return /^VERSION_CODENAME="?(\w+)/m.exec(release)?.[1] ?? '';
}
