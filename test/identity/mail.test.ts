import { afterEach, describe, expect, it } from 'vitest';
import { MailError, noMailer, outboxMailer, smtpMailer } from '../../src/identity/mail.ts';
import { startSmtp, type TestSmtp } from '../support/smtp.ts';

const mail = {
  to: 'anna@acme.test',
  subject: 'Reset your password',
  text: 'Open https://sso.acme.test/reset/1',
};
const servers: TestSmtp[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function mailer() {
  const smtp = await startSmtp();
  servers.push(smtp);
  return {
    mailer: smtpMailer({ smtpUrl: smtp.url, from: 'Drawbridge <sso@acme.test>' }),
    received: smtp.received,
  };
}

describe('smtpMailer', () => {
  it('hands a mail to the server', async () => {
    const { mailer: smtp, received } = await mailer();
    await smtp.send(mail);
    smtp.close();
    expect(received).toHaveLength(1);
    expect(received[0]).toMatch(/^From: Drawbridge <sso@acme\.test>\r$/m);
    expect(received[0]).toMatch(/^To: anna@acme\.test\r$/m);
    expect(received[0]).toMatch(/^Subject: Reset your password\r$/m);
    expect(received[0]).toContain(mail.text);
  });

  it('lets nobody write headers or further recipients', async () => {
    const { mailer: smtp, received } = await mailer();
    await smtp.send({ ...mail, subject: 'Hello\r\nBcc: eve@evil.test' });
    expect(received[0]).not.toMatch(/^Bcc:/im);
    await expect(smtp.send({ ...mail, to: 'anna@acme.test, eve@evil.test' })).rejects.toThrow(MailError);
    await expect(smtp.send({ ...mail, to: 'anna@acme.test\r\nBcc: eve@evil.test' })).rejects.toThrow(
      MailError,
    );
    expect(received).toHaveLength(1);
    smtp.close();
  });

  it('says that it failed, and nothing secret', async () => {
    const { mailer: smtp } = await mailer();
    await expect(smtp.send({ ...mail, to: 'nobody@acme.test' })).rejects.toThrow(
      /did not take a mail \(EENVELOPE\)/,
    );
    smtp.close();
    const gone = smtpMailer({ smtpUrl: 'smtp://user:hunter2@127.0.0.1:1', from: 'sso@acme.test' });
    const error = await gone.send(mail).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(MailError);
    expect(String((error as Error).stack)).not.toContain('hunter2');
  });
});

describe('outboxMailer', () => {
  it('keeps the last mails', async () => {
    const at = new Date('2026-11-23T12:00:00Z');
    const told: string[] = [];
    const outbox = outboxMailer({
      from: 'sso@acme.test',
      now: () => at,
      keep: 2,
      onMail: ({ subject }) => told.push(subject),
    });
    for (const subject of ['one', 'two', 'three']) await outbox.send({ ...mail, subject });
    expect(outbox.sent().map(({ subject }) => subject)).toEqual(['two', 'three']);
    expect(outbox.sent()[0]).toEqual({ ...mail, subject: 'two', from: 'sso@acme.test', at });
    expect(told).toEqual(['one', 'two', 'three']);
    await expect(outbox.send({ ...mail, to: 'nobody' })).rejects.toThrow(MailError);
  });
});

describe('noMailer', () => {
  it('says what is missing', async () => {
    expect(noMailer().ready).toBe(false);
    await expect(noMailer().send(mail)).rejects.toThrow('SMTP_URL');
  });
});
