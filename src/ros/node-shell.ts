import { basename } from 'node:path';
import type { Clock } from '../core/clock.ts';
import { accept, formatRefusal, type Refusal, type Result } from '../core/refusal.ts';
import { overridesFor, parseRosArguments } from './arguments.ts';
import { decodeImage, encodeImage, type StampedImage } from './image-cdr.ts';
import { type ParameterCheck, ParameterServer } from './parameter-server.ts';
import { type ParameterTable, parameterType, resolveParameters } from './parameter-table.ts';
import { type QosName, qosProfile } from './qos.ts';
import { loadRclnodejs, type Message, type RclLifecycleNode, type Rclnodejs } from './rclnodejs.ts';
import { spin } from './spin.ts';
import { rosClock } from './time.ts';

const imageType = 'sensor_msgs/msg/Image';
const success = 97;
const failure = 98;

/** Publishes only while the node is active. */
export type GatedPublisher = {
  publish(message: Message): void;
  readonly subscriptionCount: number;
};

/** What a node's own code gets to work with. */
export type NodeContext = {
  rcl: Rclnodejs;
  node: RclLifecycleNode;
  parameters: ParameterServer;
  clock: Clock;
  log: Record<'debug' | 'info' | 'warn' | 'error', (text: string) => void>;
  /** True between activate and deactivate. */
  isActive(): boolean;
  publisher(type: string, topic: string, qos: QosName): GatedPublisher;
  subscribe(type: string, topic: string, qos: QosName, callback: (message: Message) => void): void;
  /** As `subscribe`, also while the node is inactive: for what is said once and holds until it is said anew. */
  remember(type: string, topic: string, qos: QosName, callback: (message: Message) => void): void;
  /** Images on a topic; others than rgb8 and bgr8 are left out. */
  subscribeImages(topic: string, callback: (image: StampedImage) => void): void;
  publishImages(topic: string): (image: StampedImage) => void;
  service(type: string, name: string, handler: (request: Message) => Promise<Message> | Message): void;
  /** A timer on the node's clock, so that it follows /clock. */
  every(periodMs: number, callback: () => void): { cancel(): void };
  /** Logs a refusal and ends the process with exit code 1 after cleaning up. */
  fail(refusals: Refusal[]): void;
};

/** A node's own code. Callbacks of the lifecycle are synchronous in rclnodejs, so slow work belongs into `prepare`. */
export type NodeBehaviour = {
  activate?(): void;
  deactivate?(): void;
  /** Frees everything; called once, on every exit. */
  close?(): Promise<void> | void;
};

/** What makes a node: name, parameters, and a function that builds its behaviour. */
export type NodeDefinition = {
  name: string;
  /** A function where the table depends on what was given at start, such as a list of channels. */
  parameters: ParameterTable | ((overrides: ReadonlyMap<string, unknown>) => ParameterTable);
  /** What the table cannot say: checks all values together, at start and before every change. */
  check?: ParameterCheck;
  /** Opens what the node needs (networks, brokers) while it is unconfigured; a refusal ends the process with exit code 1. */
  prepare(context: NodeContext): Promise<Result<NodeBehaviour>>;
};

/** Parameters that every node has. */
export const commonParameters: ParameterTable = {
  autostart: {
    type: 'bool',
    default: true,
    description: 'Configure and activate at start; false leaves that to a lifecycle manager.',
    readOnly: true,
  },
};

/**
 * Runs one lifecycle node as a process until SIGINT, SIGTERM or its shutdown transition. Exit code 0
 * after an orderly end, 1 after a refusal (which is printed with its code).
 */
