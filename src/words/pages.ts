/**
 * Every word of the pages, in one place; where Slack says the same, it says it from here too. Functions take what stands
 * between the words; it is escaped where it is shown.
 */
export const strings = {
  /** Stands after the title of every page. */
  product: 'Drawbridge',

  errors: {
    titles: {
      400: 'This cannot be read',
      403: 'Not allowed',
      404: 'Not found',
      405: 'Not here',
      409: 'Changed meanwhile',
      413: 'Too large',
      415: 'This cannot be read',
      429: 'Too many tries',
      503: 'Not available',
    } as Record<number, string>,
    anyTitle: 'Something went wrong',
    onwards: 'Start again',
    nothingHere: 'There is nothing at this address.',
    method: 'This address is not opened this way.',
    tooLarge: 'This is larger than it may be.',
    notAForm: 'A form was expected here.',
    unavailable: (reference: string) =>
      `This does not work at the moment. Try again in a minute. Reference ${reference}.`,
    ours: (reference: string) => `Something went wrong on our side. Reference ${reference}.`,
  },

  signIn: {
    title: 'Sign in',
    email: 'E-mail',
    next: 'Next',
    again: 'Sign in again',
    back: 'Back to sign-in',
    form: 'This form has expired, or your browser keeps no cookies. Start again.',
    wait: (minutes: number) =>
      `There were too many tries. Wait ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}, then try again.`,

    sso: {
      title: 'Single sign-on',
      words: (domain: string, connection: string) => `People of ${domain} sign in through ${connection}.`,
      onwards: (connection: string) => `Continue to ${connection}`,
    },

    password: {
      password: 'Password',
      submit: 'Sign in',
      change: 'Use another address',
      forgot: 'FORGOT?',
      forgotHint: 'Forgot your password, or never had one? We send you a link to create one.',
      wrong: 'Address and password do not match. Try again, or press FORGOT? to choose a new password.',
    },

    forgot: {
      title: 'Look into your mail',
      sent: (email: string) =>
        `If there is an account for ${email}, a mail with a link is on its way. The link works once, within 60 minutes.`,
      nothing: 'Nothing came? Look into the spam folder, or try again in a few minutes.',
      noMail: (contact: string | undefined) =>
        `A new password needs a mail, and mail is not set up here. Ask your admin${contact ? ` or ${contact}` : ''}.`,
      noMailTitle: 'Mail is not set up',
    },

    reset: {
      title: 'Reset Password',
      for: (email: string) => `Create a password for ${email}.`,
      password: 'New password',
      confirm: 'Confirm password',
      rules: (min: number) => `At least ${min} characters. A few words in a row are easy to remember.`,
      submit: 'Reset Password',
      differ: 'The two passwords are not the same. Type them again.',
      ssoOn: 'Single sign-on is on for you, so no password is needed. Enter your address and press Next.',
      gone: 'This link has expired or was used before. Ask for a new one: enter your address, press Next, then FORGOT?.',
    },

    signedIn: {
      title: 'You are signed in',
      who: (name: string, email: string) => (name ? `${name}, ${email}` : email),
      bySso: (connection: string) => `By single sign-on through ${connection}.`,
      byPassword: 'By password.',
      teams: (teams: string[]) => `In the ${teams.length === 1 ? 'team' : 'teams'} ${teams.join(', ')}.`,
      noTeam: 'In no team. Ask an admin of your team for an invitation.',
      signOut: 'Sign out',
    },
  },

  saml: {
    noConnection: 'There is no such connection (any more). Ask your admin for the right address.',
    testLink: {
      gone: 'This link has expired, has done its work, or is not complete. Run /sso test in Slack for a new one.',
      elsewhere:
        'This link was opened in another browser before, and works only there. Run /sso test in Slack for a new one.',
    },
    notOpen: (connection: string) =>
      `Nobody signs in through ${connection} yet: single sign-on is not turned on. Sign in with your e-mail address instead.`,
    toIdp: (connection: string) => `Sign in at ${connection}`,
    idpNext: 'Your identity provider takes it from here.',
    continue: 'Continue',
    noOpenRequest: 'This sign-in has expired, was finished before, or began in another browser. Start again.',
    used: 'This response was used before. Start again.',
    busy: 'Very many people are signing in just now. Wait half a minute, then start again.',

    test: {
      passed: 'The test passed',
      failed: 'The test did not pass',
      connection: (name: string) => `Connection: ${name}`,
      passedNext:
        'SSO can now be turned on with this configuration. You can close this page; Drawbridge wrote to you in Slack.',
      failedNext:
        'Change what is marked below, then run /sso test again. Drawbridge wrote this to you in Slack as well.',
      changed: (connection: string) =>
        `The configuration of ${connection} was changed after this test began. Run /sso test in Slack again.`,
      often: 'This test has failed too often. Run /sso test in Slack for a new link.',
      sent: 'What was sent',
      empty: '(empty)',
      idpSaid: (message: string) => `The identity provider said: ${message}`,
      right: 'right',
      wrong: 'wrong',
    },

    refused: {
      title: 'You are not signed in',
      response: (connection: string) =>
        `What ${connection} sent cannot be accepted. Show this to your admin, or try again.`,
      notLinked: (domain: string, connection: string) =>
        `Addresses of ${domain} do not sign in through ${connection}. Sign in with your e-mail address, or ask your admin.`,
      certificateRemoved: (connection: string) =>
        `What ${connection} sent is signed with a certificate that was removed just now. Sign in again.`,
      ssoOff: (domain: string) =>
        `Single sign-on is off for ${domain}. Sign in with your e-mail address and password.`,
      invitation: (email: string, team: string, admins: string) =>
        `${email} has no access to ${team} yet. Ask an admin of ${team} for an invitation${admins}.`,
      admins: (names: string[]) => `: ${names.join(', ')}`,
      sameId: (connection: string, team: string, admins: string) =>
        `The objectGUID that ${connection} sent for you belongs to somebody else here, so we cannot tell which account is yours. The admins of ${team} were told; ask one of them${admins}.`,
      doubtful: (email: string, connection: string, team: string, admins: string) =>
        `The account of ${email} belongs to somebody else at ${connection}, so we cannot tell whether it is yours. The admins of ${team} were told; ask one of them${admins}.`,
    },
  },

  /** Why words are not an e-mail address; `about` are the words. */
  address: {
    empty: () => 'No e-mail address was given. Write it like anna@acme.com.',
    unseen: () => 'The address holds characters that cannot be seen. Type it by hand, like anna@acme.com.',
    'no-at': (about: string) => `“${about}” has no @ in it. Write the address like anna@acme.com.`,
    local: (about: string) =>
      `“${about}” is not an address we can use: what stands before the @ may hold letters, digits, dots and hyphens. Write it like anna@acme.com.`,
    domain: (about: string) => `“${about}” has no domain after the @. Write the address like anna@acme.com.`,
    'too-long': (about: string) =>
      `“${about}” is longer than an address can be (64 characters before the @, 254 in all).`,
  },

  /** Why a password cannot be chosen. */
  password: {
    'too-short': (min: number) =>
      `Choose at least ${min} characters. A few words in a row are easy to remember.`,
    'too-long': (max: number) => `Choose at most ${max} characters.`,
    common: 'This password is among the first that are guessed. Choose a few unrelated words in a row.',
    personal: 'This password is made of your own name or address. Choose a few unrelated words in a row.',
  },

  /** What is looked at in a response of an identity provider: what was found, and what to do about it. */
  checks: {
    names: {
      format: 'Message',
      status: 'Status',
      algorithm: 'Algorithms',
      signature: 'Signature',
      certificate: 'Certificate',
      issuer: 'Issuer',
      destination: 'Destination',
      request: 'Request',
      recipient: 'Recipient',
      clock: 'Clock',
      audience: 'Audience',
      authentication: 'Authentication',
      attributes: 'Attributes',
      domain: 'E-mail domain',
    },
    none: '(none)',
    and: ' and ',
    askVendor: 'Ask the vendor of your identity provider.',
    plainResponses: 'Ask the vendor of your identity provider to send plain SAML 2.0 responses.',
    tampering:
      'Sign in again. If it happens again, somebody may be tampering with responses: tell your security team.',

    format: {
      right: 'A SAML 2.0 response, whole and within limits.',
      larger: (limit: string) => `The response is larger than ${limit}.`,
      fewer: 'Send fewer attributes, groups above all.',
      notBase64: 'The response is not in base64.',
      between: 'Sign in again; if it happens again, check what stands between your browser and us.',
      notUtf8: 'The response is not in UTF-8.',
      xml: {
        'not-well-formed': 'The response is not well-formed XML.',
        doctype: 'The response cannot be taken: it holds a document type declaration.',
        'processing-instruction': 'The response cannot be taken: it holds a processing instruction.',
        comment: 'The response cannot be taken: it holds a comment.',
        'too-deep': 'The response cannot be taken: its elements are nested too deep.',
        'too-many-elements': 'The response cannot be taken: it holds too many elements.',
        'too-many-attributes': 'The response cannot be taken: an element has too many attributes.',
      },
      notAResponse: (name: string) => `The message is not a SAML 2.0 response but <${name}>.`,
      setProtocol: 'Set the protocol of this application to SAML 2.0 at your identity provider.',
      encrypted: 'The assertion is encrypted, which is not read here.',
      noEncryption: 'Turn off assertion encryption for this application at your identity provider.',
      noAssertion: 'The response has no assertion in it.',
      assign: 'Check at your identity provider that you are assigned to this application.',
      severalAssertions: (count: number) => `The response holds ${count} assertions.`,
      misplacedAssertion: 'The assertion is not where it belongs in the response.',
      duplicateId: 'Two elements of the response have the same ID.',
    },

    status: {
      right: 'The identity provider says that the sign-in worked.',
      refused: (names: string, said: string | undefined) =>
        `The identity provider refused the sign-in (${names || 'no status'})${said ? `: “${said}”` : '.'}`,
      logs: 'Look into the sign-in log of your identity provider for the time of this attempt.',
      assign: 'Check at your identity provider that this person is assigned to the application.',
      authnFailed:
        'The person could not be authenticated. Check password, multi-factor and conditional access there.',
      nameIdPolicy: 'Set the name ID format of the application to e-mail address or unspecified.',
      authnContext: 'Let the application accept any way of authentication.',
      noPassive: 'Sign in at your identity provider first.',
      unsupported: 'Set the protocol of the application to SAML 2.0 with our addresses.',
    },

    algorithm: {
      right: 'Signed with an accepted algorithm.',
      canonicalization: (name: string) => `The canonicalization ${name} is not accepted.`,
      signature: (name: string) => `The signature algorithm ${name} is not accepted.`,
      digest: (name: string) => `The digest algorithm ${name} is not accepted.`,
      fix: 'Set the signature algorithm of this application to RSA-SHA256 (digest SHA-256) at your identity provider.',
    },

    signature: {
      right: 'The signature is valid.',
      unsigned: 'Neither the response nor the assertion is signed.',
      turnOn:
        'Turn on signing of the assertion (or of the response) for this application at your identity provider.',
      misplaced: 'A signature is not where it belongs in the response.',
      several: 'One element bears several signatures.',
      malformed: 'The signature is malformed.',
      object: 'The signature holds something that does not belong in it.',
      references: 'The signature covers not exactly one element.',
      target: 'The signature covers another element than the one that bears it.',
      transforms: 'The signature uses transforms that SAML does not allow.',
      prefixes: 'The signature names more namespaces than any real one does.',
      malformedReference: 'The reference of the signature is malformed.',
      unreadable: 'The signed message cannot be read unambiguously.',
      noneFits: (ours: string) =>
        `The signature fits none of this connection’s certificates (${ours}), and it does not say which one it was made with.`,
      noCertificates: 'none',
      upload: 'Upload the current signing certificate of your identity provider.',
      altered:
        'The response was changed after it was signed: the signature names the right certificate but does not fit.',
      onTheWay: 'Sign in again. If it happens again, look for what changes responses on their way.',
      invalid: (fingerprint: string) =>
        `The signature is not valid, not even by the certificate that it brings along (${fingerprint}).`,
      tell: 'Sign in again. If it happens again, tell your security team.',
      unknownKey: (theirs: string, ours: string) =>
        `The response is signed with certificate ${theirs}, but this connection has ${ours}.`,
      renew:
        'If your identity provider changed its certificate, renew the certificate of this connection with that one.',
    },

    certificate: {
      right: (fingerprint: string) => `Signed with certificate ${fingerprint}.`,
      unusable: (fingerprint: string, cause: string) =>
        `The response is signed with certificate ${fingerprint}, which ${cause}.`,
      /** Go on after “it” and after “which”. */
      causes: {
        weakKey: (bits: number) => `has an RSA key of only ${bits} bits`,
        unsupportedKey: (kind: string) => `has a key (${kind}) that cannot be used for SAML here`,
        expired: (on: string) => `expired on ${on}`,
        notYet: (from: string) => `is valid only from ${from}`,
        weakHash: (algorithms: string) => `was issued with ${algorithms}, which is outdated`,
      },
      makeNew:
        'Make a new certificate at your identity provider and renew the certificate of this connection with it.',
    },

    issuer: {
      right: (issuer: string) => `Sent by ${issuer}.`,
      wrong: (issuer: string, expected: string) =>
        `The issuer is ${issuer}, but this connection has the entity ID ${expected}.`,
      fix: 'Sign in at the identity provider of this connection, or correct the entity ID in the connection.',
    },

    destination: {
      none: 'The response names no destination, which is allowed.',
      right: (address: string) => `Sent to ${address}.`,
      wrong: (destination: string, ours: string) =>
        `The destination is ${destination}, but our address is ${ours}.`,
    },
    setAcs: (address: string) =>
      `Set the assertion consumer service (also called ACS, reply, recipient or destination URL) to ${address} at your identity provider.`,

    request: {
      right: 'It answers the request that was made.',
      unasked: 'Not asked for, which is allowed for this connection.',
      different: 'The response answers two different requests at once.',
      notMade: 'The response answers a request that was not made.',
      unsolicited: 'The response answers no request of ours: it was started at the identity provider.',
      another: 'The response answers another request than the one open here.',
      fix: 'Begin the sign-in again from our page, in one browser, within 10 minutes.',
    },

    recipient: {
      right: (address: string) => `Made for ${address}.`,
      noBearer: 'The assertion has no bearer confirmation.',
      setBearer: 'Set the subject confirmation to bearer for this application at your identity provider.',
      missing: 'missing',
      wrong: (recipient: string, ours: string) =>
        `The recipient is ${recipient}, but our address is ${ours}.`,
    },

    clock: {
      right: (at: string) => `Made at ${at}, and valid now.`,
      /** Stands after whatever is wrong. */
      ours: (what: string, now: string) => `${what} Our clock says ${now}.`,
      fix: 'Set the clock of your identity provider by a time server (NTP).',
      again:
        'Sign in again. If that does not help: Set the clock of your identity provider by a time server (NTP).',
      noInstant: 'The assertion does not say when it was made.',
      madeLater: (at: string) => `The assertion says it was made at ${at}, which is still to come.`,
      tooOld: (at: string) => `The assertion was made at ${at}, more than 10 minutes ago.`,
      authenticatedLater: (at: string) =>
        `The assertion says somebody signed in at ${at}, which is still to come.`,
      unreadable: 'A time in the assertion cannot be read.',
      notYet: (from: string) => `The assertion is valid only from ${from}.`,
      expired: (until: string) => `The assertion was valid until ${until}.`,
      noEnd: 'The bearer confirmation does not say until when it is valid.',
      carryEnd: 'Let the subject confirmation carry NotOnOrAfter, as SAML 2.0 asks for.',
    },

    audience: {
      right: (entityId: string) => `Meant for ${entityId}.`,
      unknownCondition: (names: string) => `The assertion sets a condition that we do not know: ${names}.`,
      leaveOut: 'Leave that condition out for this application.',
      none: 'The assertion does not say for whom it is meant.',
      empty: 'empty',
      wrong: (audience: string, ours: string) => `The audience is ${audience}, but our entity ID is ${ours}.`,
      fix: (entityId: string) =>
        `Set the audience (also called SP entity ID or identifier) to ${entityId} at your identity provider.`,
    },

    authentication: {
      right: (nameId: string) => `Signed in as ${nameId}.`,
      noStatement: 'The assertion does not say that anybody signed in.',
      sendStatement: 'Let the identity provider send an authentication statement (AuthnStatement).',
      noNameId: 'The assertion does not name exactly one person (NameID).',
      setNameId: 'Set the name ID to the e-mail address or to an ID that never changes.',
      noId: 'The assertion has no usable ID.',
    },

    attributes: {
      right: (names: string) => `${names} are there.`,
      severalValues: (name: string, count: number) => `${name} has ${count} values.`,
      oneValue: (name: string) => `Send exactly one value for ${name}.`,
      empty: (name: string) => `${name} is empty.`,
      fill: (name: string) => `Fill the field that ${name} is taken from, for everyone who signs in.`,
      unusable: (name: string) => `The value of ${name} is too long or holds characters that cannot be seen.`,
      correct: (name: string) => `Correct the field that ${name} is taken from.`,
      fullAddress: 'Send a full e-mail address as email.',
      missing: (name: string) => `${name} is missing.`,
      add: (name: string) => `Add an attribute named ${name}, spelled exactly so.`,
      misspelt: (name: string, sent: string) =>
        `${name} is missing; the identity provider sent “${sent}” instead.`,
      rename: (name: string, sent: string) =>
        `Rename the attribute “${sent}” to ${name}: the spelling counts, capitals too.`,
    },

    domain: {
      right: (domain: string) => `The address is of ${domain}.`,
      other: (domain: string) => `The address is of ${domain}, which is not linked to this connection.`,
      link: 'Link that domain to this connection, or sign in with an address of a linked domain.',
    },
  },
} as const;
