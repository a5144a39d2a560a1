/** Text that is already HTML or SVG; whatever is not Markup gets escaped. */
export class Markup {
  readonly #text: string;

  /** Takes the text as it is: for `markup`, and for constants such as a style sheet. */
  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

type Piece = Markup | string | number | undefined | readonly Piece[];

/** Template tag for HTML and SVG: escapes every value that is not Markup; lists are joined, undefined is nothing. */
export function markup(parts: TemplateStringsArray, ...pieces: Piece[]): Markup {
  return new Markup(
    parts.map((part, index) => (index === 0 ? part : render(pieces[index - 1]) + part)).join(''),
  );
}

/** Escapes text for HTML and XML, in content and in quoted attributes; characters XML forbids become U+FFFD. */
export function escapeMarkup(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

function render(piece: Piece): string {
  if (piece === undefined) return '';
  if (piece instanceof Markup) return piece.toString();
  if (typeof piece === 'string' || typeof piece === 'number') return escapeMarkup(String(piece));
  return piece.map(render).join('');
}
