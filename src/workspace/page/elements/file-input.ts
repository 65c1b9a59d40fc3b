import { ApiError, upload } from '../api.ts';
import { h, refill, uniqueId } from '../dom.ts';
import { icon } from '../icons.ts';
import { changed, keyOf, naming, type Spot } from '../surface.ts';
import type { Element, UploadedFile } from '../types.ts';

/** Files by choosing and by dropping: https://docs.slack.dev/reference/block-kit/block-elements/file-input-element */
export function fileInput(element: Element, spot: Spot): HTMLElement {
  const { fields, target } = spot.surface;
  const most = Number(element.max_files ?? 10);
  const types = ((element.filetypes as string[] | undefined) ?? []).map((type) =>
    type.toLowerCase().replace(/^\./, ''),
  );
  const ids = [...((fields.get(spot.blockId, element.action_id ?? '') as string[] | undefined) ?? [])];
  const busy: string[] = [];
  const list = h('ul', { class: 'files', 'aria-label': 'Chosen files' });
  const trouble = h('p', { class: 'error', role: 'alert' });
  const input: HTMLInputElement = h('input', {
    type: 'file',
    id: uniqueId('file'),
    class: 'unseen-input',
    multiple: most > 1,
    accept: types.map((type) => `.${type}`).join(',') || undefined,
    'data-key': keyOf(spot, element),
    ...naming(spot, element),
    onchange: () => void take([...(input.files ?? [])]),
  });
  const zone: HTMLElement = h(
    'label',
    {
      class: 'drop',
      for: input.id,
      ondragover: (event: DragEvent) => {
        event.preventDefault();
        zone.classList.add('over');
      },
      ondragleave: () => zone.classList.remove('over'),
      ondrop: (event: DragEvent) => {
        event.preventDefault();
        zone.classList.remove('over');
        void take([...(event.dataTransfer?.files ?? [])]);
      },
    },
    icon('clip'),
    h('span', null, most > 1 ? 'Choose files or drop them here' : 'Choose a file or drop it here'),
    types.length > 0 && h('small', null, types.map((type) => `.${type}`).join(' ')),
  );

  async function take(chosen: File[]): Promise<void> {
    trouble.textContent = '';
    input.value = '';
    for (const file of chosen) {
      if (ids.length + busy.length >= most) {
        trouble.textContent = `No more than ${most} ${most === 1 ? 'file' : 'files'} here. Remove one first.`;
        break;
      }
      if (types.length > 0 && !types.includes(file.name.split('.').at(-1)?.toLowerCase() ?? '')) {
        trouble.textContent = `Files of this kind are not taken here, only: ${types.join(', ')}.`;
        continue;
      }
      busy.push(file.name);
      draw();
      try {
        const where = target.type === 'view' ? { view_id: target.view_id, block_id: spot.blockId } : {};
        const kept = await upload<UploadedFile>(file, where);
        fields.fileNames.set(kept.id, kept.name);
        ids.push(kept.id);
        await changed(spot, element, input, [...ids]);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        trouble.textContent = error.message;
      } finally {
        busy.splice(busy.indexOf(file.name), 1);
        draw();
      }
    }
  }

  function draw(): void {
    const remove = (id: string) => {
      ids.splice(ids.indexOf(id), 1);
      void changed(spot, element, input, [...ids]);
      draw();
      input.focus();
    };
    refill(
      list,
      ids.map((id) => {
        const name = fields.fileNames.get(id) ?? id;
        return h(
          'li',
          null,
          icon('file'),
          h('span', null, name),
          h(
            'button',
            { type: 'button', class: 'plain', 'aria-label': `Remove ${name}`, onclick: () => remove(id) },
            '×',
          ),
        );
      }),
      busy.map((name) => h('li', { class: 'busy' }, icon('file'), h('span', null, name), ' uploading…')),
    );
    zone.hidden = ids.length + busy.length >= most;
  }
  draw();
  return h('div', { class: 'file-input' }, input, zone, list, trouble);
}
