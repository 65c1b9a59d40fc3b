import type { CertificateFacts } from '../certificates.ts';

export type SsoBinding = 'redirect' | 'post';

/** What a connection needs to know of its identity provider. */
export interface IdpMetadata {
  entityId: string;
  /** What the identity provider calls itself, where it says so. */
  displayName?: string;
  ssoUrl: string;
  ssoBinding: SsoBinding;
  /** All signing certificates, also those that cannot be used now; at least one can. */
  certificates: CertificateFacts[];
  validUntil?: Date;
  /** Whether it asks for signed AuthnRequests. Ours are signed always. */
  wantsSignedRequests: boolean;
  /** Sentences an admin should read: what was passed over, what will expire, what is unusual. */
  notes: string[];
}

export interface EntityChoice {
  entityId: string;
  displayName?: string;
}

export type MetadataProblem =
  | 'empty'
  | 'too-large'
  | 'encoding'
  | 'html'
  | 'not-xml'
  | 'doctype'
  | 'processing-instruction'
  | 'too-complex'
  | 'private-key'
  | 'not-metadata'
  | 'no-entity-id'
  | 'no-idp'
  | 'no-saml2'
  | 'no-binding'
  | 'sso-url'
  | 'no-certificate'
  | 'certificate-broken'
  | 'no-usable-certificate'
  | 'too-many-certificates'
  | 'expired'
  | 'choose-entity'
  | 'unknown-entity';

export type MetadataRefusal = {
  ok: false;
  code: MetadataProblem;
  /** One sentence with the cause and the cure. */
  message: string;
  /** With `choose-entity`: the identity providers in the file. */
  entities?: EntityChoice[];
};

export type ReadMetadata = ({ ok: true } & IdpMetadata) | MetadataRefusal;
