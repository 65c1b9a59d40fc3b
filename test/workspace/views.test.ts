import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { movableClock } from '../../src/clock.ts';
import { PEOPLE, startSlack, type TestSlack } from '../support/slack.ts';
import {
  actions,
  button,
  call,
  input,
  long,
  modal,
  option,
  options,
  plain,
  section,
  TRIGGER,
  textInput,
} from './api.ts';

let slack: TestSlack;
const clock = movableClock();
beforeAll(async () => {
  slack = await startSlack({ clock });
});
afterAll(() => slack.close());

const { admin } = PEOPLE;
const open = (view: unknown, more: object = {}) =>
  call(slack, 'views.open', { trigger_id: TRIGGER, view, ...more });
const push = (view: unknown) => call(slack, 'views.push', { trigger_id: TRIGGER, view });
const named = (name: string, element: object) => input(element, { block_id: name });
const idOf = (answer: Record<string, unknown>) => (answer.view as { id: string }).id;

/** What a modal may not be; all are `invalid_arguments` unless said. */
const REFUSED: [string, unknown, string?][] = [
  ['no JSON', '{'],
  ['a list', [modal([section('a')])]],
  ['no type', { title: plain('T'), blocks: [section('a')] }],
  ['the type of a Home', { type: 'home', blocks: [section('a')] }],
  ['no title', modal([section('a')], { title: undefined })],
  ['a title of 25 characters', modal([section('a')], { title: plain(long(25)) })],
  ['a title in mrkdwn', modal([section('a')], { title: { type: 'mrkdwn', text: 'T' } })],
  ['a submit of 25 characters', modal([section('a')], { submit: plain(long(25)) })],
  ['a close of 25 characters', modal([section('a')], { close: plain(long(25)) })],
  ['inputs without submit', modal([textInput()], { submit: undefined })],
  ['no blocks', modal([])],
  ['101 blocks', modal(Array.from({ length: 101 }, () => ({ type: 'divider' })))],
  ['private_metadata of 3001 characters', modal([section('a')], { private_metadata: long(3001) })],
  ['a callback_id of 256 characters', modal([section('a')], { callback_id: long(256) })],
  ['a member too many', modal([section('a')], { colour: 'red' })],
  ['an unknown block', modal([{ type: 'banner' }])],
  ['a label of 2001 characters', modal([input({ type: 'plain_text_input' }, { label: plain(long(2001)) })])],
  ['no label', modal([input({ type: 'plain_text_input' }, { label: undefined })])],
  [
    'a label in mrkdwn',
    modal([input({ type: 'plain_text_input' }, { label: { type: 'mrkdwn', text: 'x' } })]),
  ],
  ['a button as input', modal([input({ type: 'button', text: plain('x') })])],
  ['a placeholder of 151 characters', modal([textInput({ placeholder: plain(long(151)) })])],
  ['max_length of 3001', modal([textInput({ max_length: 3001 })])],
  ['min_length above max_length', modal([textInput({ min_length: 9, max_length: 8 })])],
  ['an initial value longer than it may be', modal([textInput({ max_length: 2, initial_value: 'abc' })])],
  ['an initial value shorter than it may be', modal([textInput({ min_length: 5, initial_value: 'abc' })])],
  [
    'an initial number below the least',
    modal([input({ type: 'number_input', is_decimal_allowed: false, min_value: '5', initial_value: '4' })]),
  ],
  [
    'a decimal where none is allowed',
    modal([input({ type: 'number_input', is_decimal_allowed: false, initial_value: '4.5' })]),
  ],
  ['a number field that does not say whether decimals are allowed', modal([input({ type: 'number_input' })])],
  ['a day that is none', modal([input({ type: 'datepicker', initial_date: '2030-13-01' })])],
  ['a time that is none', modal([input({ type: 'timepicker', initial_time: '24:00' })])],
  ['11 files', modal([input({ type: 'file_input', max_files: 11 })])],
  ['a file field that tells at once', modal([input({ type: 'file_input' }, { dispatch_action: true })])],
  [
    'an initial option that is not offered',
    modal([input({ type: 'static_select', options: options(2), initial_option: option('x') })]),
  ],
  [
    'initial checkboxes that are not offered',
    modal([input({ type: 'checkboxes', options: options(2), initial_options: [option('x')] })]),
  ],
  [
    'more initial options than may be chosen',
    modal([
      input({
        type: 'multi_static_select',
        options: options(3),
        initial_options: options(2),
        max_selected_items: 1,
      }),
    ]),
  ],
  [
    'one block id twice',
    modal([named('a', { type: 'plain_text_input' }), named('a', { type: 'plain_text_input' })]),
  ],
  ['one action id twice in a block', modal([actions(button(), button())])],
  [
    'two fields that want the focus',
    modal([textInput({ focus_on_load: true }), textInput({ focus_on_load: true })]),
  ],
  ['a table', modal([{ type: 'table', rows: [[{ type: 'raw_text', text: 'x' }]] }])],
  ['markdown', modal([{ type: 'markdown', text: 'x' }])],
  ['an alert of 201 characters', modal([{ type: 'alert', text: plain(long(201)) }])],
  ['more than 250 KB', modal(Array.from({ length: 100 }, () => section(long(3000)))), 'view_too_large'],
];

