import { secret } from './ids.ts';

const CODE_LIFE_MS = 10 * 60_000;

export interface OAuthClient {
  clientId: string;
  clientSecret: string;
}

/** The app's credentials in this workspace, and whether it is installed. */
export class Tokens {
  readonly bot: string;
  readonly app: string | undefined;
  readonly oauth: OAuthClient | undefined;
  #state: 'active' | 'token_revoked' | 'account_inactive' = 'active';
  readonly #codes = new Map<string, { redirectUri: string | undefined; expires: number }>();

  constructor(bot: string, app?: string, oauth?: OAuthClient) {
    this.bot = bot;
    this.app = app;
    this.oauth = oauth;
  }

  /** @returns Slack's error for this token, if it is not a good one */
  problem(token: string | undefined, wanted: 'bot' | 'app'): string | undefined {
    if (!token) return 'not_authed';
    if (wanted === 'app') {
      if (token === this.app) return undefined;
      return token === this.bot ? 'not_allowed_token_type' : 'invalid_auth';
    }
    if (token !== this.bot) return token === this.app && this.app ? 'not_allowed_token_type' : 'invalid_auth';
    return this.#state === 'active' ? undefined : this.#state;
  }

  /** The app was taken out of the workspace, or its tokens were revoked. */
  end(state: 'token_revoked' | 'account_inactive'): void {
    this.#state = state;
  }

  /** A person agreed to the app. @returns the code for `oauth.v2.access`, good once for ten minutes */
  agree(redirectUri?: string): string {
    const code = secret();
    this.#codes.set(code, { redirectUri, expires: Date.now() + CODE_LIFE_MS });
    return code;
  }

  /** @returns whether this code was given here and not used yet */
  knows(code: string): boolean {
    return this.#codes.has(code);
  }

  /** Exchanges a code. @returns Slack's error, or undefined when the app is installed (again) */
  redeem(code: unknown, redirectUri: unknown): string | undefined {
    const found = typeof code === 'string' ? this.#codes.get(code) : undefined;
    if (!found || found.expires < Date.now()) return 'invalid_code';
    if (found.redirectUri && found.redirectUri !== redirectUri) return 'bad_redirect_uri';
    this.#codes.delete(code as string);
    this.#state = 'active';
    return undefined;
  }
}
