import { announce } from '../announce.ts';
import { attempt, send } from '../api.ts';
import { h, refill } from '../dom.ts';
import { icon } from '../icons.ts';
import { goToChannel, setSide, shownChannel } from '../navigation.ts';
import { channel, nameOf, now, on, person, state, story, tell } from '../state.ts';
import { type Card, type Happening, type Progress, STEPS } from './steps.ts';

const STORE = 'workspace-guide';

interface Kept {
  at: number;
  left: boolean;
  progress: Progress;
  /** Of which workspace this is told: another one may come to stand at the same address. */
  began: string | undefined;
}

/**
 * @param become acts as somebody else from then on
 * @returns the guided path: one step at a time, which notices by itself that it was done; it can be left any time
 */
export function guide(become: (id: string) => unknown): HTMLElement {
  let kept = load();
  let clock = 0;
  const node = h('section', { class: 'guide', 'aria-label': 'Guided path' });

  function save(): void {
    localStorage.setItem(STORE, JSON.stringify(kept));
    draw();
  }

  function happened(happening: Happening): void {
    const step = STEPS[kept.at];
    if (!step || kept.left) return;
    const before = JSON.stringify(kept.progress);
    const title = step.title();
    if (step.done(happening, kept.progress)) {
      kept.at += 1;
      announce(`${title}: done. ${STEPS[kept.at]?.title() ?? 'That was the path.'}`);
      save();
    } else if (JSON.stringify(kept.progress) !== before) save();
  }

  async function go(): Promise<void> {
    const step = STEPS[kept.at];
    if (!step) return;
    const { actor: who, go: what } = step.move(kept.progress);
    if (who && who !== person()?.id) await become(who);
    if (what.type === 'panel') setSide({ type: 'panels', tab: what.tab });
    else if (what.type === 'card') showCard(what.card);
    else {
      const where = commandPlace();
      if (!where) return;
      goToChannel(where);
      await attempt(send('command', { channel: where, text: what.text }));
    }
  }

  function draw(): void {
    node.hidden = false;
    node.classList.toggle('small', kept.left || kept.at >= STEPS.length);
    const step = STEPS[kept.at];
    if (kept.left || !step) {
      refill(node, ended(step === undefined && !kept.left));
      return;
    }
    const { actor: who, button } = step.move(kept.progress);
    refill(
      node,
      dots(),
      h(
        'div',
        { class: 'guide-words' },
        h('h2', null, `${kept.at + 1}. ${step.title()}`),
        h('p', null, step.words(kept.progress)),
      ),
      h(
        'div',
        { class: 'guide-buttons' },
        h(
          'button',
          { type: 'button', class: 'primary', 'data-key': 'guide/go', onclick: () => void go() },
          button,
          who && who !== person()?.id && ` as ${nameOf(who)}`,
        ),
        h('button', { type: 'button', class: 'link', onclick: () => skip() }, 'Skip'),
        h('button', { type: 'button', class: 'link', onclick: () => leave() }, 'Leave'),
      ),
    );
  }

  function dots(): HTMLElement {
    return h(
      'div',
      { class: 'dots', role: 'img', 'aria-label': `Step ${kept.at + 1} of ${STEPS.length}` },
      STEPS.map((_, at) =>
        h(
          'span',
          { class: at < kept.at ? 'done' : at === kept.at ? 'now' : '' },
          at < kept.at && icon('check'),
        ),
      ),
    );
  }

  function ended(finished: boolean): HTMLElement[] {
    const again = () => {
      kept = finished ? fresh() : { ...kept, left: false };
      save();
    };
    return [
      h(
        'button',
        { type: 'button', class: 'link', onclick: again },
        icon('flag'),
        finished
          ? 'You have seen the path. Walk it again'
          : `Guided path, step ${Math.min(kept.at + 1, STEPS.length)} of ${STEPS.length}`,
      ),
    ];
  }

  function skip(): void {
    kept = { ...kept, at: kept.at + 1, progress: {} };
    save();
  }
  function leave(): void {
    kept.left = true;
    save();
  }

  /** What was kept of a workspace that is gone says nothing of this one. */
  function look(): void {
    const { began } = story();
    if (began === undefined || kept.began === began) {
      draw();
      return;
    }
    kept = fresh();
    save();
  }

  on('message', (event) => happened({ type: 'message', event }));
  on('clock', (time) => {
    if (clock) happened({ type: 'clock', forwardMs: time.getTime() - clock });
    clock = now().getTime();
  });
  on('panels', look);
  for (const topic of ['person', 'people', 'channels'] as const) on(topic, draw);
  // A second window walks the same path.
  window.addEventListener('storage', (event) => {
    if (event.key !== STORE) return;
    kept = load();
    draw();
  });
  return node;
}

function fresh(): Kept {
  return { at: 0, left: false, progress: {}, began: story().began };
}

function load(): Kept {
  const text = localStorage.getItem(STORE);
  if (!text) return fresh();
  try {
    return { ...fresh(), ...(JSON.parse(text) as Partial<Kept>) };
  } catch (error) {
    // Something else wrote there: the path begins anew.
    if (!(error instanceof SyntaxError)) throw error;
    return fresh();
  }
}

/** Where a command is typed: the channel in view if the app is there, else the notifications channel. */
function commandPlace(): string | undefined {
  const shown = channel(shownChannel() ?? '');
  if (shown?.is_member && shown.kind !== 'im') return shown.id;
  const told = channel(story().channel ?? '');
  return told?.id ?? state.channels.find((one) => one.is_member && one.kind !== 'im')?.id;
}

function showCard(card: Card | undefined): void {
  if (!card) {
    goToChannel(story().channel ?? shownChannel() ?? '');
    return;
  }
  goToChannel(card.channel);
  // The messages are read first.
  setTimeout(() => tell('jump', card), 400);
}