/** What a modal may be. */
const TAKEN: [string, object][] = [
  ['only words, no submit', modal([section('a')], { submit: undefined })],
  [
    'words of the greatest length',
    modal([section('a')], { title: plain(long(24)), submit: plain(long(24)), close: plain(long(24)) }),
  ],
  ['100 blocks', modal(Array.from({ length: 100 }, () => ({ type: 'divider' })))],
  [
    'private_metadata of 3000 characters',
    modal([section('a')], { private_metadata: long(3000), callback_id: long(255) }),
  ],
  [
    'a text field with all it can have',
    modal([
      textInput({
        multiline: true,
        min_length: 1,
        max_length: 3000,
        placeholder: plain(long(150)),
        initial_value: 'a',
        focus_on_load: true,
      }),
    ]),
  ],
  [
    'a hint and an optional field',
    modal([input({ type: 'plain_text_input' }, { hint: plain('h'), optional: true })]),
  ],
  ['an e-mail field', modal([input({ type: 'email_text_input', initial_value: 'a@example.com' })])],
  ['a URL field', modal([input({ type: 'url_text_input', placeholder: plain('https://') })])],
  [
    'a number field',
    modal([
      input({
        type: 'number_input',
        is_decimal_allowed: true,
        min_value: '0',
        max_value: '9.5',
        initial_value: '1.5',
      }),
    ]),
  ],
  ['a file field', modal([input({ type: 'file_input', filetypes: ['csv', 'xml'], max_files: 10 })])],
  [
    'checkboxes with one checked',
    modal([input({ type: 'checkboxes', options: options(10), initial_options: [option('v1')] })]),
  ],
  [
    'radio buttons with one chosen',
    modal([input({ type: 'radio_buttons', options: options(3), initial_option: option('v2') })]),
  ],
  [
    'a select with groups',
    modal([
      input({
        type: 'static_select',
        option_groups: [{ label: plain('G'), options: options(2) }],
        initial_option: option('v1'),
      }),
    ]),
  ],
  [
    'a multi select',
    modal([
      input({
        type: 'multi_static_select',
        options: options(100),
        initial_options: options(3),
        max_selected_items: 3,
      }),
    ]),
  ],
  [
    'an external select',
    modal([input({ type: 'external_select', min_query_length: 2, initial_option: option('x') })]),
  ],
  ['a multi external select', modal([input({ type: 'multi_external_select' })])],
  [
    'people to choose',
    modal([input({ type: 'users_select' }), input({ type: 'multi_users_select', initial_users: [admin] })]),
  ],
  [
    'a conversation to choose',
    modal([
      input({
        type: 'conversations_select',
        default_to_current_conversation: true,
        response_url_enabled: true,
        filter: { include: ['public', 'private'] },
      }),
    ]),
  ],
  [
    'channels to choose',
    modal([input({ type: 'channels_select' }), input({ type: 'multi_channels_select' })]),
  ],
  [
    'date, time, both',
    modal([input({ type: 'datepicker' }), input({ type: 'timepicker' }), input({ type: 'datetimepicker' })]),
  ],
  ['a rich text field', modal([input({ type: 'rich_text_input' })])],
  [
    'a field that tells at once',
    modal([
      input(
        { type: 'plain_text_input', dispatch_action_config: { trigger_actions_on: ['on_enter_pressed'] } },
        { dispatch_action: true },
      ),
    ]),
  ],
  [
    'buttons and a select among words',
    modal([actions(button(), { type: 'static_select', action_id: 's', options: options(2) })]),
  ],
  [
    'preformatted words',
    modal([
      {
        type: 'rich_text',
        elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: 'a' }] }],
      },
    ]),
  ],
  [
    'notify_on_close and clear_on_close',
    modal([section('a')], { notify_on_close: true, clear_on_close: true }),
  ],
  ['an alert', modal([{ type: 'alert', level: 'warning', text: plain(long(200)) }])],
  ['an image', modal([{ type: 'image', image_url: 'https://example.com/a.png', alt_text: 'a' }])],
  ['a submit that waits', modal([textInput()], { submit_disabled: true })],
  ['an initial value of 3000 characters', modal([textInput({ initial_value: long(3000) })])],
  ['a header and a divider', modal([{ type: 'header', text: plain('H') }, { type: 'divider' }])],
  [
    'a section with a date',
    modal([{ type: 'section', text: plain('x'), accessory: { type: 'datepicker', action_id: 'd' } }]),
  ],
];

