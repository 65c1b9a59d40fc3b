import type { WebClient } from '@slack/web-api';
import type { PersonFact } from '../service/facts/facts.ts';
import type { PeopleStore } from '../service/service.ts';
import { type SlackPerson, slackPerson } from './payload.ts';

/** Keeps what Slack says of people known to the service: `users.info` once a person, then `user_change`. */
export interface People {
  /**
   * Makes sure that the service knows these people.
   * @throws when Slack or the database cannot be asked
   */
  know(client: WebClient, workspaceId: string, slackIds: string[]): Promise<void>;
  /** Keeps a change of somebody who is known already; others are read when they first act. */
  changed(workspaceId: string, person: SlackPerson): Promise<void>;
}

/** People remembered as known, at most; the oldest are asked for again. */
const REMEMBERED = 50_000;
/** Calls of `users.info` at once. */
const AT_ONCE = 5;

/** @param store where people are kept */
export function createPeople(store: PeopleStore): People {
  const known = new Set<string>();
  const remember = (workspaceId: string, slackIds: string[]): void => {
    for (const id of slackIds) known.add(`${workspaceId}/${id}`);
    for (const oldest of known) {
      if (known.size <= REMEMBERED) break;
      known.delete(oldest);
    }
  };

  return {
    async know(client, workspaceId, slackIds) {
      const asked = [...new Set(slackIds)].filter((id) => !known.has(`${workspaceId}/${id}`));
      if (asked.length === 0) return;
      const unknown = await store.unknown(workspaceId, asked);
      for (let i = 0; i < unknown.length; i += AT_ONCE) {
        const ids = unknown.slice(i, i + AT_ONCE);
        const people = await Promise.all(ids.map((id) => readPerson(client, workspaceId, id)));
        await store.keep(workspaceId, people);
      }
      remember(workspaceId, asked);
    },
    async changed(workspaceId, person) {
      if ((await store.unknown(workspaceId, [person.id])).length > 0) return;
      await store.keep(workspaceId, [personFact(workspaceId, person)]);
    },
  };
}

async function readPerson(client: WebClient, workspaceId: string, id: string): Promise<PersonFact> {
  const answer = await client.users.info({ user: id });
  return personFact(workspaceId, slackPerson.parse(answer.user));
}

/**
 * @param workspaceId the workspace that asks
 * @param person what Slack says of them
 * @returns what is kept; people of other workspaces and bots count as guests, who may do nothing
 */
export function personFact(workspaceId: string, person: SlackPerson): PersonFact {
  const elsewhere = (person.team_id ?? workspaceId) !== workspaceId || person.is_stranger === true;
  const restricted = person.is_restricted === true || person.is_ultra_restricted === true;
  const guest = elsewhere || restricted || person.is_bot === true;
  const { profile } = person;
  return {
    slackId: person.id,
    name: profile?.display_name || person.real_name || profile?.real_name || person.name || person.id,
    timeZone: person.tz || 'UTC',
    slackAdmin:
      !guest && (person.is_admin === true || person.is_owner === true || person.is_primary_owner === true),
    guest,
    deactivated: person.deleted === true,
  };
}
