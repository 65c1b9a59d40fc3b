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
  async show(facts) {
    if (facts.domain) return domainScreen(facts, facts.domain);
    if (facts.connection) return connectionScreen(facts, facts.connection);
    throw new Error('status was asked of nothing');
  },
});