describe('a modal', () => {
  it.each(REFUSED)('is refused with %s', async (_, view, error = 'invalid_arguments') => {
    expect(await open(view)).toMatchObject({ ok: false, error });
  });

  it.each(TAKEN)('is taken with %s', async (_, view) => {
    expect(await open(view)).toMatchObject({ ok: true, view: { type: 'modal' } });
  });

  it('says where the fault is', async () => {
    const { response_metadata } = await open(modal([section('a')], { title: plain(long(25)) }));
    expect(response_metadata).toEqual({
      messages: ['[ERROR] must be less than 25 characters [json-pointer:/view/title/text]'],
    });
  });
});

describe('a trigger', () => {
  const view = modal([section('a')]);

  it('opens once', async () => {
    const trigger_id = slack.ctx.triggers.give(admin);
    expect(await open(view, { trigger_id })).toMatchObject({ ok: true });
    expect(await open(view, { trigger_id })).toMatchObject({ error: 'exchanged_trigger_id' });
  });

  it('is not spent on a view that is refused', async () => {
    const trigger_id = slack.ctx.triggers.give(admin);
    expect(await open(modal([]), { trigger_id })).toMatchObject({ error: 'invalid_arguments' });
    expect(await open(view, { trigger_id })).toMatchObject({ ok: true });
  });

  it('lives three seconds', async () => {
    const trigger_id = slack.ctx.triggers.give(admin);
    clock.advance(3001);
    expect(await open(view, { trigger_id })).toMatchObject({ error: 'expired_trigger_id' });
  });

  it('must be one', async () => {
    expect(await open(view, { trigger_id: '1.2.abc' })).toMatchObject({ error: 'invalid_trigger_id' });
    expect(await call(slack, 'views.open', { view })).toMatchObject({ error: 'invalid_arguments' });
  });
});

describe('the stack', () => {
  const view = modal([section('a')]);

  it('takes three and no more', async () => {
    const root = await open(view);
    const second = await push(view);
    const third = await push(view);
    expect(third).toMatchObject({
      ok: true,
      view: { root_view_id: idOf(root), previous_view_id: idOf(second) },
    });
    expect(await push(view)).toMatchObject({ ok: false, error: 'push_limit_reached' });
  });

  it('has nothing to push onto when nothing is open', async () => {
    await slack.closeModal(admin, idOf(await open(view)), true);
    expect(await push(view)).toMatchObject({ error: 'not_found' });
  });

  it('begins anew with a modal that is opened', async () => {
    await open(view);
    await push(view);
    await open(view);
    expect(slack.ctx.modals.stack(admin)).toHaveLength(1);
  });
});

