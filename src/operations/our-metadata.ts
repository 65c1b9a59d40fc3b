import { REQUIRED_ATTRIBUTES } from '../identity/attributes.ts';
import type { Part } from '../words/document.ts';
import { step } from './common/steps.ts';
import { providerSteps } from './connections/provider.ts';
import { theConnection } from './connections/subject.ts';
import { reading } from './operation.ts';

/**
 * Our addresses for a connection, which its identity provider must know.
 * @param publicUrl the base of every address handed out
 * @param id the connection's permanent id
 */
export function ourAddresses(publicUrl: string, id: string): { entityId: string; acsUrl: string } {
  const base = `${publicUrl}/saml/${encodeURIComponent(id)}`;
  // The entity ID is the address of the metadata itself, as SAML metadata recommends (4.1, "well-known location").
  return { entityId: `${base}/metadata`, acsUrl: `${base}/acs` };
}

/** What the identity provider must be told of us, each value alone to copy. */
export const ourMetadata = reading({
  kind: 'connection.metadata',
  command: {
    verb: 'metadata',
    args: '<connection>',
    summary: 'Our metadata for your identity provider, to copy',
  },
  subject: 'connection',
  right: 'adminOrApprover',
  title: 'Metadata',
  async show(facts) {
    const { id, name, provider } = theConnection(facts);
    const { entityId, acsUrl } = ourAddresses(facts.installation.publicUrl, id);
    const parts: Part[] = [
      { type: 'heading', text: `Metadata for ${name}` },
      { type: 'text', words: 'Give these to your identity provider, or the XML file, which says the same.' },
      { type: 'copy', label: 'Entity ID (Audience)', value: entityId },
      { type: 'copy', label: 'ACS URL (Reply URL, Single sign-on URL)', value: acsUrl },
      ...REQUIRED_ATTRIBUTES.map(
        (attribute): Part => ({ type: 'copy', label: 'Attribute', value: attribute }),
      ),
      { type: 'copy', label: 'XML file', value: entityId },
      {
        type: 'text',
        words: [
          { link: entityId, text: 'Open the XML file' },
          ', or ',
          { link: `${entityId}?signed`, text: 'the same, signed' },
          '.',
        ],
      },
      {
        type: 'note',
        words: 'The attributes must be spelled exactly so, capitals included, and none may be empty.',
      },
    ];
    parts.push(...providerSteps(provider, { entityId, acsUrl }), {
      type: 'steps',
      steps: [step.do('connection.test', { connection: id })],
    });
    return { text: `Metadata for ${name}: entity ID ${entityId}, ACS URL ${acsUrl}`, parts };
  },
});
