import { createHmac } from 'node:crypto';

/**
 * Signs a request as Slack does (Verifying requests from Slack, version v0).
 * @param secret the app's signing secret
 * @param timestamp seconds since 1970
 * @param body the raw body
 * @returns the value of `x-slack-signature`
 */
export function signature(secret: string, timestamp: number, body: string): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
}