export async function runNode(definition: NodeDefinition): Promise<void> {
  const parsed = parseRosArguments(process.argv.slice(2));
  if (!parsed.ok) exitWith(definition.name, parsed.refusals);
  const name = parsed.value.name ?? definition.name;
  const namespace = normalizeNamespace(parsed.value.namespace);
  const overrides = overridesFor(`${namespace === '/' ? '' : namespace}/${name}`, parsed.value.overrides);
  const own =
    typeof definition.parameters === 'function' ? definition.parameters(overrides) : definition.parameters;
  const table = { ...commonParameters, ...own };
  const values = resolveParameters(table, overrides);
  if (!values.ok) exitWith(name, values.refusals);
  const check: ParameterCheck = (wanted) => definition.check?.(wanted) ?? accept(undefined);
  const checked = check(values.value);
  if (!checked.ok) exitWith(name, checked.refusals);

  const rcl = await loadRclnodejs();
  rcl.removeSignalHandlers();
  takeIntegerArrays(rcl);
  try {
    await rcl.init(undefined, process.argv);
  } catch (error) {
    process.stderr.write(`[${name}] ${error instanceof Error ? error.message : String(error)} [TT_USAGE]\n`);
    process.exit(1);
  }
  const node = createNode(rcl, { name, namespace, useSimTime: overrides.get('use_sim_time') === true });
  const parameters = new ParameterServer({ rcl, node, table, values: values.value, check });
  const runner = new Runner({ rcl, node, parameters });
  process.on('SIGINT', () => runner.end(0));
  process.on('SIGTERM', () => runner.end(0));
  endWithParent(runner);
  surviveClosedOutput();
  process.on('uncaughtException', (error) => runner.crash(error));
  process.on('unhandledRejection', (error) => runner.crash(error));
  spin(node);
  await runner.start(definition);
}

/** rclnodejs 2.2.0 wants bigints in an integer array, reads numbers from the command line, and aborts the process over that. */
function takeIntegerArrays({ Parameter }: Rclnodejs): void {
  const { validate } = Parameter.prototype;
  Parameter.prototype.validate = function () {
    if (this._type === parameterType['integer-array'])
      this._value = (this._value as (bigint | number)[]).map(BigInt);
    validate.call(this);
  };
}

/** A parent that starts us with TRIMTAB_END_WITH_STDIN holds our standard input open; it closes when the parent dies. */
function endWithParent(runner: Runner): void {
  if (!process.env.TRIMTAB_END_WITH_STDIN) return;
  process.stdin.on('end', () => runner.end(0)).on('error', () => runner.end(0));
  process.stdin.resume();
}

/**
 * Whoever read our output may be gone. An error of that stream would be an uncaught exception, whose report
 * goes to the same stream, and so on for ever.
 */
function surviveClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

function createNode(
  rcl: Rclnodejs,
  { name, namespace, useSimTime }: { name: string; namespace: string; useSimTime: boolean },
): RclLifecycleNode {
  const options = new rcl.NodeOptions();
  options.parameterOverrides = useSimTime ? [new rcl.Parameter('use_sim_time', 1, true)] : [];
  const node = rcl.createLifecycleNode(name, namespace, undefined, options);
  refuseUnavailableTransitions(node);
  surviveLostClients(node);
  return node;
}

/** rmw's words for an answer whose client is gone, or not yet discovered on a busy machine. */
function isLostClient(error: unknown): boolean {
  return error instanceof Error && error.message.includes('client will not receive response');
}

/** rclnodejs 2.2.0 aborts the process when an answer cannot be delivered; the client will time out and may ask again. */
function surviveLostClients(node: RclLifecycleNode): void {
  const execute = node.execute.bind(node);
  node.execute = (handles) => {
    try {
      execute(handles);
    } catch (error) {
      if (!isLostClient(error)) throw error;
      node.getLogger().warn('an answer could not be delivered: its client is gone');
    }
  };
}

/** rclnodejs 2.2.0 aborts the process on a transition that the state does not have, and any client may ask for one. */
function refuseUnavailableTransitions(node: RclLifecycleNode): void {
  const change = node._onChangeState.bind(node);
  node._onChangeState = (request, response) => {
    const { id, label } = request.transition;
    const available = node.availableTransitions.some(({ transition }) =>
      label === '' ? transition.id === id : transition.label === label,
    );
    if (available) change(request, response);
    else response.send({ success: false });
  };
}

function normalizeNamespace(namespace: string | undefined): string {
  if (!namespace || namespace === '/') return '/';
  return `/${namespace.replace(/^\/+|\/+$/g, '')}`;
}

function exitWith(name: string, refusals: Refusal[]): never {
  for (const refusal of refusals) process.stderr.write(`[${name}] ${formatRefusal(refusal)}\n`);
  process.exit(1);
}

class Runner {
  readonly #context: NodeContext;
  readonly #node: RclLifecycleNode;
  readonly #rcl: Rclnodejs;
  #behaviour: NodeBehaviour | undefined;
  #active = false;
  #ending = false;

