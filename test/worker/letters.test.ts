import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { movableClock } from '../../src/clock.ts';
import { type Mailer, noMailer, smtpMailer } from '../../src/identity/mail.ts';
import { secrets as secretsOf } from '../../src/secrets.ts';
import { type Letter, RESET_PURPOSE } from '../../src/service/sign-in/letters.ts';
import { createLetters } from '../../src/worker/letters.ts';
import type { LetterNotice } from '../../src/worker/outbox-row.ts';
import { startSmtp, type TestSmtp } from '../support/smtp.ts';

const START = new Date('2026-03-02T10:00:00Z');
const secrets = secretsOf(Buffer.alloc(32, 7));
const from = 'Drawbridge <sso@acme.test>';
const reset: Letter = {
  letter: 'password-reset',
  to: 'anna@acme.test',
  secret: secrets.seal('the-token', RESET_PURPOSE),
  until: new Date(START.getTime() + 3_600_000).toISOString(),
};
const ssoOff: Letter = { letter: 'sso-off', to: 'anna@acme.test', domain: 'acme.test', hasPassword: true };

describe('letters', () => {
  const open: (TestSmtp | Mailer)[] = [];
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });

  const world = (mailer: Mailer) => {
    open.push(mailer);
    const clock = movableClock({ now: () => START });
    const log: string[] = [];
    const deliver = createLetters({
      publicUrl: 'https://sso.example',
      secrets,
      mailer,
      clock,
      log: pino({ level: 'info' }, { write: (line) => void log.push(line) }),
    });
    const notice = (payload: Letter): LetterNotice => ({
      id: 1,
      lane: 'mail:1',
      workspaceId: '',
      teamId: null,
      attempts: 0,
      problem: null,
      createdAt: START,
      kind: 'mail',
      payload,
    });
    return { clock, log, send: (payload: Letter) => deliver(notice(payload)) };
  };
  const server = async () => {
    const smtp = await startSmtp();
    open.push(smtp);
    return smtp;
  };
  const away = () => smtpMailer({ smtpUrl: 'smtp://127.0.0.1:1', from });

  it('hold the link that was sealed, and what to do', async () => {
    const smtp = await server();
    const { send } = world(smtpMailer({ smtpUrl: smtp.url, from }));
    expect(await send(reset)).toEqual({ type: 'sent' });
    expect(smtp.to('anna@acme.test')[0]).toContain(
      'Reset Password: https://sso.example/sign-in/reset?token=the-token\n',
    );
    expect(await send(ssoOff)).toEqual({ type: 'sent' });
    expect(smtp.to('anna@acme.test')[1]).toContain('https://sso.example/sign-in\n');
  });

  it('wait for a mail server that is away, ever longer, and are given up in the end', async () => {
    const { clock, log, send } = world(away());
    expect(await send(ssoOff)).toEqual({ type: 'later', waitMs: 5000 });
    clock.advance(60_000);
    expect(await send(ssoOff)).toEqual({ type: 'later', waitMs: 60_000 });
    clock.advance(60 * 60_000);
    expect(await send(ssoOff)).toEqual({ type: 'later', waitMs: 300_000 });
    clock.advance(24 * 60 * 60_000);
    expect(await send(ssoOff)).toMatchObject({ type: 'dropped' });
    expect(log.join('')).not.toContain('anna@');
  });

  it('with a link are given up when it no longer works', async () => {
    const { clock, log, send } = world(away());
    expect(await send(reset)).toMatchObject({ type: 'later' });
    clock.advance(60 * 60_000);
    expect(await send(reset)).toEqual({ type: 'dropped', problem: 'it could not be sent in time' });
    expect(log.join('')).not.toContain('the-token');
  });

  it('to an address that is refused are given up at once', async () => {
    const { send } = world(smtpMailer({ smtpUrl: (await server()).url, from }));
    expect(await send({ ...ssoOff, to: 'nobody@acme.test' })).toMatchObject({ type: 'dropped' });
    expect(await send({ ...ssoOff, to: 'no address' })).toMatchObject({ type: 'dropped' });
  });

  it('are given up without a mail server, and when their secret no longer opens', async () => {
    expect(await world(noMailer()).send(ssoOff)).toMatchObject({ type: 'dropped' });
    const smtp = await server();
    const { send } = world(smtpMailer({ smtpUrl: smtp.url, from }));
    const foreign = secretsOf(Buffer.alloc(32, 8)).seal('the-token', RESET_PURPOSE);
    expect(await send({ ...reset, secret: foreign })).toEqual({
      type: 'dropped',
      problem: 'its secret does not open',
    });
    expect(smtp.received).toEqual([]);
  });
});
