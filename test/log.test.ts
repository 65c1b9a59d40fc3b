import { describe, expect, it } from 'vitest';
import { createLog, REDACTED, redactText } from '../src/log.ts';

function capture(level: Parameters<typeof createLog>[0] = 'trace') {
  const lines: string[] = [];
  const log = createLog(level, { write: (line: string) => void lines.push(line) });
  return { log, lines };
}

const SECRETS = [
  'xoxb-123-456-abcDEF',
  'xoxp-1-2',
  'xapp-1-A0-9f',
  'xoxe.xoxb-1-rotated',
  '-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----',
  '-----BEGIN RSA PRIVATE KEY-----\nMIIEow, cut off',
];

describe('the log', () => {
  it.each(SECRETS)('never holds %s, wherever it stands', (secret) => {
    const { log, lines } = capture();
    const error = Object.assign(new Error(`failed with ${secret}`), {
      detail: secret,
      cause: new Error(`because of ${secret}`),
    });
    log.info(
      { anything: secret, list: [secret], deep: { deeper: { text: `so ${secret}!` } } },
      `said ${secret}`,
    );
    log.error({ err: error }, 'an error');
    log.error(error);
    log.error({ problem: error });
    log.error({ err: error });
    log.info('a %j in a format', { secret, text: secret });
    log.info('a %s in a format', secret);
    log.child({ session: secret }).warn('child');
    expect(lines).toHaveLength(8);
    const core = secret.replace(/^-+BEGIN.*\n/, '').slice(0, 6);
    for (const line of lines) expect(line).not.toContain(core);
  });

  it.each([
    'token',
    'botToken',
    'bot_token',
    'SLACK_SIGNING_SECRET',
    'client-secret',
    'password',
    'privateKey',
    'private_key',
    'authorization',
    'Authorization',
    'cookie',
    'Set-Cookie',
    'set-cookie',
    'response_url',
    'responseUrl',
    'x-slack-signature',
    'SAMLResponse',
    'DATABASE_URL',
    'encryptionKey',
    'trigger_id',
  ])('hides the field %s at any depth', (name) => {
    const { log, lines } = capture();
    log.info({
      [name]: 'plain-looking',
      headers: { [name]: ['plain-looking'] },
      list: [{ [name]: { a: 'plain-looking' } }],
    });
    expect(lines[0]).not.toContain('plain-looking');
    expect(lines[0]?.split(REDACTED)).toHaveLength(4);
  });

  it('hides addresses that are secrets, and credentials in addresses', () => {
    expect(redactText('post to https://hooks.slack.com/commands/T012/345/abcdef now')).toBe(
      `post to https://hooks.slack.com/commands/T012/${REDACTED} now`,
    );
    expect(redactText('postgres://me:hunter2@db.example/sso')).toBe(
      `postgres://me:${REDACTED}@db.example/sso`,
    );
    expect(redactText('Authorization: Bearer abcdef123456')).toBe(`Authorization: Bearer ${REDACTED}`);
  });

  it('keeps what is no secret', () => {
    const { log, lines } = capture();
    log.info(
      { domain: 'acme.com', count: 3, at: new Date(0), none: null, request: 'r-1' },
      'Basic words and a Bearer',
    );
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-/),
      domain: 'acme.com',
      count: 3,
      at: '1970-01-01T00:00:00.000Z',
      none: null,
      request: 'r-1',
      msg: 'Basic words and a Bearer',
    });
  });

  it('writes an error with its message and stack, once', () => {
    const { log, lines } = capture();
    log.error({ err: new TypeError('broken') }, 'it failed');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      msg: 'it failed',
      err: { type: 'TypeError', message: 'broken', stack: expect.stringContaining('log.test.ts') },
    });
  });

  it('writes circles and depths without falling over', () => {
    const { log, lines } = capture();
    const circle: Record<string, unknown> = { name: 'round' };
    circle.self = circle;
    log.info({ circle });
    expect(lines[0]).toContain('[too deep]');
  });

  it('is silent below its level', () => {
    const { log, lines } = capture('warn');
    log.info('not heard');
    expect(lines).toEqual([]);
  });
});
