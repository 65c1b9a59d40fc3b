import { ApiError, attempt, problem, send, upload } from './api.ts';
import { completion } from './completion.ts';
import { h, refill, uniqueId } from './dom.ts';
import { icon } from './icons.ts';
import { person } from './state.ts';
import { toast } from './toast.ts';
import type { Outcome, UploadedFile } from './types.ts';

/** What was begun and not sent, by person and place, kept while the page is open. */
const drafts = new Map<string, string>();

/**
 * The field to write in: Enter sends, Shift+Enter begins a line, `/` offers commands, `@` and `#` names.
 * @param channel where it posts
 * @param thread the parent's time stamp, to reply in its thread
 * @param label what the field is for
 */
export function composer(channel: string, thread: string | undefined, label: string): HTMLElement {
  const key = `${person()?.id}/${channel}/${thread ?? ''}`;
  let attached: UploadedFile[] = [];
  let busy = false;
  const list = uniqueId('commands');
  const field = h(
    'textarea',
    {
      rows: 1,
      placeholder: label,
      'aria-label': label,
      'aria-autocomplete': 'list',
      'aria-controls': list,
      'data-key': `composer/${key}`,
      'data-composer': thread ? 'thread' : 'channel',
      spellcheck: 'true',
      oninput: () => {
        drafts.set(key, field.value);
        grow();
        offer.update();
      },
      onkeydown: (event: KeyboardEvent) => {
        if (offer.key(event)) return;
        if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
          event.preventDefault();
          void submit();
        }
      },
      onblur: () => offer.close(),
      onpaste: (event: ClipboardEvent) => {
        const files = [...(event.clipboardData?.files ?? [])];
        if (files.length > 0) void attach(files);
      },
    },
    drafts.get(key) ?? '',
  );
  const chooser: HTMLInputElement = h('input', {
    type: 'file',
    multiple: true,
    class: 'unseen-input',
    tabindex: -1,
    'aria-hidden': 'true',
    onchange: () => void attach([...(chooser.files ?? [])]),
  });
  const files = h('ul', { class: 'files', 'aria-label': 'Files to send' });
  const sendButton = h(
    'button',
    { type: 'submit', class: 'plain send', 'aria-label': 'Send', title: 'Send' },
    icon('send'),
  );
  const form: HTMLElement = h(
    'form',
    {
      class: 'composer',
      onsubmit: (event: Event) => {
        event.preventDefault();
        void submit();
      },
      ondragover: (event: Event) => event.preventDefault(),
      ondrop: (event: DragEvent) => {
        event.preventDefault();
        void attach([...(event.dataTransfer?.files ?? [])]);
      },
    },
    files,
    h(
      'div',
      { class: 'composer-row' },
      h(
        'button',
        {
          type: 'button',
          class: 'plain',
          'aria-label': 'Attach a file',
          title: 'Attach a file',
          onclick: () => chooser.click(),
        },
        icon('clip'),
      ),
      chooser,
      field,
      sendButton,
    ),
  );
  const offer = completion(field, form, list, () => {
    drafts.set(key, field.value);
    grow();
  });

  async function submit(): Promise<void> {
    const text = field.value.trim();
    if (busy || (!text && attached.length === 0)) return;
    busy = true;
    offer.close();
    form.setAttribute('aria-busy', 'true');
    const sent = { text: field.value, files: [...attached] };
    try {
      const outcome = await send<Outcome>('message', {
        channel,
        text: sent.text,
        ...(thread && { thread_ts: thread }),
        ...(sent.files.length > 0 && { files: sent.files.map((file) => file.id) }),
      });
      // Of a command that failed, Slackbot tells it in the channel, which a thread may cover.
      if (outcome.ok === false && (thread || !outcome.message)) toast(problem(outcome), 'problem');
      // What never reached the app stays to be mended.
      if (outcome.ok === false && outcome.sent === false) return;
      // What was begun while the app was thinking stays.
      attached = attached.filter((file) => !sent.files.includes(file));
      if (field.value.startsWith(sent.text)) field.value = field.value.slice(sent.text.length);
      drafts.set(key, field.value);
      showFiles();
      grow();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      toast(error.message, 'problem');
    } finally {
      busy = false;
      form.removeAttribute('aria-busy');
    }
  }

  async function attach(chosen: File[]): Promise<void> {
    chooser.value = '';
    for (const file of chosen) {
      const kept = await attempt(upload<UploadedFile>(file));
      if (kept) attached.push(kept);
    }
    showFiles();
    field.focus();
  }

  function showFiles(): void {
    refill(
      files,
      attached.map((file) =>
        h(
          'li',
          null,
          icon('file'),
          h('span', null, file.name),
          h(
            'button',
            {
              type: 'button',
              class: 'plain',
              'aria-label': `Remove ${file.name}`,
              onclick: () => {
                attached = attached.filter((one) => one !== file);
                showFiles();
              },
            },
            '×',
          ),
        ),
      ),
    );
  }

  function grow(): void {
    field.style.height = 'auto';
    if (field.scrollHeight > 0) field.style.height = `${Math.min(field.scrollHeight, 200)}px`;
  }
  requestAnimationFrame(grow);
  return form;
}
