import type { Queryable } from '../../../db/client.ts';
import { listDomains } from './domains.ts';
import { listHistory } from './history.ts';
import { historyCsv } from './history-csv.ts';
import { lastTest } from './last-test.ts';
import type { Lists } from './lists.ts';
import { readOverview } from './overview.ts';
import { listRequests } from './requests.ts';
import { listUsers } from './users.ts';

export { historyCsv } from './history-csv.ts';
export { searchOptions } from './search.ts';

/**
 * The lists over one database.
 * @param db what answers
 * @returns the lists; whether the person may see them is the caller's to know
 */
export function createLists(db: Queryable): Lists {
  return {
    domains: (teamId, after) => listDomains(db, teamId, after),
    users: (domainId, after) => listUsers(db, domainId, after),
    requests: (teamId, after) => listRequests(db, teamId, after),
    history: (teamId, name, after) => listHistory(db, teamId, name, after),
    overview: (teamId, after) => readOverview(db, teamId, after),
    lastTest: (connectionId) => lastTest(db, connectionId),
    historyCsv: (teamId, name) => historyCsv(db, teamId, name),
  };
}
