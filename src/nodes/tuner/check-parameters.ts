import { accept, type Refusal, type Result, refuse } from '../../core/refusal.ts';
import type { ParameterValues } from '../../ros/index.ts';
import { readContextParameter } from './context-source.ts';

/** A shorter window holds too little of a robot's traffic to be judged. */
const shortestPeriodS = 0.5;

/** What the tuner's parameter table cannot say. */
export function checkParameters(values: ParameterValues): Result<void> {
  const context = readContextParameter(values);
  const refusals = context.ok ? [] : context.refusals;
  const all = [...refusals, ...windowsRefusals(values), ...periodRefusals(values)];
  return all.length > 0 ? refuse(...all) : accept(undefined);
}

function windowsRefusals({ broken_windows, of_windows }: ParameterValues): Refusal[] {
  if ((broken_windows as number) <= (of_windows as number)) return [];
  const reason = 'parameter broken_windows asks for more windows than are looked at';
  return [
    {
      code: 'TT_PARAM_RANGE',
      reason,
      found: String(broken_windows),
      accepted: `at most of_windows, ${of_windows}`,
    },
  ];
}

function periodRefusals({ monitor_period_s }: ParameterValues): Refusal[] {
  const period = monitor_period_s as number;
  if (period === 0 || period >= shortestPeriodS) return [];
  const accepted = `0 for none, or at least ${shortestPeriodS}`;
  const reason = 'parameter monitor_period_s is too short a window to be judged';
  return [{ code: 'TT_PARAM_RANGE', reason, found: String(period), accepted }];
}
