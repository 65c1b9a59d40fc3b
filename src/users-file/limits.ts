/** The most rows and bytes one import takes; Slack's own limit for a file in a modal is 10 MB as well. */
export const MOST_ROWS = 100_000;
export const MOST_BYTES = 10 * 1024 * 1024;
