/** What the steps name of our side of a connection. */
export interface OurSide {
  entityId: string;
  acsUrl: string;
  /** Where our metadata XML is. */
  metadataUrl: string;
}

/** An identity provider that we know the way through. */
export interface Preset {
  id: string;
  name: string;
  /** Where its metadata is found, in one sentence. */
  metadataHint: string;
  /**
   * @param ours our addresses for the connection
   * @returns what to do at the identity provider, step by step, as plain words
   */
  steps(ours: OurSide): string[];
}

const TEST = 'Come back here and test the connection before you turn SSO on for a domain.';

const okta: Preset = {
  id: 'okta',
  name: 'Okta',
  metadataHint: 'In the application, on the Sign On tab, copy the Metadata URL.',
  steps: ({ entityId, acsUrl }) => [
    'In the Okta Admin Console, open Applications and choose Create App Integration, then SAML 2.0.',
    `Set Single sign-on URL to ${acsUrl} and keep “Use this for Recipient URL and Destination URL” checked.`,
    `Set Audience URI (SP Entity ID) to ${entityId}.`,
    'Set Name ID format to EmailAddress and Application username to Email.',
    'Under Attribute Statements add firstName = user.firstName, lastName = user.lastName, email = user.email and objectGUID = user.getInternalProperty("id").',
    'Finish, then assign the people or groups who shall sign in on the Assignments tab.',
    TEST,
  ],
};

const entra: Preset = {
  id: 'entra',
  name: 'Microsoft Entra ID',
  metadataHint: 'Under Single sign-on, section SAML Certificates, copy the App Federation Metadata Url.',
  steps: ({ entityId, acsUrl }) => [
    'In the Microsoft Entra admin center, open Enterprise applications, choose New application and create your own, not from the gallery.',
    'Open Single sign-on, choose SAML and edit Basic SAML Configuration.',
    `Set Identifier (Entity ID) to ${entityId} and Reply URL (Assertion Consumer Service URL) to ${acsUrl}.`,
    'Edit Attributes & Claims and add, each with an empty namespace: firstName = user.givenname, lastName = user.surname, email = user.mail and objectGUID = user.objectid.',
    'Under SAML Certificates keep the signing algorithm SHA-256.',
    'Open Users and groups and assign the people who shall sign in.',
    TEST,
  ],
};

const google: Preset = {
  id: 'google',
  name: 'Google Workspace',
  metadataHint:
    'While the app is made, on the page “Google Identity Provider details”, choose Download metadata.',
  steps: ({ entityId, acsUrl }) => [
    'In the Google Admin console, open Apps, then Web and mobile apps, and choose Add custom SAML app.',
    `Set ACS URL to ${acsUrl} and Entity ID to ${entityId}.`,
    'Set Name ID format to EMAIL and Name ID to Basic Information > Primary email.',
    'Make a custom user attribute (Directory > Users > Manage custom attributes) with an unchanging value for each person, for objectGUID.',
    'Under Attributes map First name to firstName, Last name to lastName, Primary email to email and your custom attribute to objectGUID.',
    'Turn the app on for the organizational units whose people shall sign in. This can take a while to reach everyone.',
    TEST,
  ],
};

const adfs: Preset = {
  id: 'adfs',
  name: 'AD FS',
  metadataHint: 'It is at https://<your AD FS server>/FederationMetadata/2007-06/FederationMetadata.xml.',
  steps: ({ entityId, acsUrl, metadataUrl }) => [
    `In AD FS Management, choose Add Relying Party Trust, claims aware, and import the data from ${metadataUrl} (or from our XML file).`,
    `Without import: enable SAML 2.0 WebSSO with the service URL ${acsUrl} and add the identifier ${entityId}.`,
    'Permit the people who shall sign in by an access control policy.',
    'Edit the claim issuance policy and add the rule Send LDAP Attributes as Claims, with Active Directory as store: Given-Name as firstName, Surname as lastName, E-Mail-Addresses as email and objectGUID as objectGUID, typed exactly so.',
    'In the same rule send E-Mail-Addresses as Name ID too.',
    'In the properties of the trust, on the Advanced tab, choose SHA-256.',
    TEST,
  ],
};

