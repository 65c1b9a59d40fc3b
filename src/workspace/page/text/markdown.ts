import { h } from '../dom.ts';
import { link, plainText } from './render.ts';

/**
 * The Markdown that Slack's markdown block takes: headings, lists, quotes, code, tables, bold, italic, struck
 * words, links. HTML stays words.
 * @param source Markdown
 */
export function markdownNodes(source: string): Node[] {
  const lines = source.replace(/\r\n?/g, '\n').split('\n');
  const nodes: Node[] = [];
  let at = 0;
  const takeWhile = (pattern: RegExp) => {
    const taken: string[] = [];
    while (at < lines.length && pattern.test(lines[at] ?? '')) taken.push(lines[at++] ?? '');
    return taken;
  };
  while (at < lines.length) {
    const line = lines[at] ?? '';
    const heading = /^(#{1,6})\s+(.*)$/.exec(line);
    if (line.trim() === '') at += 1;
    else if (line.startsWith('```')) {
      at += 1;
      const code = takeWhile(/^(?!```)/);
      at += 1;
      nodes.push(h('pre', { tabindex: 0 }, code.join('\n')));
    } else if (heading) {
      at += 1;
      nodes.push(h('div', { role: 'heading', 'aria-level': 3, class: 'md-heading' }, span(heading[2] ?? '')));
    } else if (/^\s*([-*_]\s*){3,}$/.test(line)) {
      at += 1;
      nodes.push(h('hr'));
    } else if (/^>/.test(line))
      nodes.push(
        h(
          'blockquote',
          null,
          markdownNodes(
            takeWhile(/^>/)
              .map((one) => one.replace(/^> ?/, ''))
              .join('\n'),
          ),
        ),
      );
    else if (/^\s*[-*+]\s+/.test(line)) nodes.push(list('ul', takeWhile(/^\s*[-*+]\s+/)));
    else if (/^\s*\d+[.)]\s+/.test(line)) nodes.push(list('ol', takeWhile(/^\s*\d+[.)]\s+/)));
    else if (/^\|/.test(line)) nodes.push(tableOf(takeWhile(/^\|/)));
    else {
      at += 1;
      const more = takeWhile(/^(?!```|#{1,6}\s|>|\s*[-*+]\s|\s*\d+[.)]\s|\|)\s*\S/);
      nodes.push(h('p', null, span([line, ...more].join('\n'))));
    }
  }
  return nodes;
}

function list(tag: 'ul' | 'ol', lines: string[]): HTMLElement {
  return h(
    tag,
    { class: 'rich' },
    lines.map((line) => {
      const task = /^\[( |x)\]\s+/i.exec(line.replace(/^\s*(?:[-*+]|\d+[.)])\s+/, ''));
      const words = line.replace(/^\s*(?:[-*+]|\d+[.)])\s+/, '').replace(/^\[( |x)\]\s+/i, '');
      return h('li', null, task && (task[1] === ' ' ? '☐ ' : '☑ '), span(words));
    }),
  );
}

function tableOf(lines: string[]): HTMLElement {
  const rows = lines
    .filter((line) => !/^\|[\s:|-]+\|?$/.test(line))
    .map((line) => line.replace(/^\||\|\s*$/g, '').split('|'));
  const [head = [], ...body] = rows;
  return h(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Table' },
    h(
      'table',
      null,
      h(
        'thead',
        null,
        h(
          'tr',
          null,
          head.map((cell) => h('th', { scope: 'col' }, span(cell.trim()))),
        ),
      ),
      h(
        'tbody',
        null,
        body.map((row) =>
          h(
            'tr',
            null,
            row.map((cell) => h('td', null, span(cell.trim()))),
          ),
        ),
      ),
    ),
  );
}

const SPAN =
  /`([^`]+)`|\[([^\]]+)\]\(([^)\s]+)\)|\*\*(.+?)\*\*|__(.+?)__|~~(.+?)~~|\*(\S(?:.*?\S)?)\*|(?<!\w)_(\S(?:.*?\S)?)_(?!\w)|(https?:\/\/[^\s<>)]+)/;

function span(text: string): Node[] {
  const match = SPAN.exec(text);
  if (!match) return text === '' ? [] : plainText(text);
  const [whole, code, words, url, bold, bold2, struck, italic, italic2, bare] = match;
  const before = span(text.slice(0, match.index));
  const after = span(text.slice(match.index + whole.length));
  let node: Node;
  if (code !== undefined) node = h('code', null, code);
  else if (words !== undefined) node = link(url ?? '', words);
  else if (bold !== undefined || bold2 !== undefined) node = h('strong', null, span(bold ?? bold2 ?? ''));
  else if (struck !== undefined) node = h('s', null, span(struck));
  else if (bare !== undefined) node = link(bare, bare);
  else node = h('em', null, span(italic ?? italic2 ?? ''));
  return [...before, node, ...after];
}
