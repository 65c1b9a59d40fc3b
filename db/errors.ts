/**
 * The database's failures as three kinds, the same for both engines. The driver's own error is not kept:
 * it carries the parameters, and those may be secrets.
 */

/** The database answered, and its answer was an error. `code` is the SQLSTATE. */
export class DatabaseError extends Error {
  override readonly name: string = 'DatabaseError';

  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message);
  }
}

/**
 * A rule of the schema was broken: a constraint (SQLSTATE class 23), or a trigger that raised one of our own
 * codes (`DB…`). RESTRICT is always reported as 23503, whatever the server's version calls it.
 */
export class ConstraintError extends DatabaseError {
  override readonly name = 'ConstraintError';

  constructor(
    message: string,
    code: string,
    readonly constraint: string,
    readonly table: string,
  ) {
    super(message, code);
  }
}

/** The database cannot be reached, is shutting down, takes no changes or has no room left. Worth trying again later. */
export class DatabaseUnavailable extends DatabaseError {
  override readonly name: string = 'DatabaseUnavailable';

  /**
   * @param message what happened
   * @param code the SQLSTATE, or the network's own code
   * @param sent the statement was on its way when the connection broke: it was done, or it was not
   */
  constructor(
    message: string,
    code: string,
    readonly sent = false,
  ) {
    super(message, code);
  }
}

/**
 * A change was on its way when the connection broke: nobody knows whether it was saved. Whoever asked for it is told
 * so and looks; to send it again unseen could do it twice.
 */
export class OutcomeUnknown extends DatabaseUnavailable {
  override readonly name = 'OutcomeUnknown';
}

/**
 * What the failure of a statement that changes something means.
 * @param error what the statement failed with
 * @returns OutcomeUnknown when it may have been done all the same; otherwise the error as it was
 */
export function ofAChange(error: unknown): unknown {
  if (!(error instanceof DatabaseUnavailable) || !error.sent) return error;
  return new OutcomeUnknown(error.message, error.code, true);
}

/** The SQLSTATE of a broken unique index. */
export const UNIQUE_VIOLATION = '23505';
/** The SQLSTATE of a broken foreign key. */
export const FOREIGN_KEY_VIOLATION = '23503';

const RESTRICT_VIOLATION = '23001';

/** What both drivers' errors have in common; postgres.js says `constraint_name`, PGlite `constraint`. */
interface DriverError {
  message: string;
  code?: string;
  constraint?: string;
  constraint_name?: string;
  table?: string;
  table_name?: string;
}

const NETWORK =
  /^(CONNECTION_(CLOSED|ENDED|DESTROYED)|CONNECT_TIMEOUT|ECONN\w+|ENOTFOUND|ENOENT|EPIPE|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/;

/**
 * Connection exceptions, insufficient resources (disk full, too many connections), shutdown, input/output; a server
 * that only reads (a standby after a failover), and a statement that took longer than the server lets it.
 */
const UNAVAILABLE_STATE = /^(08|53|58)...$|^57P0[1-4]$|^25006$|^57014$/;

/**
 * The connection broke after it had been made, or its session was ended: a statement that was sent may have been
 * done. (A connection that never came about carried none; any other error of the server's undid the statement.)
 */
const BROKE_OFF = /^(CONNECTION_(CLOSED|DESTROYED)|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|08...|57P0[12])$/;

/**
 * The one place that knows how drivers report failures.
 * @param error what the driver threw
 * @returns the failure as one of ours; what is no database failure (a bug of ours) comes back as it was
 */
export function toDatabaseError(error: unknown): unknown {
  if (error instanceof DatabaseError || !(error instanceof Error)) return error;
  const driver = error as Error & DriverError;
  // Node reports a failed connection to several addresses as one error that wraps the others.
  const code = driver.code ?? (error instanceof AggregateError ? error.errors[0]?.code : undefined);
  if (typeof code !== 'string') return error;
  const sent = BROKE_OFF.test(code);
  if (NETWORK.test(code))
    return new DatabaseUnavailable(`The database cannot be reached (${code})`, code, sent);
  if (!/^[0-9A-Z]{5}$/.test(code)) return error;
  if (UNAVAILABLE_STATE.test(code)) return new DatabaseUnavailable(driver.message, code, sent);
  if (code.startsWith('23') || code.startsWith('DB')) {
    return new ConstraintError(
      driver.message,
      code === RESTRICT_VIOLATION ? FOREIGN_KEY_VIOLATION : code,
      driver.constraint_name ?? driver.constraint ?? '',
      driver.table_name ?? driver.table ?? '',
    );
  }
  return new DatabaseError(driver.message, code);
}

/**
 * @param error anything that was thrown
 * @param constraint the name of an index, constraint or trigger rule
 * @returns whether the error says that this very rule was broken
 */
export function breaks(error: unknown, constraint: string): error is ConstraintError {
  return error instanceof ConstraintError && error.constraint === constraint;
}
