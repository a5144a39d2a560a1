import { cpu, mem, system } from 'systeminformation';
import type { Part } from './part.ts';

/** What machine this is, as it calls itself; asked of systeminformation, which knows where each kind of board says so. */
export async function probeComputer(): Promise<Part> {
  const [board, processor, memory] = await Promise.all([system(), cpu(), mem()]);
  const maker = [board.manufacturer, board.model].filter(Boolean).join(' ') || 'board without a name';
  const cores = `${processor.cores} CPUs ${[processor.manufacturer, processor.brand].join(' ').trim()}`;
  const gibibytes = `${(memory.total / 2 ** 30).toFixed(1)} GiB`;
  const found = `${maker}${board.virtual ? ' (virtual)' : ''}, ${cores}, ${gibibytes}`;
  return { part: 'computer', state: 'real', found };
}
