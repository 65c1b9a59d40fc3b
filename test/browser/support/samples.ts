import { PEOPLE } from '../../support/slack.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const option = (value: string, text: string, description?: string) => ({
  text: plain(text),
  value,
  ...(description && { description: plain(description) }),
});

export const COLOURS = [option('red', 'Red'), option('green', 'Green', 'Like grass'), option('blue', 'Blue')];

/** Blocks of every kind that a message can hold. */
export const MESSAGE_BLOCKS = [
  { type: 'header', text: plain('Turn off SSO for harbour.example') },
  {
    type: 'section',
    text: mrkdwn(
      `*Bold*, _italic_, ~struck~, \`code\`, :white_check_mark: <@${PEOPLE.approver}> <#C0GENERAL1> <https://example.com|a link>\n> quoted\n\`\`\`pre formatted\`\`\``,
    ),
    accessory: {
      type: 'overflow',
      action_id: 'more',
      options: [option('a', 'First thing'), option('b', 'Second thing')],
    },
  },
  {
    type: 'section',
    fields: [
      mrkdwn('*Asked by*\nOlga'),
      mrkdwn('*Until*\n<!date^1772355600^{date_long} at {time}|1 March 2026>'),
    ],
  },
  { type: 'divider' },
  {
    type: 'rich_text',
    elements: [
      {
        type: 'rich_text_section',
        elements: [
          { type: 'text', text: 'Reason: <!channel> *not bold* ', style: { italic: true } },
          { type: 'user', user_id: PEOPLE.bystander },
          { type: 'text', text: ' until ' },
          { type: 'date', timestamp: 1772355600, format: '{date_short_pretty} {time}', fallback: 'March' },
          { type: 'text', text: ' ' },
          { type: 'color', value: '#1d3557' },
          { type: 'emoji', name: 'tada' },
          { type: 'link', url: 'javascript:alert(1)', text: 'unsafe' },
        ],
      },
      {
        type: 'rich_text_list',
        style: 'bullet',
        elements: [
          { type: 'rich_text_section', elements: [{ type: 'text', text: 'one' }] },
          { type: 'rich_text_section', elements: [{ type: 'text', text: 'two' }] },
        ],
      },
      { type: 'rich_text_quote', elements: [{ type: 'text', text: 'said so' }] },
      {
        type: 'rich_text_preformatted',
        elements: [{ type: 'text', text: '_drawbridge-challenge.harbour.example' }],
      },
    ],
  },
  {
    type: 'table',
    column_settings: [{ align: 'left' }, { align: 'right' }],
    rows: [
      [
        { type: 'raw_text', text: 'Domain' },
        { type: 'raw_text', text: 'People' },
      ],
      [
        { type: 'raw_text', text: 'harbour.example' },
        { type: 'raw_text', text: '412' },
      ],
    ],
  },
  {
    type: 'actions',
    elements: [
      {
        type: 'button',
        action_id: 'decide:approve',
        text: plain('Approve turning off'),
        style: 'primary',
        value: '{}',
      },
      {
        type: 'button',
        action_id: 'decide:reject',
        text: plain('Reject'),
        style: 'danger',
        value: '{}',
        confirm: {
          title: plain('Reject this?'),
          text: plain('The requester is told.'),
          confirm: plain('Reject it'),
          deny: plain('Keep it'),
        },
      },
      { type: 'static_select', action_id: 'colour', placeholder: plain('Pick a colour'), options: COLOURS },
      { type: 'datepicker', action_id: 'day', initial_date: '2026-03-01' },
    ],
  },
  { type: 'context', elements: [mrkdwn('Asked *just now*'), plain('plain *words*')] },
  {
    type: 'context_actions',
    elements: [
      {
        type: 'feedback_buttons',
        action_id: 'feedback',
        positive_button: { text: plain('Good'), value: 'good' },
        negative_button: { text: plain('Bad'), value: 'bad' },
      },
    ],
  },
];

const rich = (text: string) => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }],
});
const card = (title: string) => ({
  type: 'card',
  title: mrkdwn(title),
  body: mrkdwn('_body_ of it'),
  actions: [{ type: 'button', action_id: `card-${title}`, text: plain(`Open ${title}`) }],
});

