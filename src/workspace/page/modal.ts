import { announce } from './announce.ts';
import { ApiError, attempt, problem, send } from './api.ts';
import { h, keepFocus } from './dom.ts';
import { Fields } from './fields.ts';
import { firstField, presentKeys } from './modal-body.ts';
import { modalFrame } from './modal-frame.ts';
import { shownChannel } from './navigation.ts';
import { on } from './state.ts';
import type { Surface } from './surface.ts';
import type { ModalView, Outcome } from './types.ts';

const DRAFT_AFTER_MS = 700;

interface Open {
  view: ModalView;
  surface: Surface;
  fields: Fields;
  /** What the server last said under fields, to tell news from repetition. */
  serverErrors: string;
}

let stack: Open[] = [];
let dialog: HTMLDialogElement | undefined;
let drawn = '';
let drawnFields = '';

/** Follows the person's stack of modals from now on. */
export function followModals(): void {
  on('modals', takeStack);
  on('person', () => takeStack([]));
}

function takeStack(views: ModalView[]): void {
  const before = stack;
  stack = views.map((view) =>
    opened(
      view,
      before.find((one) => one.view.id === view.id),
    ),
  );
  draw();
}

function opened(view: ModalView, before: Open | undefined): Open {
  const serverErrors = JSON.stringify(view.errors ?? {});
  const fields = before?.fields ?? new Fields(view.values);
  if (before) fields.renew(view.values ?? {}, presentKeys(view.blocks));
  else fields.listen(() => keepDraft(view.id, fields));
  const errors =
    before && before.serverErrors === serverErrors && before.view.hash === view.hash
      ? before.surface.errors
      : { ...view.errors };
  const channel = before?.surface.channel ?? shownChannel();
  const surface: Surface = {
    kind: 'modal',
    target: { type: 'view', view_id: view.id },
    fields,
    voice: { byApp: true, leaks: new Set(view.leaks ?? []) },
    errors,
    offered: view.offered ?? {},
    ...(channel && { channel }),
  };
  return { view, surface, fields, serverErrors };
}

let draftTimer: ReturnType<typeof setTimeout> | undefined;

/** So that a reload keeps what was typed. */
function keepDraft(viewId: string, fields: Fields): void {
  clearTimeout(draftTimer);
  draftTimer = setTimeout(() => {
    if (!stack.some((one) => one.view.id === viewId)) return;
    send('draft', { view_id: viewId, values: fields.all() }).catch((error: unknown) => {
      // Only a convenience: the submit sends everything once more and says what is wrong.
      if (!(error instanceof ApiError)) throw error;
    });
  }, DRAFT_AFTER_MS);
}

function draw(): void {
  const top = stack.at(-1);
  if (!top) {
    dialog?.close();
    dialog?.remove();
    dialog = undefined;
    drawn = '';
    return;
  }
  const look = JSON.stringify([top.view.id, top.view.hash, stack.length, top.serverErrors]);
  if (look === drawn && dialog) return;
  const sameView = drawn.startsWith(`["${top.view.id}"`);
  const present = [...presentKeys(top.view.blocks)].join();
  const sameFields = sameView && present === drawnFields;
  drawnFields = present;
  drawn = look;
  if (!dialog) {
    dialog = h('dialog', {
      class: 'modal',
      onkeydown: onEscape,
      oncancel: (event: Event) => event.preventDefault(),
    });
    document.body.append(dialog);
    dialog.showModal();
  }
  const place = dialog;
  const scroll = sameView ? (place.querySelector('.modal-body')?.scrollTop ?? 0) : 0;
  keepFocus(place, () => fill(place, top));
  const body = place.querySelector('.modal-body');
  if (body) body.scrollTop = scroll;
  const lost = !place.contains(document.activeElement) || document.activeElement === place;
  // A further step of the dialog begins at its first field; a mere redraw leaves the focus where it is.
  const onButton = document.activeElement?.getAttribute('data-key') === 'submit';
  if (!sameView || lost || (!sameFields && onButton))
    (firstField(place, top.view.blocks) ?? place.querySelector<HTMLElement>('h2'))?.focus();
  focusError(place, top);
}

function fill(place: HTMLDialogElement, top: Open): void {
  const { view } = top;
  place.dataset.depth = String(stack.length);
  place.dataset.callback = view.callback_id;
  const frame = modalFrame(view, top.surface, stack.length, {
    submit: (form, trouble) => void submit(top, form, trouble),
    close: (all) => void close(top, all),
  });
  place.setAttribute('aria-labelledby', frame.titleId);
  place.replaceChildren(frame.form);
}

async function submit(top: Open, form: HTMLFormElement, trouble: HTMLElement): Promise<void> {
  if (form.getAttribute('aria-busy') === 'true') return;
  form.setAttribute('aria-busy', 'true');
  clearTimeout(draftTimer);
  trouble.hidden = true;
  try {
    const outcome = await send<Outcome>('submit', { view_id: top.view.id, values: top.fields.all() });
    const errors = outcome.errors ?? {};
    if (Object.keys(errors).length > 0) {
      const current = stack.find((one) => one.view.id === top.view.id);
      if (!current) return;
      current.surface.errors = { ...errors };
      drawn = '';
      draw();
      announce(`${Object.keys(errors).length} to mend: ${Object.values(errors).join(' ')}`);
    } else if (!outcome.ok) {
      trouble.textContent = problem(outcome);
      trouble.hidden = false;
    }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    trouble.textContent = error.message;
    trouble.hidden = false;
  } finally {
    form.removeAttribute('aria-busy');
  }
}

/** Brings the person to the first field with something wrong, once. */
function focusError(place: HTMLElement, top: Open): void {
  if (Object.keys(top.surface.errors).length === 0) return;
  const wrong = place.querySelector<HTMLElement>('[aria-invalid=true]');
  const target = wrong?.matches('input, textarea, [contenteditable]')
    ? wrong
    : wrong?.querySelector<HTMLElement>('input');
  (target ?? wrong)?.focus();
}

async function close(top: Open, all: boolean): Promise<void> {
  clearTimeout(draftTimer);
  await attempt(send('close', { view_id: top.view.id, ...(all && { all: true }) }));
}

/** Escape goes back one view, like the button. */
function onEscape(event: KeyboardEvent): void {
  const top = stack.at(-1);
  if (event.key !== 'Escape' || event.defaultPrevented || !top) return;
  event.preventDefault();
  void close(top, false);
}
