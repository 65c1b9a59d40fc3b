import type { Mail } from '../../identity/mail.ts';
import type { Secrets } from '../../secrets.ts';

/** A mail as it waits in the outbox: what it says in data, its secret sealed. */
export type Letter =
  | { letter: 'password-reset'; to: string; secret: string; until: string }
  | { letter: 'sso-off'; to: string; domain: string; hasPassword: boolean };

/** What a sealed link is sealed for. */
export const RESET_PURPOSE = 'password-reset';

/** What letters are written with. */
export interface Stationery {
  publicUrl: string;
  secrets: Pick<Secrets, 'open'>;
}

/**
 * Writes a letter out.
 * @param letter what waits
 * @param stationery our address, and what opens its secret
 * @throws SealBroken when the key has changed since it was sealed
 */
export function writeLetter(letter: Letter, { publicUrl, secrets }: Stationery): Mail {
  return letter.letter === 'password-reset'
    ? resetLetter(letter.to, `${publicUrl}/sign-in/reset?token=${secrets.open(letter.secret, RESET_PURPOSE)}`)
    : ssoOffLetter(letter, `${publicUrl}/sign-in`);
}

function resetLetter(to: string, link: string): Mail {
  return {
    to,
    subject: 'Reset Password',
    text: `Somebody, most likely you, asked for a new password for ${to}.

Reset Password: ${link}

The link works once, within 60 minutes. If it was not you, nothing has changed and you need not do anything.
`,
  };
}

function ssoOffLetter(
  { to, domain, hasPassword }: Extract<Letter, { letter: 'sso-off' }>,
  address: string,
): Mail {
  const how = hasPassword
    ? 'Use the password that you had before. If you no longer know it, press FORGOT? there and choose a new one.'
    : 'You have no password yet: enter your address, press Next and then FORGOT?, and create one.';
  return {
    to,
    subject: `How you sign in has changed for ${domain}`,
    text: `Single sign-on was turned off for ${domain}. From now on you sign in with your e-mail address and a password:

${address}

${how}
`,
  };
}
