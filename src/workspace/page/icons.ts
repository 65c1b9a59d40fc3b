/** Line drawings on a 20 × 20 field. */
const PATHS = {
  hash: 'M8 3 6.5 17M13.5 3 12 17M3.5 7.5h14M2.5 12.5h14',
  lock: 'M5 9h10v8H5zM7 9V6.5a3 3 0 0 1 6 0V9',
  home: 'M3 9.5 10 3.5l7 6V17h-4.5v-4.5h-5V17H3z',
  person: 'M10 10a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4zM3.5 17c.7-3.3 3.3-5 6.5-5s5.8 1.7 6.5 5',
  reply: 'M4 4h12v9h-7l-3.5 3.5V13H4z',
  link: 'M8.5 11.5a3.2 3.2 0 0 0 4.5 0l2.8-2.8a3.2 3.2 0 0 0-4.5-4.5L10 5.5M11.5 8.5a3.2 3.2 0 0 0-4.5 0l-2.8 2.8a3.2 3.2 0 0 0 4.5 4.5L10 14.5',
  close: 'M5 5l10 10M15 5 5 15',
  back: 'M12 4.5 6.5 10l5.5 5.5',
  down: 'M5 7.5 10 12.5l5-5',
  send: 'M3.5 10 17 3.5 13 17l-3.5-5.5zM9.5 11.5 17 3.5',
  clip: 'M14.5 9 9.5 14a3 3 0 0 1-4.3-4.3l6-6a2 2 0 0 1 2.9 2.9l-6 6a1 1 0 0 1-1.5-1.4L11.5 6.5',
  mail: 'M3 5h14v10.5H3zM3 5.5l7 6 7-6',
  globe:
    'M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM2.5 10h15M10 2.5c2.5 2.3 3.5 4.8 3.5 7.5s-1 5.2-3.5 7.5C7.5 15.2 6.5 12.7 6.5 10s1-5.2 3.5-7.5z',
  key: 'M12.5 11.5a4 4 0 1 0-4-4c0 .7.2 1.3.4 1.8L3 15.2V17h3v-2h2v-2l1.7-1.9c.8.3 1.8.4 2.8.4z',
  list: 'M3.5 5.5h2M8 5.5h8.5M3.5 10h2M8 10h8.5M3.5 14.5h2M8 14.5h8.5',
  clock: 'M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM10 5.5V10l3 2',
  panel: 'M3 4h14v12H3zM12 4v12',
  menu: 'M3.5 5.5h13M3.5 10h13M3.5 14.5h13',
  check: 'M4 10.5 8 14.5l8-9',
  alert: 'M10 3 18 16.5H2zM10 8v4M10 14v.5',
  file: 'M5 2.5h6.5L15 6v11.5H5zM11 2.5V6.5h4',
  window: 'M4 4h8v8H4zM8 12v4h8V8h-4',
  dots: 'M4.5 10h.01M10 10h.01M15.5 10h.01',
  bolt: 'M11 2.5 4.5 11.5H9.5L8.5 17.5 15.5 8H10.5z',
  flag: 'M5 17.5V3h10l-2 3.5 2 3.5H5',
  eye: 'M2.5 10S5.5 4.5 10 4.5 17.5 10 17.5 10 14.5 15.5 10 15.5 2.5 10 2.5 10zM10 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
  bold: 'M6 4h5a3 3 0 0 1 0 6H6zM6 10h6a3 3 0 0 1 0 6H6z',
  italic: 'M8.5 4h6M5.5 16h6M12 4 8 16',
  strike:
    'M3.5 10h13M13.5 6.5C13 5 11.8 4 10 4 8 4 6.5 5 6.5 6.8M6.5 13.5C7 15 8.2 16 10 16c2 0 3.5-1 3.5-2.8',
  code: 'M7 5.5 2.5 10 7 14.5M13 5.5l4.5 4.5-4.5 4.5',
  bullets: 'M4 5.5h.01M4 10h.01M4 14.5h.01M8 5.5h8.5M8 10h8.5M8 14.5h8.5',
} as const;

export type IconName = keyof typeof PATHS;

/** @returns a decoration, hidden from screen readers: the element around it carries the words */
export function icon(name: IconName): SVGSVGElement {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  svg.setAttribute('viewBox', '0 0 20 20');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('focusable', 'false');
  const path = document.createElementNS(space, 'path');
  path.setAttribute('d', PATHS[name]);
  svg.append(path);
  return svg;
}
