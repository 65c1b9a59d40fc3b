import { reading } from './operation.ts';
import { connectionScreen } from './screens/connection-screen.ts';
import { domainScreen } from './screens/domain-screen.ts';

/** How a domain or a connection stands, what that means, and what can be done next. For everyone but guests. */
export const status = reading({
  kind: 'status',
  command: {
    verb: 'status',
    args: '[domain or connection]',
    summary: 'State, what it means, what can be done next',
  },
  subject: 'domainOrConnection',
  right: 'member',
  title: 'Status',
  async show(facts, more) {
    if (facts.domain) return domainScreen(facts, facts.domain);
    const { connection } = facts;
    if (connection) return connectionScreen(facts, connection, await more.lastTest(connection.id));
    throw new Error('status was asked of nothing');
  },
});
