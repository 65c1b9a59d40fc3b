/** Slack's limits that more than one file keeps; see "Limits" in Slack's Block Kit and views reference. */
export const LIMITS = {
  /** A modal's title, submit and close. */
  viewLabel: 24,
  header: 150,
  buttonText: 75,
  optionText: 75,
  optionValue: 75,
  fieldLabel: 2000,
  hint: 2000,
  plainText: 3000,
  inputText: 3000,
  contextElements: 10,
  actionElements: 25,
  options: 100,
  radioOptions: 10,
  messageBlocks: 50,
  viewBlocks: 100,
  /** All texts of a message; Slack refuses at about 13,000. */
  messageCharacters: 10_000,
  /** All texts of a view: far below 250 KB even when each takes four bytes and JSON doubles it. */
  viewCharacters: 30_000,
  /** The `text` of a message; Slack cuts at about 4,000. */
  fallbackText: 3000,
  privateMetadata: 3000,
  fileBytes: 10 * 1024 * 1024,
} as const;
