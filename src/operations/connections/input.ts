import { z } from 'zod';
import { plainWords } from '../../identity/words.ts';
import type { Field } from '../operation.ts';
import { connectionNameSchema } from './name.ts';

/** One line that may be left empty; what the chat made of an address is undone. */
export const optionalText = z
  .string()
  .nullish()
  .transform((typed) => plainWords(typed ?? ''));

/** Pasted text kept as it is: a certificate's line ends matter to nobody, its characters do. */
export const pastedText = z
  .string()
  .nullish()
  .transform((pasted) => pasted ?? '');

/** The files of a file field, fetched already. */
export const files = z
  .array(z.object({ name: z.string(), bytes: z.instanceof(Uint8Array) }))
  .nullish()
  .transform((given) => given ?? []);

/** What the modals of New connection and Edit connection give. */
export const connectionInput = z.object({
  name: connectionNameSchema,
  provider: optionalText,
  metadataFile: files,
  metadataUrl: optionalText,
  entityId: optionalText,
  ssoUrl: optionalText,
  certificate: pastedText,
});
export type ConnectionInput = z.infer<typeof connectionInput>;

/** Where metadata comes from, by label of the contract. Entity ID and sign-on URL start with what is there. */
export const sourceFields: Field[] = [
  {
    name: 'metadataFile',
    label: 'Metadata file',
    hint: 'The XML file that your identity provider offers for download. Give this, or the URL, or the three fields below.',
    optional: true,
    type: 'files',
    extensions: ['xml'],
    most: 1,
  },
  {
    name: 'metadataUrl',
    label: 'Metadata URL',
    hint: 'Where your identity provider publishes its metadata (https).',
    optional: true,
    type: 'url',
  },
  {
    name: 'entityId',
    label: 'Entity ID',
    hint: 'Also called Issuer. Beside a file with several identity providers it says which one.',
    optional: true,
    type: 'text',
    max: 1024,
    initial: (facts) => facts.connection?.entityId,
  },
  {
    name: 'ssoUrl',
    label: 'Sign-on URL',
    hint: 'Also called Login URL or SingleSignOnService.',
    optional: true,
    type: 'text',
    max: 2000,
    initial: (facts) => facts.connection?.ssoUrl,
  },
  {
    name: 'certificate',
    label: 'Certificate',
    hint: 'The signing certificate as text, from -----BEGIN CERTIFICATE----- on. Never a private key.',
    optional: true,
    type: 'text',
    lines: 'many',
    // What Slack takes in one input.
    max: 3000,
  },
];
