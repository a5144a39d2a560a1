import type { KnobDomain } from '../knob.ts';
import { parseList } from '../list-value.ts';

/**
 * The declared values as the parameter's type takes them, or undefined when some lie outside of what the table
 * knows: `[10, 20]` of a parameter that takes whole numbers is the whole numbers from 10 to 20.
 */
export function domainWithin(declared: KnobDomain, known: KnobDomain): KnobDomain | undefined {
  if (known.type === 'categorical') return choicesWithin(declared, known.values);
  if (declared.type === 'categorical') return undefined;
  if (known.type === 'ordinal') {
    const within =
      declared.type === 'ordinal' && declared.values.every((value) => known.values.includes(value));
    return within ? declared : undefined;
  }
  const [least, greatest] = bounds(declared);
  if (least < known.low || greatest > known.high) return undefined;
  return known.type === 'integer' ? asWhole(declared) : declared;
}

/** Whether all values are lists, as `formatList` writes them. */
export function holdsLists(domain: KnobDomain): boolean {
  return (
    domain.type === 'categorical' &&
    domain.values.length > 0 &&
    domain.values.every((value) => typeof value === 'string' && parseList(value) !== undefined)
  );
}

function choicesWithin(declared: KnobDomain, known: (string | boolean)[]): KnobDomain | undefined {
  if (declared.type !== 'categorical') return undefined;
  const within = known.length === 0 || declared.values.every((value) => known.includes(value));
  return within ? declared : undefined;
}

function bounds(domain: Exclude<KnobDomain, { type: 'categorical' }>): [number, number] {
  if ('low' in domain) return [domain.low, domain.high];
  return [Math.min(...domain.values), Math.max(...domain.values)];
}

/** The same values as whole numbers; undefined where they are none. */
export function asWhole(domain: KnobDomain): KnobDomain | undefined {
  if (domain.type === 'ordinal') return domain.values.every(Number.isInteger) ? domain : undefined;
  if (!('low' in domain)) return undefined;
  const whole = Number.isInteger(domain.low) && Number.isInteger(domain.high);
  return whole ? { ...domain, type: 'integer' } : undefined;
}
