import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/**
 * Every word that a page shows stands in src/words/pages.ts. So the code of the pages, and what gives pages their
 * sentences, holds no string with words in it: nothing that has two words with a space between, nor, in the HTML of a
 * page, any letter between two tags.
 */
const PAGES = files('src/web');
const SENTENCES = [...files('src/identity/saml'), 'src/identity/passwords.ts', 'src/identity/email.ts'];

/** Lines that are for logs and for ourselves, or are no English: errors thrown, log lines, headers, style sheets, XML. */
const NOT_SHOWN =
  /new \w*(?:Error|Busy|Taken)\(|\.log\.|\blog\.|PortTaken|'content-|default-src|SHEET|charset=|filename=|Max-Age=|Path=\/|rel="|<\w+:|xmlns|Destination=|IssueInstant=|local-name|width=device|'Transforms |nobody has this/;

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file));
}

/** The code without comments: they are for readers of the code. */
function codeOf(file: string): string {
  return readFileSync(file, 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ''))
    .replace(/(^|\s)\/\/.*$/gm, '');
}

/** Strings with two words in a row. What is put in between (`${…}`) is code. */
function wordsIn(line: string): string[] {
  const strings = line.match(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`[^`\n]*`?/g) ?? [];
  return strings
    .map((text) => text.replace(/\$\{[^}]*(?:\}|`?$)/g, '…').replace(/<[^>]*>?/g, '<>'))
    .filter((text) => /[A-Za-z…]+[,;:.]? +[A-Za-z]{2,}/.test(text) && /[A-Za-z]{3,}/.test(text));
}

/** Letters between tags in a template of HTML. */
function lettersIn(code: string): string[] {
  const templates = [...code.matchAll(/html`((?:[^`\\]|\\.)*)`/g)].map(([, inside = '']) => inside);
  return templates
    .map((html) => html.replace(/\$\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}/g, '').replace(/<[^>]*>/g, '\n'))
    .flatMap((text) => text.split('\n'))
    .filter((text) => /[A-Za-z]{2,}/.test(text) && !/[="]|[$][{]/.test(text));
}

it.each([...PAGES, ...SENTENCES])('%s holds no word that a page shows', (file) => {
  const code = codeOf(file);
  const found = code
    .split('\n')
    .filter((line) => !NOT_SHOWN.test(line))
    .flatMap(wordsIn);
  expect([...found, ...(PAGES.includes(file) ? lettersIn(code) : [])]).toEqual([]);
});

it('would find a word', () => {
  const value = '$' + '{value}';
  expect(wordsIn("errorPage(res, 404, 'There is nothing here.');")).toHaveLength(1);
  expect(wordsIn(`const detail = \`The clock says ${value}.\`;`)).toHaveLength(1);
  expect(wordsIn(`const detail = \`${value} is empty.\`;`)).toHaveLength(1);
  expect(lettersIn(`html\`<p>Hello ${value}</p>\``)).toEqual(['Hello ']);
});
