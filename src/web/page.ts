import type { ServerResponse } from 'node:http';
import { strings } from '../words/pages.ts';
import { send } from './http.ts';

/** Text that is already HTML. Everything else is escaped by `html`. */
export class Html {
  constructor(readonly text: string) {}
}

/**
 * Builds HTML; every value is escaped unless it is `Html` itself.
 * @example html`<p>${name}</p>`
 */
export function html(strings: TemplateStringsArray, ...values: (string | number | Html | Html[])[]): Html {
  return new Html(
    strings.reduce((text, part, n) => text + part + (n < values.length ? inside(values[n]) : ''), ''),
  );
}

function inside(value: string | number | Html | Html[] | undefined): string {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(({ text }) => text).join('');
  return escapeHtml(String(value ?? ''));
}

/** @returns the text with the characters that mean something in HTML and XML written as entities */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

/**
 * A small page that works without scripts.
 * @param res where to
 * @param status the HTTP status
 * @param title the page's title and heading
 * @param body what stands below
 * @param headers further headers
 */
export function sendPage(
  res: ServerResponse,
  status: number,
  title: string,
  body: Html,
  headers: Record<string, string | string[]> = {},
): void {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · ${strings.product}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/page.css">
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`;
  send(res, status, 'text/html; charset=utf-8', page.text, headers);
}

/**
 * A page for something that went wrong.
 * @param res where to
 * @param status the HTTP status
 * @param sentence what went wrong, and what to do
 * @param onwards the address of the page to go on from, where there is one
 */
export function errorPage(res: ServerResponse, status: number, sentence: string, onwards?: string): void {
  const link = onwards ? html`<p><a href="${onwards}">${strings.errors.onwards}</a></p>` : html``;
  const title = strings.errors.titles[status] ?? strings.errors.anyTitle;
  sendPage(res, status, title, html`<p>${sentence}</p>${link}`);
}

/**
 * Says that an address is not opened by this method (RFC 9110 15.5.6).
 * @param res where to
 * @param allowed the methods that it is opened by
 */
export function wrongMethod(res: ServerResponse, allowed: readonly string[]): void {
  const title = strings.errors.titles[405] ?? strings.errors.anyTitle;
  sendPage(res, 405, title, html`<p>${strings.errors.method}</p>`, { allow: allowed.join(', ') });
}
