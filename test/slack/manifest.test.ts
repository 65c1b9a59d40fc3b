import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import ajvFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { BOT_SCOPES } from '../../src/slack/install.ts';
import { EVENT_TYPES } from '../../src/slack/intent-events.ts';
import { manifest } from '../support/slack.ts';

const data = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../src/workspace/data/${name}.data.json`, import.meta.url), 'utf8'));

/** Every call of a Web API method in the product, as `chat.postMessage`. */
function calledMethods(): string[] {
  const root = new URL('../../src/', import.meta.url);
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && /^(slack|worker)\//.test(name),
  );
  const calls = files.flatMap((name) => [
    ...readFileSync(new URL(name, root), 'utf8').matchAll(
      /(?:client|withToken\([^)]*\))\.([a-z]+(?:\.[a-zA-Z]+)+)\(/g,
    ),
  ]);
  return [...new Set(calls.map(([, method]) => method as string))].sort();
}

describe('the manifest', () => {
  const { settings, oauth_config, features } = manifest();

  it('is taken by Slack’s schema', () => {
    const ajv = new Ajv({ strict: false, allErrors: true });
    ajvFormats.default(ajv);
    const validate = ajv.compile(data('manifest'));
    validate(manifest());
    expect(validate.errors ?? []).toEqual([]);
  });

  it('has the one command, its words unescaped', () => {
    expect(features?.slash_commands?.map((c) => [c.command, c.should_escape])).toEqual([['/sso', false]]);
  });

  it('subscribes to the events that are understood, each with a scope for it', () => {
    const subscribed = settings?.event_subscriptions?.bot_events ?? [];
    expect([...subscribed].sort()).toEqual([...EVENT_TYPES].sort());
    const scopes = data('events') as Record<string, string[]>;
    for (const event of subscribed) {
      const needed = scopes[event] ?? [];
      expect(needed.length === 0 || needed.some((s) => BOT_SCOPES.includes(s)), event).toBe(true);
    }
  });

  it('asks for the scopes that are needed, and for no other', () => {
    const asked = oauth_config?.scopes?.bot ?? [];
    expect(asked).toEqual(BOT_SCOPES);
    const events = data('events') as Record<string, string[]>;
    const methods = data('methods') as Record<string, { scopes?: string[] }>;
    const needed = new Set(['commands']);
    for (const event of EVENT_TYPES)
      for (const scope of events[event] ?? []) if (asked.includes(scope)) needed.add(scope);
    for (const method of calledMethods()) {
      const scopes = methods[method]?.scopes ?? [];
      const given = scopes.filter((scope) => asked.includes(scope));
      expect(scopes.length === 0 || given.length > 0, `${method} needs one of ${scopes.join(', ')}`).toBe(
        true,
      );
      for (const scope of given) needed.add(scope);
    }
    expect([...needed].sort()).toEqual([...asked].sort());
  });
});
