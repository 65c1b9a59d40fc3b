import { createTransport } from 'nodemailer';
import { readEmail } from './email.ts';

export interface Mail {
  to: string;
  subject: string;
  /** Plain text: it works everywhere and nothing in it is markup. */
  text: string;
}

export interface Mailer {
  /** Whether mail can be sent at all; what needs it is refused with words that say so otherwise. */
  readonly ready: boolean;
  /**
   * Sends one mail.
   * @throws MailError when it could not be handed over, or when there is nobody to hand it to
   */
  send(mail: Mail): Promise<void>;
  /** Lets go of connections. */
  close(): void;
}

export interface SentMail extends Mail {
  from: string;
  at: Date;
}

/** Mail could not be sent. The message is for the log and holds neither password nor contents. */
export class MailError extends Error {
  override name = 'MailError';

  constructor(
    message: string,
    /** The server, or the address itself, says that this mail will never go: trying again is of no use. */
    readonly refused = false,
  ) {
    super(message);
  }
}

/** How long a mail server may take for each step. */
const TIMEOUT_MS = 10_000;

/**
 * Sends by an SMTP server.
 * @param options `smtpUrl`: smtp:// or smtps:// with user and password where needed; `from`: the sender
 * @returns the mailer
 */
export function smtpMailer({ smtpUrl, from }: { smtpUrl: string; from: string }): Mailer {
  const transport = createTransport({
    url: smtpUrl,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    ready: true,
    async send(mail) {
      const checked = checkedMail(mail);
      try {
        await transport.sendMail({ from, ...checked });
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
        throw new MailError(`the mail server did not take a mail (${code})`, refusedForGood(error));
      }
    },
    close: () => transport.close(),
  };
}

/**
 * Keeps mail instead of sending it, for the local workspace and for tests.
 * @param options `from`: the sender; `now`: the clock; `keep`: how many are kept; `onMail`: told of each
 * @returns the mailer, and what it was given, the newest last
 */
export function outboxMailer({
  from,
  now,
  keep = 200,
  onMail,
}: {
  from: string;
  now: () => Date;
  keep?: number;
  onMail?: (mail: SentMail) => void;
}): Mailer & { sent(): SentMail[] } {
  const kept: SentMail[] = [];
  return {
    ready: true,
    async send(mail) {
      const sent = { from, at: now(), ...checkedMail(mail) };
      kept.push(sent);
      if (kept.length > keep) kept.shift();
      onMail?.(sent);
    },
    sent: () => [...kept],
    close: () => kept.splice(0),
  };
}

/** @returns a mailer for when no mail server was named: it sends nothing and says so. */
export function noMailer(): Mailer {
  return {
    ready: false,
    async send() {
      throw new MailError('no mail server is set (SMTP_URL)');
    },
    close: () => undefined,
  };
}

/** A reply of 5xx is final (RFC 5321 4.2.1), but for those about who we are: these an operator mends. */
function refusedForGood(error: unknown): boolean {
  const { responseCode, code } = error as { responseCode?: unknown; code?: unknown };
  return code !== 'EAUTH' && typeof responseCode === 'number' && responseCode >= 500 && responseCode < 600;
}

/** One recipient and no line break in the subject: a header cannot be smuggled in. */
function checkedMail({ to, subject, text }: Mail): Mail {
  const address = readEmail(to);
  if (!address.ok) throw new MailError('the recipient is not an e-mail address', true);
  return { to: address.address, subject: subject.replace(/[\p{Cc}\p{Cf}]+/gu, ' ').slice(0, 200), text };
}
