/** Every table, in one import. Each file of `schema/` holds one subject. */
export * from './schema/audit.ts';
export * from './schema/connections.ts';
export * from './schema/counts.ts';
export * from './schema/delivery.ts';
export * from './schema/domains.ts';
export * from './schema/requests.ts';
export * from './schema/sessions.ts';
export * from './schema/sign-in.ts';
export * from './schema/slack.ts';
export * from './schema/teams.ts';
export * from './schema/turn-offs.ts';
export * from './schema/users.ts';
