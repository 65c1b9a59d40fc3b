import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareSchema } from '../../src/workspace/block-kit/schema.ts';
import { type DnsServer, startDnsServer } from '../../src/workspace/dns-server.ts';
import { createIdp } from '../../src/workspace/idp/idp.ts';
import type { Message } from '../../src/workspace/types.ts';
import { freePort } from '../support/free-port.ts';
import { type NpmStarted, npmStart } from '../support/npm-start.ts';
import { signIn } from '../support/saml-browser.ts';
import { CHANNELS, PEOPLE, startSlack, type TestSlack } from '../support/slack.ts';
import { type SlackPerson, slackPerson, wordsOf } from '../support/slack-person.ts';

/** Metadata as Auth0 gives it out, valid until 2032, and as Microsoft once did, of which all certificates are old. */
const REAL = 'test/fixtures/saml-metadata/polis--example.xml';
const REAL_AND_OLD = 'test/fixtures/saml-metadata/azure-activedi--idp-metadata.xml';
/** An identity provider with that name and address, but a key of ours, since Auth0's is Auth0's. */
const IDP = createIdp({
  entityId: 'urn:dev-tyj7qyzz.auth0.com',
  ssoUrl: 'https://dev-tyj7qyzz.auth0.com/samlp/AX3jRN4ECnojiEepVjvM7yVCEcpVX6w6',
});

/** So many that the deletion is still under way when its card first shows how far it is. */
const PEOPLE_OF_ACME = 20_000;
/** How long somebody looks for what should appear: a message a second is what Slack takes for a channel. */
const PATIENCE_MS = 40_000;

