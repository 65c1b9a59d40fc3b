/** By which spreadsheets know that a file is in UTF-8; it goes first. */
export const BYTE_ORDER_MARK = '\uFEFF';

/**
 * @param values the cells of one line
 * @returns the line with its end (RFC 4180), each cell that could run or spill made harmless
 */
export function csvLine(values: readonly string[]): string {
  return `${values.map(csvCell).join(',')}\r\n`;
}

/**
 * One cell. Spreadsheets run what begins with `=`, `+`, `-`, `@`, also behind white space or in full width
 * (OWASP, "CSV Injection"): an apostrophe in front makes it text.
 */
function csvCell(value: string): string {
  const safe = /^[\s\p{Cc}\p{Cf}]*[=+\-@|%\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/u.test(value)
    ? `'${value}`
    : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
