import { parseArgs } from 'node:util';
import { accept, formatRefusal, type Result, refuse } from '../core/refusal.ts';
import { startBroker } from '../io/cloud/index.ts';
import { untilStopped } from './until-stopped.ts';

/** How it is called. */
export const usage = 'trimtab broker [--port N], with N from 0 (a free port) to 65535';

/**
 * `trimtab broker [--port N]`: runs an MQTT broker on the loopback interface until it is stopped, on a free
 * port if none is given. Prints one line of JSON with `url` and `kind` when it is ready. Exit code 1 when it
 * cannot start, 2 for a command line that cannot be understood.
 */
export async function run(args: string[]): Promise<number> {
  const port = readPort(args);
  if (!port.ok) return fail(port.refusals.map(formatRefusal), 2);
  const stopped = untilStopped();
  const broker = await startBroker({ port: port.value });
  if (!broker.ok) return fail(broker.refusals.map(formatRefusal), 1);
  const { url, kind, close } = broker.value;
  console.log(JSON.stringify({ url, kind }));
  await stopped;
  await close();
  return 0;
}

function readPort(args: string[]): Result<number> {
  try {
    const { values } = parseArgs({ args, options: { port: { type: 'string', default: '0' } } });
    const port = Number(values.port);
    if (/^\d+$/.test(values.port) && port <= 65_535) return accept(port);
  } catch {
    // Reported below together with a port that is no number.
  }
  return refuse({
    code: 'TT_USAGE',
    reason: 'the arguments of broker cannot be understood',
    found: args.join(' '),
    accepted: usage,
  });
}

function fail(lines: string[], exitCode: number): number {
  console.error(lines.join('\n'));
  return exitCode;
}
