import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHANNELS, PEOPLE, startSlack, type TestSlack } from '../support/slack.ts';
import {
  actions,
  button,
  call,
  confirm,
  input,
  long,
  mrkdwn,
  option,
  options,
  plain,
  richText,
  section,
} from './api.ts';

let slack: TestSlack;
beforeAll(async () => {
  slack = await startSlack();
});
afterAll(() => slack.close());

const channel = CHANNELS.notifications;
const table = (rows: number, columns: number, text = 'x') => ({
  type: 'table',
  rows: Array.from({ length: rows }, () =>
    Array.from({ length: columns }, () => ({ type: 'raw_text', text })),
  ),
});
const select = (more: object = {}) => ({
  type: 'static_select',
  action_id: 'pick',
  options: options(2),
  ...more,
});

/** What a message's blocks may not be: [what, blocks, error]. */
const REFUSED: [string, unknown, string][] = [
  ['blocks that are no JSON', '[{', 'invalid_blocks_format'],
  ['blocks that are no list', { type: 'divider' }, 'invalid_blocks_format'],
  ['51 blocks', Array.from({ length: 51 }, () => ({ type: 'divider' })), 'invalid_blocks'],
  ['an unknown block', [{ type: 'banner' }], 'invalid_blocks'],
  ['a block without type', [{ text: plain('x') }], 'invalid_blocks'],
  ['a block with a member too many', [{ type: 'divider', colour: 'red' }], 'invalid_blocks'],
  ['a section without text and fields', [{ type: 'section' }], 'invalid_blocks'],
  ['an empty text', [section('')], 'invalid_blocks'],
  ['a text of 3001 characters', [section(long(3001))], 'invalid_blocks'],
  ['a text of unknown type', [{ type: 'section', text: { type: 'html', text: 'x' } }], 'invalid_blocks'],
  [
    '11 fields',
    [{ type: 'section', fields: Array.from({ length: 11 }, () => mrkdwn('x')) }],
    'invalid_blocks',
  ],
  ['a field of 2001 characters', [{ type: 'section', fields: [mrkdwn(long(2001))] }], 'invalid_blocks'],
  ['a header of 151 characters', [{ type: 'header', text: plain(long(151)) }], 'invalid_blocks'],
  ['a header in mrkdwn', [{ type: 'header', text: mrkdwn('x') }], 'invalid_blocks'],
  [
    '11 context elements',
    [{ type: 'context', elements: Array.from({ length: 11 }, () => mrkdwn('x')) }],
    'invalid_blocks',
  ],
  ['a button in a context', [{ type: 'context', elements: [button()] }], 'invalid_blocks'],
  [
    '26 buttons',
    [actions(...Array.from({ length: 26 }, (_, i) => button({ action_id: `a${i}` })))],
    'invalid_blocks',
  ],
  ['no buttons', [actions()], 'invalid_blocks'],
  ['a button of 76 characters', [actions(button({ text: plain(long(76)) }))], 'invalid_blocks'],
  ['a button in mrkdwn', [actions(button({ text: mrkdwn('x') }))], 'invalid_blocks'],
  ['a button value of 2001 characters', [actions(button({ value: long(2001) }))], 'invalid_blocks'],
  ['a button of unknown style', [actions(button({ style: 'warning' }))], 'invalid_blocks'],
  ['an action id of 256 characters', [actions(button({ action_id: long(256) }))], 'invalid_blocks'],
  ['a block id of 256 characters', [{ type: 'divider', block_id: long(256) }], 'invalid_blocks'],
  ['one action id twice in a block', [actions(button(), button())], 'invalid_blocks'],
  [
    'one block id twice',
    [
      { type: 'divider', block_id: 'a' },
      { type: 'divider', block_id: 'a' },
    ],
    'invalid_blocks',
  ],
  [
    'a confirm title of 101 characters',
    [actions(button({ confirm: confirm({ title: plain(long(101)) }) }))],
    'invalid_blocks',
  ],
  [
    'a confirm text of 301 characters',
    [actions(button({ confirm: confirm({ text: plain(long(301)) }) }))],
    'invalid_blocks',
  ],
  [
    'a confirm button of 31 characters',
    [actions(button({ confirm: confirm({ deny: plain(long(31)) }) }))],
    'invalid_blocks',
  ],
  ['101 options', [actions(select({ options: options(101) }))], 'invalid_blocks'],
  [
    'an option text of 76 characters',
    [actions(select({ options: [option('a', long(76))] }))],
    'invalid_blocks',
  ],
  [
    'an option value of 151 characters',
    [actions(select({ options: [option(long(151), 'a')] }))],
    'invalid_blocks',
  ],
  [
    'options and option groups at once',
    [actions(select({ option_groups: [{ label: plain('G'), options: options(1) }] }))],
    'invalid_blocks',
  ],
  [
    'an initial option that is not offered',
    [actions(select({ initial_option: option('other') }))],
    'invalid_blocks',
  ],
  [
    'an initial option with other words',
    [actions(select({ initial_option: option('v0', 'Other') }))],
    'invalid_blocks',
  ],
  [
    '6 overflow options',
    [actions({ type: 'overflow', action_id: 'o', options: options(6) })],
    'invalid_blocks',
  ],
  [
    '11 checkboxes',
    [actions({ type: 'checkboxes', action_id: 'c', options: options(11) })],
    'invalid_blocks',
  ],
  [
    'a text field in an actions block',
    [actions({ type: 'plain_text_input', action_id: 'p' })],
    'invalid_blocks',
  ],
  ['a file field in a message', [input({ type: 'file_input' })], 'invalid_blocks'],
  [
    'an image without alt_text',
    [{ type: 'image', image_url: 'https://example.com/a.png' }],
    'invalid_blocks',
  ],
  ['an unknown rich text leaf', [richText({ type: 'blink', text: 'x' })], 'invalid_blocks'],
  ['two tables', [table(1, 1), table(1, 1)], 'invalid_attachments'],
  ['a table of 101 rows', [table(101, 1)], 'invalid_blocks'],
  ['a table of 21 columns', [table(1, 21)], 'invalid_blocks'],
  ['a table of more than 10,000 characters', [table(10, 2, long(501))], 'invalid_blocks'],
  [
    'more than 13,000 characters',
    Array.from({ length: 5 }, () => section(long(2700))),
    'msg_blocks_too_long',
  ],
  ['markdown of 12,001 characters', [{ type: 'markdown', text: long(12_001) }], 'invalid_blocks'],
  ['an alert, which only modals have', [{ type: 'alert', text: plain('x') }], 'invalid_blocks'],
  ['a link that is none', [richText({ type: 'link', url: 'not a link' })], 'invalid_blocks'],
];

