/** An element of checked markup. */
export type Element = { tag: string; attributes: Record<string, string>; text: string; children: Element[] };

const voidTags = new Set(['meta', 'br', 'link', '!doctype']);

/**
 * Reads markup into a tree and throws on what an XML parser refuses: tags that do not match, attributes
 * without quotes or twice, stray `<` and `&`, text outside the root. HTML's void tags are accepted.
 */
export function parseMarkup(text: string): Element {
  const root: Element = { tag: '', attributes: {}, text: '', children: [] };
  const open = [root];
  let at = 0;
  for (const match of text.matchAll(/<(\/?)([!a-zA-Z][\w:-]*)((?:\s+[\w:-]+(?:="[^"<]*")?)*)\s*(\/?)>/g)) {
    addText(open.at(-1) as Element, text.slice(at, match.index));
    at = match.index + match[0].length;
    const [, slash, tag = '', attributes = '', selfClosed] = match;
    if (slash) {
      const closed = open.pop();
      if (closed?.tag !== tag) throw new Error(`</${tag}> closes <${closed?.tag}>`);
    } else {
      const element = { tag, attributes: parseAttributes(tag, attributes), text: '', children: [] };
      open.at(-1)?.children.push(element);
      if (!selfClosed && !voidTags.has(tag)) open.push(element);
    }
  }
  addText(open.at(-1) as Element, text.slice(at));
  if (open.length !== 1) throw new Error(`<${open.at(-1)?.tag}> is not closed`);
  const top = root.children.find((element) => !voidTags.has(element.tag));
  if (!top || root.text.trim() !== '') throw new Error(`no single root, or text outside it: ${root.text}`);
  return top;
}

/** The element and all below it, in the order of the text. */
export function elementsOf(element: Element): Element[] {
  return [element, ...element.children.flatMap(elementsOf)];
}

/** The elements of a tag, those of a class only when one is given. */
export function elementsBy(element: Element, tag: string, className?: string): Element[] {
  return elementsOf(element).filter(
    (one) =>
      one.tag === tag &&
      (className === undefined || (one.attributes.class ?? '').split(' ').includes(className)),
  );
}

function addText(element: Element, text: string): void {
  if (element.tag !== 'style' && /[<]|&(?!(?:amp|lt|gt|quot|#39);)/.test(text))
    throw new Error(`unescaped text: ${text}`);
  element.text += text;
}

function parseAttributes(tag: string, text: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [, name = '', value] of text.matchAll(/\s+([\w:-]+)(?:="([^"<]*)")?/g)) {
    if (name in attributes) throw new Error(`<${tag}> has ${name} twice`);
    if (value === undefined && !voidTags.has(tag)) throw new Error(`<${tag}> has ${name} without a value`);
    attributes[name] = value ?? '';
  }
  return attributes;
}
