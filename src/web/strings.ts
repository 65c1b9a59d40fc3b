/** Every word of the pages, in one place. Functions take what stands between the words; it is escaped where it is shown. */
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
} as const;
