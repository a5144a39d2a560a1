import { describe, expect, it } from 'vitest';
import { escapeMarkup, Markup, markup } from './markup.ts';

describe('markup', () => {
  it('escapes text in content and in attributes', () => {
    const hostile = `"><script>alert('x')</script>&`;
    expect(String(markup`<p title="${hostile}">${hostile}</p>`)).toBe(
      '<p title="&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;">&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;</p>',
    );
  });

  it('keeps markup, joins lists and leaves out what is undefined', () => {
    const items = ['a&b', new Markup('<br/>'), undefined, 3];
    expect(String(markup`<p>${items}</p>`)).toBe('<p>a&amp;b<br/>3</p>');
  });

  it('replaces characters that XML forbids', () => {
    expect(escapeMarkup('a\u0000b\u001b[31m\uD800c\u{1F681}')).toBe('a\uFFFDb\uFFFD[31m\uFFFDc\u{1F681}');
  });
});