const onelogin: Preset = {
  id: 'onelogin',
  name: 'OneLogin',
  metadataHint: 'In the application, choose More Actions, then SAML Metadata.',
  steps: ({ entityId, acsUrl }) => [
    'In OneLogin Administration, open Applications and add SAML Custom Connector (Advanced).',
    `On the Configuration tab set Audience (EntityID) to ${entityId}, and Recipient as well as ACS (Consumer) URL to ${acsUrl}.`,
    'Set ACS (Consumer) URL Validator to a pattern that fits that address.',
    'On the Parameters tab add firstName, lastName, email and objectGUID (from an ID that never changes), each with “Include in SAML assertion” checked.',
    'On the SSO tab set SAML Signature Algorithm to SHA-256.',
    'Give the application to the roles or people who shall sign in.',
    TEST,
  ],
};

const pingone: Preset = {
  id: 'pingone',
  name: 'PingOne',
  metadataHint:
    'In the application, on the Configuration tab, choose Download Metadata or copy the IDP Metadata URL.',
  steps: ({ entityId, acsUrl, metadataUrl }) => [
    'In the PingOne console, open Applications and add one of the type SAML Application.',
    `Import our metadata from ${metadataUrl}, or enter ACS URL ${acsUrl} and Entity ID ${entityId}.`,
    'On the Attribute Mappings tab map saml_subject to Email Address, and add firstName = Given Name, lastName = Family Name, email = Email Address and objectGUID = User ID, all required.',
    'On the Configuration tab sign the assertion with RSA_SHA256.',
    'Allow access to the groups whose people shall sign in, and switch the application on.',
    TEST,
  ],
};

const jumpcloud: Preset = {
  id: 'jumpcloud',
  name: 'JumpCloud',
  metadataHint: 'In the application, on the SSO tab, choose Export Metadata or copy the metadata URL.',
  steps: ({ entityId, acsUrl }) => [
    'In the JumpCloud Admin Portal, open SSO Applications, add a Custom Application and choose SAML.',
    `On the SSO tab set SP Entity ID to ${entityId} and ACS URL to ${acsUrl}.`,
    'Set SAMLSubject NameID to email, Signature Algorithm to RSA-SHA256, and sign the assertion.',
    'Under Attributes add the user attributes firstName = firstname, lastName = lastname, email = email and objectGUID = id.',
    'On the User Groups tab choose the groups whose people shall sign in.',
    TEST,
  ],
};

const other: Preset = {
  id: 'other',
  name: 'None of the above',
  metadataHint: 'Look for “IdP metadata” or “federation metadata”: an XML file or its address.',
  steps: ({ entityId, acsUrl, metadataUrl }) => [
    'At your identity provider, make an application (also called service provider or relying party) for SAML 2.0.',
    `If it can import metadata, give it ${metadataUrl}.`,
    `Otherwise set the entity ID (also called audience) to ${entityId} and the assertion consumer service (also called ACS, reply or recipient URL) to ${acsUrl}, with the binding HTTP-POST.`,
    'Send the attributes firstName, lastName, email and objectGUID, spelled exactly so; objectGUID is an ID of the person that never changes.',
    'Sign the assertion or the response with RSA-SHA256, and do not encrypt the assertion.',
    'Give the people who shall sign in access to the application.',
    TEST,
  ],
};

/** All presets, in the order to show them in. */
export const PRESETS: readonly Preset[] = [okta, entra, google, adfs, onelogin, pingone, jumpcloud, other];

/**
 * @param id a stored id
 * @returns its preset; “None of the above” for one that is not known any more
 */
export function presetOf(id: string): Preset {
  return PRESETS.find((preset) => preset.id === id) ?? other;
}
