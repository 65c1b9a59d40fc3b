/** The attributes that every assertion must carry, spelled exactly so, none of them empty. */
export const REQUIRED_ATTRIBUTES = ['firstName', 'lastName', 'email', 'objectGUID'] as const;

export type RequiredAttribute = (typeof REQUIRED_ATTRIBUTES)[number];
