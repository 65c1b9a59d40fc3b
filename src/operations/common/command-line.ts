import type { CommandWords } from '../operation.ts';

/** @returns the command as it is typed: `/sso link <domain>` */
export function commandLine({ verb, args }: CommandWords): string {
  return ['/sso', verb, args].filter((word) => word !== '').join(' ');
}
