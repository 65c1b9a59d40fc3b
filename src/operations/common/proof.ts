import { challengeName, challengeValue } from '../../identity/dns-proof.ts';
import type { Part } from '../../words/document.ts';

/**
 * The TXT record that proves a domain, ready to copy.
 * @param domain its name and the token issued for this team
 * @returns name and value, each in full on a line of its own
 */
export function recordToCopy({ name, token }: { name: string; token: string }): Part[] {
  return [
    { type: 'copy', label: 'Name of the TXT record', value: challengeName(name) },
    { type: 'copy', label: 'Value of the TXT record', value: challengeValue(token) },
  ];
}

/** Longest text of one block of records: what a chat shows in one piece. */
const MOST_TEXT = 2500;

/**
 * Many TXT records in few blocks: name and value of each on lines of their own.
 * @param domains their names and tokens
 */
export function recordsToCopy(domains: { name: string; token: string }[]): Part[] {
  const blocks: string[][] = [[]];
  let length = 0;
  for (const { name, token } of domains) {
    const record = `${challengeName(name)}\n${challengeValue(token)}`;
    if (length > 0 && length + record.length > MOST_TEXT) {
      blocks.push([]);
      length = 0;
    }
    blocks.at(-1)?.push(record);
    length += record.length + 2;
  }
  return blocks.map((records) => ({
    type: 'copy',
    label: 'TXT records, name and value below each other',
    value: records.join('\n\n'),
  }));
}
