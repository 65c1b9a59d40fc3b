import { type Route, send } from './http.ts';

/** One sheet for all pages: readable on a phone, light and dark by the reader's own setting. */
const SHEET = `:root{color-scheme:light dark;--ink:#1c2430;--soft:#5b6675;--paper:#fbfaf8;--line:#d9dde3;--go:#1d5c8f;--good:#1f7a4d;--bad:#b3352c}
@media (prefers-color-scheme:dark){:root{--ink:#e8ebef;--soft:#a3adba;--paper:#15191f;--line:#343c47;--go:#7cb8ea;--good:#6cc79a;--bad:#f0938b}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.55 system-ui,sans-serif}
main{max-width:38rem;margin:0 auto;padding:2.5rem 1.25rem}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 1rem}
p,dd,li{overflow-wrap:anywhere}
dl{margin:1.5rem 0}dt{color:var(--soft);font-size:.875rem;margin-top:.75rem}dd{margin:0}
ul.checks{list-style:none;padding:0;margin:1.5rem 0}
ul.checks li{border-top:1px solid var(--line);padding:.6rem 0 .6rem 1.75rem;position:relative}
ul.checks li::before{position:absolute;left:0;font-weight:700}
ul.checks li.pass::before{content:"\\2713";color:var(--good)}
ul.checks li.fail::before{content:"\\2717";color:var(--bad)}
.fix{display:block;color:var(--soft)}
button{font:inherit;padding:.6rem 1.1rem;border:0;border-radius:.4rem;background:var(--go);color:var(--paper);cursor:pointer}
button:focus-visible,a:focus-visible,input:focus-visible{outline:3px solid var(--go);outline-offset:2px}
a{color:var(--go)}
`;

/** Serves the sheet. */
export const styleRoute: Route = (req, res, url) => {
  if (url.pathname !== '/assets/page.css' || req.method !== 'GET') return false;
  send(res, 200, 'text/css; charset=utf-8', SHEET, { 'cache-control': 'public, max-age=3600' });
  return true;
};