/** What they may be. */
const TAKEN: [string, unknown[]][] = [
  ['50 blocks', Array.from({ length: 50 }, () => ({ type: 'divider' }))],
  ['a text of 3000 characters', [section(long(3000))]],
  [
    'a text that does not link by itself',
    [{ type: 'section', text: { ...mrkdwn('example.com'), verbatim: true } }],
  ],
  ['a section in plain text with emoji', [{ type: 'section', text: { ...plain('x'), emoji: true } }]],
  [
    '10 fields of 2000 characters',
    [{ type: 'section', fields: Array.from({ length: 6 }, () => mrkdwn(long(2000))) }],
  ],
  ['a section with text and fields', [{ type: 'section', text: plain('x'), fields: [plain('y')] }]],
  ['a section with a button', [{ type: 'section', text: plain('x'), accessory: button() }]],
  [
    'a section with an overflow',
    [
      {
        type: 'section',
        text: plain('x'),
        accessory: { type: 'overflow', action_id: 'o', options: options(5) },
      },
    ],
  ],
  ['a header of 150 characters', [{ type: 'header', text: plain(long(150)) }]],
  ['10 context elements', [{ type: 'context', elements: Array.from({ length: 10 }, () => mrkdwn('x')) }]],
  ['25 buttons', [actions(...Array.from({ length: 25 }, (_, i) => button({ action_id: `a${i}` })))]],
  [
    'a button of 75 characters, value of 2000',
    [actions(button({ text: plain(long(75)), value: long(2000) }))],
  ],
  [
    'a dangerous button with a confirm dialog',
    [actions(button({ style: 'danger', confirm: confirm({ style: 'danger' }) }))],
  ],
  ['a button with a link', [actions(button({ url: 'https://example.com/a?b=c' }))]],
  ['an accessibility label', [actions(button({ accessibility_label: long(75) }))]],
  ['one action id in two blocks', [actions(button()), actions(button())]],
  ['100 options', [actions(select({ options: options(100) }))]],
  [
    'option groups',
    [actions(select({ options: undefined, option_groups: [{ label: plain('G'), options: options(3) }] }))],
  ],
  ['an initial option', [actions(select({ initial_option: option('v1') }))]],
  [
    'an initial option, its default emoji spelled out',
    [actions(select({ initial_option: { text: { ...plain('v1'), emoji: true }, value: 'v1' } }))],
  ],
  [
    'people, channels and conversations to choose',
    [
      actions(
        { type: 'users_select', action_id: 'u' },
        { type: 'channels_select', action_id: 'c' },
        {
          type: 'conversations_select',
          action_id: 'd',
          filter: { include: ['public'], exclude_external_shared_channels: true },
        },
      ),
    ],
  ],
  [
    'date and time',
    [
      actions(
        { type: 'datepicker', action_id: 'd', initial_date: '2030-02-28' },
        { type: 'timepicker', action_id: 't', initial_time: '23:59' },
        { type: 'datetimepicker', action_id: 'b', initial_date_time: 1900000000 },
      ),
    ],
  ],
  [
    'radio buttons with mrkdwn',
    [actions({ type: 'radio_buttons', action_id: 'r', options: [{ text: mrkdwn('*a*'), value: 'a' }] })],
  ],
  ['an external select', [actions({ type: 'external_select', action_id: 'e', min_query_length: 0 })]],
  ['a field in a message', [input({ type: 'plain_text_input' })]],
  ['an image', [{ type: 'image', image_url: 'https://example.com/a.png', alt_text: 'a', title: plain('A') }]],
  [
    'rich text with all leaves',
    [
      richText(
        { type: 'text', text: 'a', style: { bold: true } },
        { type: 'link', url: 'https://example.com', text: 'b' },
        { type: 'user', user_id: PEOPLE.admin },
        { type: 'channel', channel_id: CHANNELS.general },
        { type: 'emoji', name: 'tada' },
        { type: 'date', timestamp: 1, format: '{date}', fallback: 'x' },
      ),
    ],
  ],
  [
    'a preformatted text',
    [
      {
        type: 'rich_text',
        elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: 'a=b' }] }],
      },
    ],
  ],
  [
    'lists and quotes',
    [
      {
        type: 'rich_text',
        elements: [
          {
            type: 'rich_text_list',
            style: 'bullet',
            elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'a' }] }],
          },
          { type: 'rich_text_quote', elements: [{ type: 'text', text: 'q' }] },
        ],
      },
    ],
  ],
  ['a table of 100 rows', [table(100, 3)]],
  [
    'context actions',
    [
      {
        type: 'context_actions',
        elements: [{ type: 'icon_button', icon: 'trash', text: plain('Delete'), action_id: 'd' }],
      },
    ],
  ],
  ['markdown', [{ type: 'markdown', text: '**a**' }]],
];

