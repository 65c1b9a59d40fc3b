import { sql } from 'drizzle-orm';
import { check, foreignKey, index, integer, pgTable, text, unique, uniqueIndex } from 'drizzle-orm/pg-core';
import { moment, words } from './columns.ts';
import { teams } from './teams.ts';

/**
 * One identity provider of a team. `id` is permanent and stands in addresses.
 * `config_hash` covers what a sign-in rests on (entity ID, sign-on URL, binding, certificates);
 * `tested_hash` is the configuration that last passed a test sign-in: equal means fresh evidence.
 */
export const connections = pgTable(
  'connections',
  {
    id: text('id').primaryKey(),
    teamId: text('team_id')
      .notNull()
      .references(() => teams.id),
    name: text('name').notNull(),
    nameKey: text('name_key').notNull(),
    provider: text('provider').notNull(),
    entityId: text('entity_id').notNull(),
    ssoUrl: text('sso_url').notNull(),
    ssoBinding: text('sso_binding').notNull(),
    metadataUrl: text('metadata_url'),
    configHash: text('config_hash').notNull(),
    testedHash: text('tested_hash'),
    testedAt: moment('tested_at'),
    version: integer('version').notNull().default(1),
    createdAt: moment('created_at').notNull(),
  },
  (t) => [
    uniqueIndex('connections_name').on(t.teamId, t.nameKey),
    // Lets a domain's foreign key demand a connection of the same team.
    unique('connections_of_team').on(t.id, t.teamId),
    check('connections_name_length', sql`char_length(${t.name}) between 1 and 60`),
    check('connections_binding', sql`${t.ssoBinding} in (${words(['redirect', 'post'])})`),
  ],
);

/** A signing certificate of a connection's IdP; `der` is the re-encoded DER in base64, never what was uploaded. */
export const certificates = pgTable(
  'certificates',
  {
    id: text('id').primaryKey(),
    connectionId: text('connection_id').notNull(),
    teamId: text('team_id').notNull(),
    fingerprint: text('fingerprint').notNull(),
    der: text('der').notNull(),
    subject: text('subject').notNull(),
    issuer: text('issuer').notNull(),
    keyType: text('key_type').notNull(),
    keyBits: integer('key_bits').notNull(),
    validFrom: moment('valid_from').notNull(),
    validUntil: moment('valid_until').notNull(),
    addedAt: moment('added_at').notNull(),
    lastUsedAt: moment('last_used_at'),
  },
  (t) => [
    foreignKey({
      columns: [t.connectionId, t.teamId],
      foreignColumns: [connections.id, connections.teamId],
    }).onDelete('cascade'),
    uniqueIndex('certificates_fingerprint').on(t.connectionId, t.fingerprint),
    // What ends soon is looked for every few minutes, among the certificates of all teams.
    index('certificates_end').on(t.validUntil),
  ],
);