  constructor({
    rcl,
    node,
    parameters,
  }: { rcl: Rclnodejs; node: RclLifecycleNode; parameters: ParameterServer }) {
    this.#rcl = rcl;
    this.#node = node;
    const logger = node.getLogger();
    const clock = rosClock(node);
    this.#context = {
      rcl,
      node,
      clock,
      parameters,
      log: {
        debug: (text) => logger.debug(text),
        info: (text) => logger.info(text),
        warn: (text) => logger.warn(text),
        error: (text) => logger.error(text),
      },
      isActive: () => this.#active,
      publisher: (type, topic, qos) => {
        const publisher = node.createPublisher(type, topic, { qos: qosProfile(rcl, qos) });
        return {
          publish: (message) => {
            if (this.#active) publisher.publish(message);
          },
          get subscriptionCount() {
            return publisher.subscriptionCount;
          },
        };
      },
      subscribe: (type, topic, qos, callback) => {
        node.createSubscription(type, topic, { qos: qosProfile(rcl, qos) }, (message: Message) => {
          if (this.#active) callback(message);
        });
      },
      remember: (type, topic, qos, callback) => {
        node.createSubscription(type, topic, { qos: qosProfile(rcl, qos) }, callback);
      },
      subscribeImages: (topic, callback) => {
        const options = { qos: qosProfile(rcl, 'sensor-data'), isRaw: true };
        node.createSubscription(imageType, topic, options, ((bytes: Buffer) => {
          const image = this.#active ? decodeImage(bytes) : undefined;
          if (image) callback(image);
        }) as (message: never) => void);
      },
      publishImages: (topic) => {
        const options = { qos: qosProfile(rcl, 'sensor-data'), isRaw: true };
        const publisher = node.createPublisher(imageType, topic, options);
        return (image) => {
          if (this.#active) publisher.publish(encodeImage(image));
        };
      },
      service: (type, name, handler) => {
        node.createService(type, name, (request, response) => {
          void Promise.resolve(handler(request))
            .then((answer) => response.send(answer))
            .catch((error: unknown) => {
              if (isLostClient(error))
                logger.warn(`an answer of ${name} could not be delivered: its client is gone`);
              else this.crash(error);
            });
        });
      },
      every: (periodMs, callback) => {
        const timer = node.createTimer(BigInt(Math.round(periodMs * 1e6)), () => callback());
        return {
          cancel: () => {
            timer.cancel();
            // Not at once: a timer may be cancelled from its own callback.
            setImmediate(() => {
              if (!this.#ending) node.destroyTimer(timer);
            });
          },
        };
      },
      fail: (refusals) => {
        for (const refusal of refusals) logger.error(formatRefusal(refusal));
        void this.end(1);
      },
    };
  }

  async start(definition: NodeDefinition): Promise<void> {
    this.#registerTransitions();
    const prepared = await definition.prepare(this.#context);
    if (this.#ending) return;
    if (!prepared.ok) {
      this.#context.fail(prepared.refusals);
      return;
    }
    this.#behaviour = prepared.value;
    if (this.#context.parameters.values.autostart) {
      this.#node.configure();
      this.#node.activate();
    }
  }

  #registerTransitions(): void {
    const node = this.#node;
    node.registerOnConfigure(() => {
      if (this.#behaviour) return success;
      this.#context.log.warn('configure refused: still opening what the node needs; try again');
      return failure;
    });
    node.registerOnActivate(() => {
      this.#active = true;
      this.#behaviour?.activate?.();
      this.#context.log.info(`${basename(node.getFullyQualifiedName())} active`);
      return success;
    });
    node.registerOnDeactivate(() => {
      this.#behaviour?.deactivate?.();
      this.#active = false;
      return success;
    });
    node.registerOnCleanup(() => success);
    node.registerOnShutdown(() => {
      void this.end(0);
      return success;
    });
  }

  crash(error: unknown): void {
    process.stderr.write(`[${this.#node.name()}] ${error instanceof Error ? error.stack : String(error)}\n`);
    void this.end(1);
  }

  async end(exitCode: number): Promise<void> {
    if (this.#ending) return;
    this.#ending = true;
    if (this.#active) this.#behaviour?.deactivate?.();
    this.#active = false;
    try {
      await this.#behaviour?.close?.();
    } finally {
      this.#rcl.shutdown();
      process.exit(exitCode);
    }
  }
}