describe('a message', () => {
  it.each(REFUSED)('is refused with %s', async (_, blocks, error) => {
    const answer = await call(slack, 'chat.postMessage', { channel, text: 'x', blocks });
    expect(answer).toMatchObject({ ok: false, error, status: 200 });
  });

  it.each(TAKEN)('is taken with %s', async (_, blocks) => {
    expect(await call(slack, 'chat.postMessage', { channel, text: 'x', blocks })).toMatchObject({ ok: true });
  });

  it('says where the fault is, as Slack does', async () => {
    const answer = await call(slack, 'chat.postMessage', {
      channel,
      blocks: [section('a'), section(long(3001))],
    });
    const words = 'must be less than 3001 characters [json-pointer:/blocks/1/text/text]';
    expect(answer.errors).toEqual([words]);
    expect(answer.response_metadata).toEqual({ messages: [`[ERROR] ${words}`] });
  });

  it('gets ids for blocks and elements that came without', async () => {
    const blocks = [actions({ type: 'button', text: plain('a') }, { type: 'button', text: plain('b') })];
    const { message } = await call(slack, 'chat.postMessage', { channel, text: 'x', blocks });
    const [block] = (message as { blocks: { block_id: string; elements: { action_id: string }[] }[] }).blocks;
    expect(block?.block_id).toMatch(/\S/);
    expect(new Set(block?.elements.map((e) => e.action_id)).size).toBe(2);
  });
});

