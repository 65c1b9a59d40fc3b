import { afterAll, beforeAll, expect, it } from 'vitest';
import { pageHandler, preparePage } from '../../src/workspace/page.ts';
import { startSlack, type TestSlack } from '../support/slack.ts';

let slack: TestSlack;
beforeAll(async () => {
  await preparePage();
  slack = await startSlack({ page: pageHandler });
});
afterAll(() => slack?.close());

it('serves the page under a policy that lets no string become markup', async () => {
  const answer = await fetch(`${slack.origin}/workspace`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('cache-control')).toBe('no-cache');
  const policy = answer.headers.get('content-security-policy') ?? '';
  for (const part of [
    "default-src 'none'",
    "script-src 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ])
    expect(policy).toContain(part);
  expect(policy).not.toMatch(/unsafe|\*/);
  const html = await answer.text();
  expect(html).not.toMatch(/<script(?![^>]*src=)|<style|\son\w+=/);
});

it('names its files by their content and lets them be kept', async () => {
  const html = await (await fetch(`${slack.origin}/workspace`)).text();
  const names = [...html.matchAll(/(?:src|href)="(\/workspace\/page\/[^"]+)"/g)].map((match) => match[1]);
  expect(names).toHaveLength(2);
  for (const name of names) {
    const file = await fetch(slack.origin + name);
    expect(file.status).toBe(200);
    expect(file.headers.get('cache-control')).toContain('immutable');
    expect(file.headers.get('x-content-type-options')).toBe('nosniff');
  }
});

it('has nothing else', async () => {
  expect((await fetch(`${slack.origin}/workspace/page/..%2f..%2fpackage.json`)).status).toBe(404);
  expect((await fetch(`${slack.origin}/workspace/page/nothing.js`)).status).toBe(404);
});