/** Blocks that this app hardly uses, and words that each must show. */
export const RARE_BLOCKS: [block: Record<string, unknown>, words: string][] = [
  [
    { type: 'alert', level: 'warning', text: mrkdwn('*Certificate* expires') },
    'Warning: Certificate expires',
  ],
  [card('Okta'), 'Open Okta'],
  [{ type: 'carousel', elements: [card('First'), card('Second')] }, 'Open Second'],
  [
    {
      type: 'container',
      title: plain('Details'),
      is_collapsible: true,
      default_collapsed: false,
      child_blocks: [{ type: 'section', text: plain('inside the container') }],
    },
    'inside the container',
  ],
  [
    { type: 'task_card', task_id: '1', title: 'Check', status: 'complete', details: rich('all well') },
    'all well',
  ],
  [
    {
      type: 'plan',
      title: 'The plan',
      tasks: [{ type: 'task_card', task_id: '2', title: 'Unlink', status: 'pending' }],
    },
    'Unlink waiting',
  ],
  [
    {
      type: 'data_table',
      caption: 'People',
      rows: [[{ type: 'raw_text', text: 'Name' }], [{ type: 'raw_number', value: 4, text: 'four' }]],
    },
    'four',
  ],
  [
    {
      type: 'markdown',
      text: '# Head\n- **bold** item\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[site](https://x.example)',
    },
    'bold item',
  ],
  [
    {
      type: 'image',
      image_url: 'http://nowhere.invalid/x.png',
      alt_text: 'A drawing',
      title: plain('Drawn'),
    },
    'A drawing',
  ],
  [
    {
      type: 'video',
      title: plain('Tour'),
      title_url: 'https://v.example',
      alt_text: 'A tour',
      video_url: 'https://v.example/1',
      thumbnail_url: 'https://v.example/t',
    },
    'Tour',
  ],
  [{ type: 'file', external_id: 'F1', source: 'remote' }, 'Remote file F1'],
  [
    {
      type: 'data_visualization',
      title: 'Sign-ins',
      chart: {
        type: 'bar',
        series: [{ name: 'By SSO', data: [{ label: 'Mon', value: 31 }] }],
        axis_config: { categories: ['Mon', 'Tue'], y_label: 'people' },
      },
    },
    'Sign-ins (bar chart, people)',
  ],
  [
    {
      type: 'data_visualization',
      title: 'Share',
      chart: { type: 'pie', segments: [{ label: 'Password', value: 4 }] },
    },
    'Password',
  ],
  // Not as Slack has it: it is named all the same.
  [{ type: 'data_visualization', title: 'Chart of it' }, 'Chart of it'],
  [
    {
      type: 'rich_text',
      elements: [
        {
          type: 'rich_text_section',
          elements: [
            { type: 'broadcast', range: 'here' },
            { type: 'usergroup', usergroup_id: 'S1' },
            { type: 'channel', channel_id: 'C0SECRET01' },
          ],
        },
      ],
    },
    '@here',
  ],
];

/** An input block; the block id is the action id. */
export function input(id: string, label: string, element: Record<string, unknown>, more: object = {}) {
  return {
    type: 'input',
    block_id: id,
    label: plain(label),
    element: { action_id: id, ...element },
    ...more,
  };
}

/** One of every input that a modal can hold. */
export const INPUTS = [
  input('text', 'Reason', { type: 'plain_text_input', min_length: 3, max_length: 20 }),
  input(
    'long',
    'Notes',
    { type: 'plain_text_input', multiline: true },
    { optional: true, hint: plain('One a line') },
  ),
  input('email', 'E-mail', { type: 'email_text_input', placeholder: plain('you@example.com') }),
  input('url', 'Metadata URL', { type: 'url_text_input' }),
  input('number', 'Approvals needed', {
    type: 'number_input',
    is_decimal_allowed: false,
    min_value: '1',
    max_value: '5',
  }),
  input('static', 'Colour', { type: 'static_select', options: COLOURS }),
  input('groups', 'Grouped', {
    type: 'multi_static_select',
    option_groups: [
      { label: plain('Warm'), options: [option('red', 'Red'), option('orange', 'Orange')] },
      { label: plain('Cold'), options: [option('blue', 'Blue')] },
    ],
  }),
  input('external', 'Domain', { type: 'external_select', min_query_length: 2 }),
  input('externals', 'Domains', { type: 'multi_external_select', min_query_length: 1 }),
  input('user', 'Admin', { type: 'users_select' }),
  input('users', 'Approvers', { type: 'multi_users_select' }),
  input('conversation', 'Notifications channel', {
    type: 'conversations_select',
    filter: { include: ['public', 'private'], exclude_external_shared_channels: true },
  }),
  input('channels', 'Channels', { type: 'multi_channels_select' }),
  input('date', 'Day', { type: 'datepicker' }),
  input('time', 'Time', { type: 'timepicker' }),
  input('moment', 'Moment', { type: 'datetimepicker' }),
  input('radio', 'Identity provider', {
    type: 'radio_buttons',
    options: [option('okta', 'Okta', 'By metadata'), option('entra', 'Entra ID')],
  }),
  input('boxes', 'Rights', { type: 'checkboxes', options: [option('r', 'Read'), option('w', 'Write')] }),
  input('rich', 'Comment', { type: 'rich_text_input' }),
  input('file', 'Metadata file', { type: 'file_input', filetypes: ['xml', 'txt'], max_files: 2 }),
];

/** A modal around blocks. */
export function modal(title: string, blocks: unknown[], more: object = {}) {
  return {
    type: 'modal',
    callback_id: title.toLowerCase().replaceAll(' ', '.'),
    title: plain(title),
    submit: plain('Save changes'),
    close: plain('Cancel'),
    blocks,
    ...more,
  };
}