describe('views.update', () => {
  const first = modal([
    named('keep', { type: 'plain_text_input' }),
    named('go', { type: 'plain_text_input' }),
  ]);

  it('obeys the hash, and each update has a new one', async () => {
    const { view } = (await open(first)) as unknown as { view: { id: string; hash: string } };
    const changed = await call(slack, 'views.update', { view_id: view.id, hash: view.hash, view: first });
    expect(changed).toMatchObject({ ok: true });
    expect((changed.view as { hash: string }).hash).not.toBe(view.hash);
    const late = await call(slack, 'views.update', { view_id: view.id, hash: view.hash, view: first });
    expect(late).toMatchObject({ error: 'hash_conflict' });
  });

  it('keeps what was filled in where block and action are the same', async () => {
    const id = idOf(await open(first));
    slack.draft(admin, id, { keep: 'kept', go: 'gone' });
    const next = modal([
      named('keep', { type: 'plain_text_input' }),
      named('new', { type: 'plain_text_input' }),
    ]);
    const { view } = await call(slack, 'views.update', { view_id: id, view: next });
    expect((view as { state: unknown }).state).toEqual({
      values: { keep: { value: { type: 'plain_text_input', value: 'kept' } } },
    });
  });

  it('drops what was chosen among options that are gone', async () => {
    const pick = (count: number) =>
      modal([named('pick', { type: 'static_select', options: options(count) })]);
    const id = idOf(await open(pick(3)));
    slack.draft(admin, id, { pick: 'v2' });
    const values = async (count: number) => {
      const { view } = await call(slack, 'views.update', { view_id: id, view: pick(count) });
      return (view as { state: { values: object } }).state.values;
    };
    expect(await values(4)).toMatchObject({ pick: { value: { selected_option: { value: 'v2' } } } });
    expect(await values(2)).toEqual({});
  });

  it('finds a view by the id the app gave it, which is taken once', async () => {
    const external_id = 'mine';
    const named = { ...first, external_id };
    expect(await open(named)).toMatchObject({ ok: true });
    expect(await call(slack, 'views.update', { external_id, view: named })).toMatchObject({ ok: true });
    expect(await push(named)).toMatchObject({ error: 'duplicate_external_id' });
  });

  it.each([
    ['a view that is closed or never was', { view_id: 'V0NOWHERE1', view: first }, 'not_found'],
    ['no view named', { view: first }, 'invalid_arguments'],
    ['no view given', { view_id: 'V0NOWHERE1' }, 'invalid_arguments'],
  ])('fails with %s', async (_, args, error) => {
    expect(await call(slack, 'views.update', args)).toMatchObject({ ok: false, error });
  });
});

describe('views.publish', () => {
  const home = (blocks: object[], more: object = {}) => ({ type: 'home', blocks, ...more });

  it('shows a Home, and obeys the hash', async () => {
    const { view } = await call(slack, 'views.publish', {
      user_id: admin,
      view: home([section('a'), actions(button())]),
    });
    const { hash } = view as { hash: string };
    expect(slack.ctx.modals.homes.get(admin)?.view.blocks).toHaveLength(2);
    const again = { user_id: admin, hash, view: home([section('b')]) };
    expect(await call(slack, 'views.publish', again)).toMatchObject({ ok: true });
    expect(await call(slack, 'views.publish', again)).toMatchObject({ error: 'hash_conflict' });
  });

  it.each([
    ['nobody', { user_id: 'U0NOBODY01', view: home([section('a')]) }],
    ['somebody deactivated', { user_id: PEOPLE.gone, view: home([section('a')]) }],
    ['a modal', { user_id: admin, view: modal([section('a')]) }],
    ['a title', { user_id: admin, view: home([section('a')], { title: plain('T') }) }],
    ['101 blocks', { user_id: admin, view: home(Array.from({ length: 101 }, () => ({ type: 'divider' }))) }],
    ['a file field', { user_id: admin, view: home([input({ type: 'file_input' })]) }],
  ])('fails for %s', async (_, args) => {
    expect(await call(slack, 'views.publish', args)).toMatchObject({ ok: false, error: 'invalid_arguments' });
  });
});
