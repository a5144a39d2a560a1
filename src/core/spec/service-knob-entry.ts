import type { KnobTarget } from '../knobs/knob.ts';
import { fillRequest } from '../knobs/service-request.ts';
import { readAnswer } from './answer-entry.ts';
import { readConfirmation } from './confirm-entry.ts';
import type { Entry } from './entry.ts';
import { isOpen, readDomainOrOpen } from './knob-domain.ts';
import type { KnobKind } from './knob-kind.ts';
import { readRosName } from './names.ts';
import type { SpecSource, Token } from './spec-source.ts';

/** `{service: …, type: …, request: …, choices: […]}`; what a knob table may know is left empty. Undefined when refused. */
export function readService(entry: Entry): KnobKind | undefined {
  const token = entry.text('service');
  const service = token && readRosName(entry.source, token);
  const type = readType(entry);
  const request = readRequest(entry);
  const domain = readDomainOrOpen(entry);
  const confirm = readConfirmation(entry, domain && isOpen(domain.domain) ? undefined : domain?.unit);
  const answer = readAnswer(entry);
  if (token === undefined || service === undefined || type === undefined) return undefined;
  if (request === undefined || domain === undefined || entry.refused('confirm', confirm)) return undefined;
  if (entry.refused('answer', answer)) return undefined;
  const target: KnobTarget = { kind: 'service', service, type, request, ...(answer && { answer }) };
  return {
    name: service,
    target,
    at: token,
    takesEffect: 'immediate',
    ...domain,
    ...(confirm && { confirm }),
  };
}

function readType(entry: Entry): string | undefined {
  if (!entry.has('type')) return '';
  const token = entry.text('type');
  if (!token) return undefined;
  if (/^[a-z]\w*\/srv\/[A-Z]\w*$/.test(token.text)) return token.text;
  return refuseText(entry.source, token, 'This is not the type of a service.', 'std_srvs/srv/SetBool');
}

function readRequest(entry: Entry): string | undefined {
  if (!entry.has('request')) return '';
  const token = entry.text('request');
  if (!token) return undefined;
  const filled = fillRequest(token.text, 0);
  if (filled.ok) return token.text;
  const [refusal] = filled.refusals;
  return refuseText(entry.source, token, refusal?.reason ?? '', '"{data: $value}"');
}

function refuseText(source: SpecSource, at: Token, reason: string, accepted: string): undefined {
  return source.refuse({ code: 'TT_SPEC_EXPRESSION', reason, at, found: at.text, accepted });
}