/** Calls about messages that fail: [what, method, arguments, error]. */
const FAILING: [string, string, Record<string, unknown>, string][] = [
  ['nothing to say', 'chat.postMessage', { channel }, 'no_text'],
  ['no channel', 'chat.postMessage', { text: 'x' }, 'invalid_arguments'],
  [
    'a channel that is not there',
    'chat.postMessage',
    { channel: 'C0NOWHERE1', text: 'x' },
    'channel_not_found',
  ],
  [
    'a channel without the app',
    'chat.postMessage',
    { channel: CHANNELS.withoutBot, text: 'x' },
    'not_in_channel',
  ],
  ['an archived channel', 'chat.postMessage', { channel: CHANNELS.archived, text: 'x' }, 'is_archived'],
  ['somebody deactivated', 'chat.postMessage', { channel: PEOPLE.gone, text: 'x' }, 'channel_not_found'],
  ['a text of 40,001 characters', 'chat.postMessage', { channel, text: long(40_001) }, 'msg_too_long'],
  [
    'text and markdown_text',
    'chat.postMessage',
    { channel, text: 'x', markdown_text: 'y' },
    'markdown_text_conflict',
  ],
  [
    'metadata that is no JSON',
    'chat.postMessage',
    { channel, text: 'x', metadata: '{' },
    'invalid_metadata_format',
  ],
  [
    'metadata without event_type',
    'chat.postMessage',
    { channel, text: 'x', metadata: { a: 1 } },
    'invalid_metadata_schema',
  ],
  [
    'another name without its scope',
    'chat.postMessage',
    { channel, text: 'x', username: 'Boss' },
    'missing_scope',
  ],
  [
    'a thread that is not there',
    'chat.postMessage',
    { channel, text: 'x', thread_ts: '1.000001' },
    'cannot_reply_to_message',
  ],
  [
    'a thread_ts that is none',
    'chat.postMessage',
    { channel, text: 'x', thread_ts: '0' },
    'invalid_thread_ts',
  ],
  [
    'a boolean that is none',
    'chat.postMessage',
    { channel, text: 'x', unfurl_links: 'maybe' },
    'invalid_arguments',
  ],
  ['a message that is not there', 'chat.update', { channel, ts: '1.000001', text: 'x' }, 'message_not_found'],
  ['no ts', 'chat.update', { channel, text: 'x' }, 'invalid_arguments'],
  ['a message that is not there', 'chat.delete', { channel, ts: '1.000001' }, 'message_not_found'],
  [
    'a person outside the channel',
    'chat.postEphemeral',
    { channel: CHANNELS.private, user: PEOPLE.bystander, text: 'x' },
    'user_not_in_channel',
  ],
  [
    'a channel without the app',
    'chat.postEphemeral',
    { channel: CHANNELS.withoutBot, user: PEOPLE.admin, text: 'x' },
    'not_in_channel',
  ],
  [
    'an unknown way of parsing',
    'chat.postEphemeral',
    { channel, user: PEOPLE.admin, text: 'x', parse: 'html' },
    'invalid_arguments',
  ],
  [
    'a message that is not there',
    'chat.getPermalink',
    { channel, message_ts: '1.000001' },
    'message_not_found',
  ],
];