describe('npm start, as seen from Slack: a domain through its whole life', () => {
  let dataDir: string;
  let slack: TestSlack;
  let dns: DnsServer;
  let npm: NpmStarted;
  let env: Record<string, string>;
  let owner: SlackPerson;
  let admin: SlackPerson;
  let approver: SlackPerson;
  let bystander: SlackPerson;
  let labs: SlackPerson;
  /** What each message of the channel said, each time it changed: by its timestamp. */
  const versions = new Map<string, string[]>();

  beforeAll(async () => {
    prepareSchema();
    const [port, folder] = await Promise.all([freePort(), mkdtemp(join(tmpdir(), 'drawbridge-npm-'))]);
    dataDir = folder;
    [slack, dns] = await Promise.all([
      startSlack({ appUrl: `http://127.0.0.1:${port}/slack/events` }),
      startDnsServer(),
    ]);
    slack.ctx.bus.listen((change) => {
      if (change.type !== 'message' || change.change === 'deleted' || change.only) return;
      const { ts } = change.message;
      versions.set(ts, [...(versions.get(ts) ?? []), wordsOf(change.message)]);
    });
    env = {
      ...slack.env,
      PORT: String(port),
      DATA_DIR: dataDir,
      DNS_SERVERS: dns.address,
      ALLOW_PRIVATE_NETWORK: 'true',
      SUPPORT_CONTACT: 'help@acme.test',
    };
    const as = (id: string) => slackPerson(slack, id, PATIENCE_MS);
    owner = as(PEOPLE.owner);
    admin = as(PEOPLE.admin);
    approver = as(PEOPLE.approver);
    bystander = as(PEOPLE.bystander);
    labs = as(PEOPLE.secondAdmin);
    npm = npmStart(env);
    await npm.line(/Drawbridge is up/);
  }, 120_000);
  afterAll(async () => {
    await npm?.signal('SIGKILL');
    await Promise.all([slack?.close(), dns?.close()]);
    await rm(dataDir, { recursive: true, force: true });
    slack?.expectNoRefusals();
  });

  const said = (outcome: { ack?: unknown }) => wordsOf({ blocks: [outcome.ack] });
  const status = async (name = 'acme.test', who = bystander) =>
    said(await who.command(`/sso status ${name}`));
  /** Messages of a channel that say so, among them replies in threads. */
  const messages = (words: RegExp, channel: string = CHANNELS.notifications): Message[] =>
    slack.ctx.messages.in(channel).filter((message) => words.test(wordsOf(message)));
  const replies = (card: Message) =>
    slack.ctx.messages
      .thread(CHANNELS.notifications, card.ts)
      .slice(1)
      .map((reply) => wordsOf(reply));
  const isNoReply = ({ ts, thread_ts }: Message) => !thread_ts || thread_ts === ts;
  /** Waits for words in the thread of a card. */
  const told = (card: Message, words: RegExp) =>
    slack.ctx.bus.until(
      () => replies(card).some((reply) => words.test(reply)),
      PATIENCE_MS,
      `${words} in the thread of ${card.text}`,
    );
  const toldTo = (person: SlackPerson, words: RegExp) =>
    slack.ctx.bus.until(
      () => person.direct().find((message) => words.test(wordsOf(message))),
      PATIENCE_MS,
      `a direct message to ${person.id} that says ${words}`,
    );

  /** Types a command, fills in the modal and submits it. @returns what the person reads then */
  async function ask(
    who: SlackPerson,
    command: string,
    title: string,
    values: Parameters<SlackPerson['submit']>[0] = {},
  ): Promise<string> {
    await who.command(command);
    await who.modal(title);
    const outcome = await who.submit(values);
    expect(outcome.ok, JSON.stringify(outcome)).toBe(true);
    const words = said(outcome);
    await who.close(true);
    return words;
  }

  /** Waits until the admin's dialog, which says Reading… for as long as a file is read, says such words. */
  const readUntil = (words: string) =>
    slack.ctx.bus.until(
      () => slack.ctx.modals.stack(PEOPLE.admin).some(({ view }) => wordsOf(view).includes(words)),
      PATIENCE_MS,
      `${words} in the admin's dialog`,
    );

  /** The approver approves what waits on a card, which then says that it is done. @returns the card */
  async function approve(act: string): Promise<Message> {
    const card = await bystander.sees(`Approval needed: ${act}`, { channel: CHANNELS.notifications });
    await approver.click(/^Approve this/, { channel: CHANNELS.notifications, ts: card.ts });
    await approver.modal('Approve');
    const outcome = await approver.submit({ Comment: 'Agreed in the meeting' });
    expect(outcome.ok, JSON.stringify(outcome)).toBe(true);
    await approver.close(true);
    const done = await bystander.sees(`Done: ${act}`, { channel: CHANNELS.notifications });
    // It is the same message, edited, and without buttons by now.
    expect(done.ts).toBe(card.ts);
    expect(wordsOf(done)).toContain('Agreed in the meeting');
    expect(wordsOf(done)).not.toContain('Approve this');
    expect(messages(new RegExp(`: ${act}`)).filter(isNoReply)).toHaveLength(1);
    return done;
  }

  /** Publishes the record that a refusal or an answer shows, as somebody does who copies it. */
  function publish(words: string): void {
    const name = /^_drawbridge-challenge\.\S+$/m.exec(words)?.[0];
    const value = /^drawbridge-verification=\S+$/m.exec(words)?.[0];
    expect(name, words).toBeDefined();
    expect(value, words).toBeDefined();
    dns.setTxt(name as string, [value as string]);
  }

  it('sets up a team', async () => {
    const words = await ask(owner, '/sso setup', 'Set up your team', {
      'Team name': 'Acme',
      'Notifications channel': CHANNELS.notifications,
      Admins: [PEOPLE.owner, PEOPLE.admin],
      Approvers: [PEOPLE.owner, PEOPLE.approver],
    });
    expect(words).toContain('The team Acme is set up.');
    await bystander.sees(/set up the team Acme|set up the team\s+Acme/);
  });

  it('adds a domain, and takes it as proved once its record is in the DNS', async () => {
    const shown = await ask(admin, '/sso add “ACME.test.”', 'Add domains');
    expect(await status()).toContain('Unverified');
    expect(said(await admin.command('/sso verify acme.test'))).toContain('_drawbridge-challenge.acme.test');
    publish(shown);
    expect(said(await admin.command('/sso verify @Acme.Test'))).toContain('acme.test is verified');
    expect(await status()).toContain('Verified');
    await bystander.sees(/verified\s+acme\.test/);
  });

  it('makes a connection of a real metadata file, not of one whose certificates are old', async () => {
    await admin.command('/sso connect Acme’s Auth0');
    await admin.modal('New connection');
    await admin.submit({ 'Metadata file': await admin.file('old.xml', await readFile(REAL_AND_OLD)) });
    await readUntil('it expired on 2018-02-14');
    await admin.close(true);
    await admin.command('/sso connect Acme’s Auth0');
    await admin.modal('New connection');
    await admin.submit({ 'Metadata file': await admin.file('metadata.xml', await readFile(REAL)) });
    await readUntil('was created');
    await admin.close(true);
    await bystander.sees(/Acme's Auth0/);
    expect(await status('acmes auth0', admin)).toContain("Did you mean Acme's Auth0?");
    const words = await status("Acme's Auth0", admin);
    expect(words).toContain('urn:dev-tyj7qyzz.auth0.com');
    expect(words).toContain('https://dev-tyj7qyzz.auth0.com/samlp/AX3jRN4ECnojiEepVjvM7yVCEcpVX6w6');
  });

  it('links them, and asks for a test sign-in before SSO can be on', async () => {
    await ask(admin, "/sso link acme.test Acme's Auth0", 'Link domain');
    expect(await status()).toContain('SSO off');
    expect(said(await admin.command('/sso on acme.test'))).toMatch(/test/i);
  });

  it('takes a further certificate by approval, and a test sign-in signed with it', async () => {
    await admin.command("/sso renew Acme's Auth0");
    await admin.modal('Renew certificate');
    await admin.submit({ 'Certificate file': await admin.file('new.pem', IDP.certificatePem) });
    await readUntil('Asked: Renew the certificate');
    await admin.close(true);
    await approve("Renew the certificate of Acme's Auth0");
    const link = /http:\/\/localhost:\d+\/saml\/\S+?test=[\w-]+/.exec(
      said(await admin.command("/sso test Acme's Auth0")),
    )?.[0];
    const user = { email: 'nora@acme.test', firstName: 'Nora', lastName: 'Ade', objectGUID: 'guid-nora' };
    const page = await signIn(link ?? '', IDP, { user });
    expect(page.html).toContain('The test passed');
    await toldTo(admin, /test sign-in at Acme's Auth0 passed/);
  });

  it('imports its people from a file', async () => {
    const rows = Array.from(
      { length: PEOPLE_OF_ACME },
      (_, n) => `person.${n}@acme.test,First ${n},Last ${n}`,
    );
    await admin.command('/sso import acme.test');
    await admin.modal('Import users');
    await admin.submit({
      'Users file': await admin.file('users.csv', `email,first name,last name\n${rows.join('\n')}\n`),
    });
    await readUntil('Imported 20,000 users');
    await admin.close(true);
    expect(await status()).toContain('20,000');
  });

  it('is turned on when somebody else approves', async () => {
    await ask(admin, '/sso on acme.test', 'Turn on SSO', { Reason: 'Everybody is ready' });
    const card = await bystander.sees('Approval needed: Turn on SSO for acme.test');
    expect(wordsOf(card)).toContain('Everybody is ready');
    expect(wordsOf(card)).toContain('20,000');
    await toldTo(approver, /Turn on SSO for acme\.test/);
    // Who asked cannot decide.
    await admin.click(/^Approve this/, { channel: CHANNELS.notifications, ts: card.ts });
    await slack.ctx.bus.until(
      () => admin.whispers().some((whisper) => /your own|who asked|somebody else/i.test(wordsOf(whisper))),
      PATIENCE_MS,
      'that who asked cannot approve',
    );
    expect(await status()).toContain('SSO off');
    const done = await approve('Turn on SSO for acme.test');
    expect(await status()).toContain('SSO on');
    await toldTo(admin, /Turn on SSO for acme\.test|SSO is on for acme\.test/);
    await told(done, /approved this/);
  });

  it('can neither be unlinked nor deleted while it is on', async () => {
    for (const command of [
      '/sso unlink acme.test',
      '/sso delete acme.test',
      "/sso disconnect Acme's Auth0",
    ]) {
      expect(said(await admin.command(command)), command).toMatch(/turn.* off/i);
    }
    expect(said(await admin.command('/sso delete acme.test'))).toContain('help@acme.test');
  });

  it('is turned off: first the numbers, then a reason, then the approval', async () => {
    await admin.command('/sso off acme.test');
    const { view } = await admin.modal('Turn off SSO');
    expect(wordsOf(view)).toContain('20,000');
    await admin.submit();
    const outcome = await admin.submit({ Reason: 'Changing the <!channel> provider' });
    expect(outcome.ok, JSON.stringify(outcome)).toBe(true);
    await admin.close(true);
    const card = await approve('Turn off SSO for acme.test');
    expect(wordsOf(card)).toContain('Changing the <!channel> provider');
    expect(card.text).not.toContain('<!channel>');
    expect(await status()).toContain('SSO off');
  });

  it('is unlinked, and stays verified', async () => {
    await ask(admin, '/sso unlink acme.test', 'Unlink domain', { Reason: 'No longer needed' });
    await approve('Unlink acme.test');
    expect(await status()).toContain('Verified');
  });

  it('is deleted to its end by the next process when the first one dies in the middle', async () => {
    await ask(admin, '/sso delete acme.test', 'Delete domain', {
      Reason: 'Sold',
      'Type the domain to confirm': 'acme.test',
    });
    const request = await bystander.sees('Approval needed: Delete acme.test');
    expect(wordsOf(request)).toContain('20,000');
    await approver.click(/^Approve this/, { channel: CHANNELS.notifications, ts: request.ts });
    await approver.modal('Approve');
    expect((await approver.submit()).ok).toBe(true);
    await approver.close(true);

    const card = await bystander.sees(/^Deleting acme\.test/);
    expect(wordsOf(card)).toContain('20,000 people will be released');
    expect(wordsOf(card)).toContain('Cancel deletion');
    expect(await status()).toContain('Deleting');
    // Killed as soon as the card tells that some are released and not all.
    const released = (message: Message) => /(?:\d\d?) % – ([\d,]+) of 20,000/.exec(wordsOf(message))?.[1];
    await slack.ctx.bus.until(
      () => !['0', undefined].includes(released(card)),
      PATIENCE_MS,
      'progress on the card',
    );
    expect(await npm.signal('SIGKILL')).toBeNull();
    expect(wordsOf(card)).toContain('Deleting acme.test');
    expect(released(card)).not.toBe('20,000');
    expect(wordsOf(card)).not.toContain('Cancel deletion');

    npm = npmStart(env);
    await npm.line(/Drawbridge is up/);
    await bystander.sees(/^acme\.test was deleted/);
    expect(wordsOf(card)).toContain('20,000 people released');
    await told(card, /Finished after/);
    await toldTo(admin, /acme\.test was deleted\. 20,000 people were released/);
    await told(request, /./);
    expect(wordsOf(request)).toContain('Done: Delete acme.test');
    expect(said(await admin.command('/sso status acme.test'))).toContain('acme.test is not known here');
  });

  it('is told of once, on one card that was edited in place', async () => {
    // What is said from here on was to be told after all that the deletion had to tell.
    const shown = await ask(admin, '/sso add acme.test', 'Add domains');
    expect(shown).toContain('_drawbridge-challenge.acme.test');
    await bystander.sees(/added\s+acme\.test/);
    const [card, ...more] = messages(/^acme\.test was deleted/).filter(isNoReply);
    expect(more).toEqual([]);
    expect(messages(/^Deleting acme\.test/)).toEqual([]);
    const shares = (versions.get(card?.ts ?? '') ?? []).flatMap(
      (words) => /(\d+) % –/.exec(words)?.[1] ?? [],
    );
    expect(shares.map(Number)).toEqual(shares.map(Number).sort((a, b) => a - b));
    expect(new Set(shares).size).toBeGreaterThan(1);
    expect(replies(card as Message).filter((words) => words.includes('Begun.'))).toHaveLength(1);
    expect(replies(card as Message).filter((words) => words.includes('Finished after'))).toHaveLength(1);
    expect(admin.direct().filter((message) => /was deleted/.test(wordsOf(message)))).toHaveLength(1);
  });

  it('is free: another team adds it too, proves it first, and the one that had it reads so', async () => {
    await ask(owner, '/sso setup', 'Set up your team', {
      'Team name': 'Labs',
      'Notifications channel': CHANNELS.second,
      Admins: [PEOPLE.secondAdmin],
      Approvers: [PEOPLE.owner],
    });
    publish(await ask(labs, '/sso add acme.test', 'Add domains'));
    expect(said(await labs.command('/sso verify acme.test', CHANNELS.second))).toContain(
      'acme.test is verified',
    );
    await labs.sees(/verified\s+acme\.test/, { channel: CHANNELS.second });
    await bystander.sees(/acme\.test was verified by another team/, { channel: CHANNELS.notifications });
    expect(said(await admin.command('/sso verify acme.test'))).toContain(
      'The team Labs has acme.test verified',
    );
    expect(await status('acme.test', labs)).toContain('Labs');
  });

  it('ends within ten seconds of SIGTERM, as a success', async () => {
    const from = performance.now();
    expect(await npm.signal('SIGTERM')).toBe(0);
    expect(performance.now() - from).toBeLessThan(10_000);
    expect(npm.lines.filter((line) => /"level":"(?:error|fatal)"/.test(line))).toEqual([]);
  });
});
