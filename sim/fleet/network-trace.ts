import { readFileSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import { accept, type Refusal, type Result, refuse } from '../../src/core/refusal.ts';

/** A recorded network, a step function of time: each row holds from its time until the next, the last one to the end. */
export type NetworkTrace = {
  timesMs: number[];
  /** Added latency. */
  latencyMs: number[];
  /** Infinity: no limit; 0: nothing gets through. */
  bandwidthMbps: number[];
};

/** What the network is like at a moment. */
export type NetworkState = { latencyMs: number; bandwidthMbps: number };

const perfect: NetworkState = { latencyMs: 0, bandwidthMbps: Number.POSITIVE_INFINITY };
const columns = ['time_s', 'latency_ms', 'bandwidth_mbps'] as const;

/** A cell as it stands in the file: a number, or nothing, or what cannot be read as a number. */
type Cell = number | undefined | { unreadable: string };
type Row = { line: number; column: number; cells: Record<(typeof columns)[number], Cell> };

/** Reads a recorded network from a .csv or .json file; refuses with TT_FILE_MISSING, or TT_NETWORK_TRACE and the line. */
export function readNetworkTrace(file: string): Result<NetworkTrace> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const reason = `The recorded network cannot be read: ${(error as Error).message}.`;
    return refuse({
      code: 'TT_FILE_MISSING',
      reason,
      found: file,
      accepted: 'a readable .csv or .json file',
    });
  }
  return parseNetworkTrace(text, file);
}

/**
 * Reads a recorded network from its text: CSV with a head that names `time_s` and `latency_ms` or `bandwidth_mbps`, or
 * JSON, a list of maps with these keys. Times grow; an empty cell is no latency, or no limit.
 */
export function parseNetworkTrace(text: string, file: string): Result<NetworkTrace> {
  const rows = file.endsWith('.json') ? jsonRows(text, file) : csvRows(text, file);
  if (!rows.ok) return rows;
  const trace: NetworkTrace = { timesMs: [], latencyMs: [], bandwidthMbps: [] };
  const refusals: Refusal[] = [];
  let lastS = Number.NEGATIVE_INFINITY;
  for (const { line, column, cells } of rows.value) {
    const fault = faultOf(cells, lastS);
    if (fault !== undefined) {
      // A file with many faults would flood the terminal.
      if (refusals.length < 10) refusals.push({ ...fault, place: { file, line, column } });
      continue;
    }
    lastS = cells.time_s as number;
    trace.timesMs.push(1000 * lastS);
    trace.latencyMs.push((cells.latency_ms as number | undefined) ?? 0);
    trace.bandwidthMbps.push((cells.bandwidth_mbps as number | undefined) ?? Number.POSITIVE_INFINITY);
  }
  if (rows.value.length === 0) refusals.push(damaged(file, 1, 'There are no rows.'));
  return refusals.length > 0 ? refuse(...refusals) : accept(trace);
}

/** The network at a moment; before the first row it is perfect. */
export function networkAt({ timesMs, latencyMs, bandwidthMbps }: NetworkTrace, nowMs: number): NetworkState {
  let low = 0;
  let high = timesMs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timesMs[middle] as number) <= nowMs) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return perfect;
  return { latencyMs: latencyMs[low - 1] as number, bandwidthMbps: bandwidthMbps[low - 1] as number };
}

function faultOf(cells: Row['cells'], lastS: number): Refusal | undefined {
  for (const name of columns) {
    const cell = cells[name];
    const missing = cell === undefined && name === 'time_s';
    if (typeof cell === 'object' || missing || (typeof cell === 'number' && !(cell >= 0 && cell < 1e12)))
      return {
        code: 'TT_NETWORK_TRACE',
        reason: `${name} makes no sense.`,
        found: typeof cell === 'object' ? cell.unreadable : String(cell ?? ''),
        accepted: name === 'time_s' ? 'a number from 0' : 'a number from 0, or nothing',
      };
  }
  const { time_s: timeS } = cells;
  if ((timeS as number) > lastS) return undefined;
  const accepted = `more than ${lastS}`;
  return { code: 'TT_NETWORK_TRACE', reason: 'Times must grow.', found: String(timeS), accepted };
}

function csvRows(text: string, file: string): Result<Row[]> {
  const lines = text.split(/\r?\n/);
  const head = (lines[0] ?? '').split(',').map((name) => name.trim());
  const unknown = head.find((name) => !(columns as readonly string[]).includes(name));
  const enough = head.includes('time_s') && head.length > 1 && new Set(head).size === head.length;
  if (unknown !== undefined || !enough)
    return refuse({ ...damaged(file, 1, 'The head does not name the columns.'), found: lines[0] ?? '' });
  const rows: Row[] = [];
  for (const [index, content] of lines.entries()) {
    if (index === 0 || content.trim() === '') continue;
    const values = content.split(',');
    if (values.length !== head.length) {
      const accepted = `${head.length} values, as in the head`;
      return refuse({ ...damaged(file, index + 1, 'A row has the wrong length.'), found: content, accepted });
    }
    const cellAt = (name: string) => readCell(values[head.indexOf(name)]?.trim());
    rows.push({ line: index + 1, column: 1, cells: cellsOf(cellAt) });
  }
  return accept(rows);
}

/** JSON is YAML, whose parser knows lines. */
function jsonRows(text: string, file: string): Result<Row[]> {
  try {
    JSON.parse(text);
  } catch (error) {
    return refuse(damaged(file, 1, `Not JSON: ${(error as Error).message}.`));
  }
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter });
  const list: unknown = document.toJS();
  if (!Array.isArray(list)) return refuse(damaged(file, 1, 'It is not a list of maps.'));
  const rows: Row[] = [];
  for (const [index, row] of list.entries()) {
    const node = document.getIn([index], true) as { range?: [number] } | undefined;
    const { line, col: column } = lineCounter.linePos(node?.range?.[0] ?? 0);
    const keys = typeof row === 'object' && row !== null ? Object.keys(row) : [];
    const unknown = keys.find((key) => !(columns as readonly string[]).includes(key));
    if (keys.length === 0 || unknown !== undefined)
      return refuse({ ...damaged(file, line, 'A row is no map of known keys.'), found: JSON.stringify(row) });
    const cellAt = (name: string) => {
      const value = (row as Record<string, unknown>)[name];
      if (value === undefined || value === null) return undefined;
      return typeof value === 'number' ? value : { unreadable: JSON.stringify(value) };
    };
    rows.push({ line, column, cells: cellsOf(cellAt) });
  }
  return accept(rows);
}

function cellsOf(cellAt: (name: string) => Cell): Row['cells'] {
  return {
    time_s: cellAt('time_s'),
    latency_ms: cellAt('latency_ms'),
    bandwidth_mbps: cellAt('bandwidth_mbps'),
  };
}

function readCell(text: string | undefined): Cell {
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  return Number.isNaN(value) ? { unreadable: text } : value;
}

function damaged(file: string, line: number, reason: string): Refusal {
  const accepted = `CSV with the columns ${columns.join(', ')}, or a JSON list of maps with these keys`;
  return { code: 'TT_NETWORK_TRACE', reason, accepted, place: { file, line, column: 1 } };
}
