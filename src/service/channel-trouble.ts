/** @returns where it is kept that a team's admins know of trouble with its channel: the channel, a space, Slack's error name */
export const troubleKey = (teamId: string): string => `channel-trouble:${teamId}`;