describe('a call about messages', () => {
  it.each(FAILING)('with %s fails: %s', async (_, method, args, error) => {
    expect(await call(slack, method, args)).toMatchObject({ ok: false, error });
    const last = slack.ctx.log.takeRefusals().at(-1);
    expect(last).toMatchObject({ method, error });
  });

  it('changes and deletes only what the app has said', async () => {
    const { ts } = await slack.postMessage(PEOPLE.admin, channel, 'mine');
    expect(await call(slack, 'chat.update', { channel, ts, text: 'x' })).toMatchObject({
      error: 'cant_update_message',
    });
    expect(await call(slack, 'chat.delete', { channel, ts })).toMatchObject({ error: 'cant_delete_message' });
  });

  it('does not change what lies in an archived channel', async () => {
    const { ts } = await call(slack, 'chat.postMessage', { channel: CHANNELS.second, text: 'x' });
    await slack.changeChannel(PEOPLE.secondAdmin, { action: 'archive', channel: CHANNELS.second });
    expect(await call(slack, 'chat.update', { channel: CHANNELS.second, ts, text: 'y' })).toMatchObject({
      error: 'is_inactive',
    });
    await slack.changeChannel(PEOPLE.secondAdmin, { action: 'unarchive', channel: CHANNELS.second });
  });

  it('updates in place: text without blocks takes the blocks away', async () => {
    const { ts } = await call(slack, 'chat.postMessage', { channel, text: 'x', blocks: [section('a')] });
    await call(slack, 'chat.update', { channel, ts, text: 'y', blocks: [section('b')] });
    const message = slack.ctx.messages.find(channel, String(ts));
    expect(message).toMatchObject({ text: 'y', edited: { user: slack.ctx.directory.bot.user_id } });
    await call(slack, 'chat.update', { channel, ts, text: 'z' });
    expect(message?.blocks).toBeUndefined();
  });

  it('keeps threads: replies count at their parent, a reply to a reply goes to the parent', async () => {
    const { ts } = await call(slack, 'chat.postMessage', { channel, text: 'parent' });
    const reply = await call(slack, 'chat.postMessage', { channel, text: 'a', thread_ts: ts });
    await call(slack, 'chat.postMessage', { channel, text: 'b', thread_ts: reply.ts });
    expect(slack.ctx.messages.find(channel, String(ts))).toMatchObject({ reply_count: 2 });
    expect(slack.ctx.messages.thread(channel, String(ts)).map((m) => m.text)).toEqual(['parent', 'a', 'b']);
    await call(slack, 'chat.delete', { channel, ts: reply.ts });
    expect(slack.ctx.messages.find(channel, String(ts))).toMatchObject({ reply_count: 1 });
  });

  it('reaches a person by id, in one and the same direct message', async () => {
    const first = await call(slack, 'chat.postMessage', { channel: PEOPLE.guest, text: 'hi' });
    const opened = await call(slack, 'conversations.open', { users: PEOPLE.guest });
    expect(first.channel).toMatch(/^D/);
    expect((opened.channel as { id: string }).id).toBe(first.channel);
  });

  it('gives a link to a message that leads to it', async () => {
    const { ts } = await call(slack, 'chat.postMessage', { channel, text: 'x' });
    const { permalink } = await call(slack, 'chat.getPermalink', { channel, message_ts: ts });
    const response = await fetch(String(permalink), { redirect: 'manual' });
    expect(response.headers.get('location')).toBe(`${slack.origin}/workspace#/${channel}/${ts}`);
  });

  it('takes JSON bodies too, blocks as they are', async () => {
    const answer = await call(
      slack,
      'chat.postMessage',
      { channel, text: 'x', blocks: [section('a')] },
      { json: true },
    );
    expect(answer).toMatchObject({ ok: true, message: { blocks: [{ type: 'section' }] } });
  });
});
