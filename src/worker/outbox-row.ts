import type { CardKey, JobName } from '../service/effects/effect.ts';
import type { Letter } from '../service/sign-in/letters.ts';
import type { Document, Piece } from '../words/document.ts';

/** A row of the outbox as the relay took it; `service/outbox.ts` writes them. */
export type OutboxRow = Notice | Job;

interface Row {
  id: number;
  lane: string;
  workspaceId: string;
  teamId: string | null;
  /** The team's notifications channel when the row was taken. */
  channelId?: string | null;
  attempts: number;
  /** What came of the last attempt, if it failed. */
  problem: string | null;
  createdAt: Date;
}

/** The request that a row comes from, where one is known. */
interface Traced {
  trace?: string;
}

/** Something to be told: in Slack, or by mail. */
export type Notice = SlackNotice | LetterNotice;

/** A mail to be written and sent. */
export type LetterNotice = Row & { kind: 'mail'; payload: Traced & Letter };

/** Something to be said in Slack. */
export type SlackNotice = Row &
  (
    | { kind: 'card'; payload: Traced & { key: CardKey; secondLook?: boolean } }
    | { kind: 'thread'; payload: Traced & { key: CardKey; document: Document } }
    | { kind: 'channel'; payload: Traced & { teamId: string; document: Document } }
    | { kind: 'person'; payload: Traced & { slackId: string; document: Document; about?: CardKey } }
  );

/** Work to be given to the queue. */
export type Job = Row & { kind: 'job'; payload: Traced & { name: JobName; data: Record<string, string> } };

/**
 * A document read back from JSON, where moments have become words.
 * @param stored the document as it was kept
 * @returns the document as it was written
 */
export function reviveDocument(stored: Document): Document {
  return revive(stored) as Document;
}

function revive(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revive);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only?.[0] === 'time' && typeof only[1] === 'string') {
    return { time: new Date(only[1]) } satisfies Piece;
  }
  return Object.fromEntries(entries.map(([key, inner]) => [key, revive(inner)]));
}
