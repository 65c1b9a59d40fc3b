import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { commandLine } from './operations/common/command-line.ts';
import { operations } from './operations/index.ts';
import type { Operation, Reading, Right } from './operations/operation.ts';

/** Between these lines of the README stands the table of commands. */
export const BEGIN = '<!-- commands -->';
export const END = '<!-- /commands -->';

const README = new URL('../README.md', import.meta.url);

const WHO: Record<Right, string> = {
  member: 'everyone but guests',
  adminOrApprover: 'admins, approvers',
  admin: 'admins',
  slackAdmin: 'Slack admins, owners',
};

/** @returns the table of commands in Markdown, in the order of the list */
export function commandTable(): string {
  const rows = operations.flatMap((one) =>
    one.command
      ? [[`\`${commandLine(one.command)}\``, one.command.summary, WHO[one.right], approvalOf(one)]]
      : [],
  );
  return [['command', 'does', 'who may', 'approved by'], ['---', '---', '---', '---'], ...rows]
    .map((row) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}

function approvalOf(one: Operation | Reading): string {
  if (one.type === 'reading' || one.approval === null) return '–';
  if (typeof one.approval === 'function') return 'one other person, where it is hazardous';
  return one.approval === 1 ? 'one other person' : `${one.approval} other people`;
}

/**
 * Puts the present table between the markers.
 * @param text the README
 * @returns it with the table
 * @throws Error when a marker is missing
 */
export function withCommandTable(text: string): string {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`README.md needs the lines ${BEGIN} and ${END}`);
  return `${text.slice(0, begin)}${BEGIN}\n\n${commandTable()}\n\n${text.slice(end)}`;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(README, withCommandTable(readFileSync(README, 'utf8')));
}
