import { describe, expect, it } from 'vitest';
import { networkAt, parseNetworkTrace } from './network-trace.ts';

const csv = 'time_s,latency_ms,bandwidth_mbps\n0,10,20\n5,100,\n7.5,,0\n';
const json =
  '[{"time_s": 0, "latency_ms": 10, "bandwidth_mbps": 20},\n {"time_s": 5, "latency_ms": 100},\n {"time_s": 7.5, "bandwidth_mbps": 0}]';

describe('parseNetworkTrace', () => {
  it.each([
    ['a.csv', csv],
    ['a.json', json],
  ])('reads %s: each row holds until the next', (file, text) => {
    const trace = parseNetworkTrace(text, file);
    if (!trace.ok) throw new Error(JSON.stringify(trace.refusals));
    const at = (nowMs: number) => networkAt(trace.value, nowMs);
    expect(at(0)).toEqual({ latencyMs: 10, bandwidthMbps: 20 });
    expect(at(4999)).toEqual(at(0));
    expect(at(5000)).toEqual({ latencyMs: 100, bandwidthMbps: Number.POSITIVE_INFINITY });
    expect(at(1e9)).toEqual({ latencyMs: 0, bandwidthMbps: 0 });
  });

  it('is perfect before the first row', () => {
    const trace = parseNetworkTrace('time_s,latency_ms\n3,50\n', 'a.csv');
    if (!trace.ok) throw new Error(JSON.stringify(trace.refusals));
    expect(networkAt(trace.value, 2999)).toEqual({ latencyMs: 0, bandwidthMbps: Number.POSITIVE_INFINITY });
  });

  it.each([
    ['a.csv', 'time_s,latency\n0,1\n', 1, 'time_s,latency'],
    ['a.csv', 'latency_ms,bandwidth_mbps\n0,1\n', 1, 'latency_ms,bandwidth_mbps'],
    ['a.csv', 'time_s,latency_ms\n0,1\n1,fast\n', 3, 'fast'],
    ['a.csv', 'time_s,latency_ms\n0,1\n1,-4\n', 3, '-4'],
    ['a.csv', 'time_s,latency_ms\n0,1\n\n2,3,4\n', 4, '2,3,4'],
    ['a.csv', 'time_s,latency_ms\n0,1\n5,1\n5,2\n', 4, '5'],
    ['a.csv', 'time_s,latency_ms\n,1\n', 2, ''],
    ['a.csv', 'time_s,latency_ms\n', 1, undefined],
    ['a.json', '{"time_s": 0}', 1, undefined],
    ['a.json', '[{"time_s": 0},\n {"time_s": "x"}]', 2, '"x"'],
    ['a.json', '[{"time_s": 0},\n {"time": 1}]', 2, '{"time":1}'],
    ['a.json', '[{"time_s": 0', 1, undefined],
  ])('refuses %s %j with the line', (file, text, line, found) => {
    const result = parseNetworkTrace(text, file);
    const [first] = result.ok ? [] : result.refusals;
    expect(first).toMatchObject({ code: 'TT_NETWORK_TRACE', place: { file, line } });
    expect(first?.found).toBe(found);
  });
});
