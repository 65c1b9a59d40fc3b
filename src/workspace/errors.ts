import type { Json } from './types.ts';

/** A refusal in Slack's own words: thrown where a request is checked, answered as `{ok: false, error}`. */
export class SlackError extends Error {
  readonly error: string;
  /** Further members of the answer. */
  readonly extra: Json;
  readonly status: number;
  readonly headers: Record<string, string>;

  /**
   * @param error Slack's name of the error
   * @param details why, in Slack's form (`must be less than 25 characters [json-pointer:/view/title/text]`)
   * @param more further members of the answer, HTTP status and headers
   */
  constructor(
    error: string,
    details: string[] = [],
    more: { extra?: Json; status?: number; headers?: Record<string, string> } = {},
  ) {
    super([error, ...details].join(': '));
    this.error = error;
    this.extra = {
      ...more.extra,
      ...(details.length > 0 && { response_metadata: { messages: details.map((d) => `[ERROR] ${d}`) } }),
    };
    this.status = more.status ?? 200;
    this.headers = more.headers ?? {};
  }
}
