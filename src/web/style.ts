import { type Route, send } from './http.ts';

/** One sheet for all pages: readable on a phone, light and dark by the reader's own setting. */
const SHEET = `:root{color-scheme:light dark;--ink:#1c2430;--soft:#5b6675;--paper:#fbfaf8;--field:#fff;--line:#d9dde3;--go:#1d5c8f;--good:#1f7a4d;--bad:#b3352c}
@media (prefers-color-scheme:dark){:root{--ink:#e8ebef;--soft:#a3adba;--paper:#15191f;--field:#1d232b;--line:#343c47;--go:#7cb8ea;--good:#6cc79a;--bad:#f0938b}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.55 system-ui,sans-serif}
main{max-width:38rem;margin:0 auto;padding:2.5rem 1.25rem}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 1rem}
h1,p,dd,li,button,a{overflow-wrap:anywhere}
dl{margin:1.5rem 0}dt{color:var(--soft);font-size:.875rem;margin-top:.75rem}dd{margin:0}
ul.checks{list-style:none;padding:0;margin:1.5rem 0}
ul.checks li{border-top:1px solid var(--line);padding:.6rem 0 .6rem 1.75rem;position:relative}
ul.checks li::before{position:absolute;left:0;font-weight:700}
ul.checks li.pass::before{content:"\\2713";color:var(--good)}
ul.checks li.fail::before{content:"\\2717";color:var(--bad)}
.fix{display:block;color:var(--soft)}
form{margin:0}form.second{margin-top:2rem;border-top:1px solid var(--line);padding-top:.5rem}
label{display:block;font-weight:600;margin:1rem 0 .25rem}
input{font:inherit;width:100%;padding:.6rem .7rem;border:1px solid var(--soft);border-radius:.4rem;background:var(--field);color:var(--ink)}
input[readonly]{border-color:var(--line);color:var(--soft)}
input[aria-invalid]{border-color:var(--bad)}
.problem{border-left:4px solid var(--bad);padding:.1rem 0 .1rem .75rem;color:var(--bad);font-weight:600}
.aside{color:var(--soft);font-size:.9375rem;margin:.4rem 0 0}
button,a.button{font:inherit;display:inline-block;min-height:2.75rem;margin-top:1.25rem;padding:.6rem 1.1rem;border:1px solid var(--go);border-radius:.4rem;background:var(--go);color:var(--paper);cursor:pointer;text-decoration:none}
button.quiet{background:none;color:var(--go);margin-top:0}
button:focus-visible,a:focus-visible,input:focus-visible{outline:3px solid var(--go);outline-offset:2px}
a{color:var(--go)}
`;

/** Serves the sheet. */
export const styleRoute: Route = (req, res, url) => {
  if (url.pathname !== '/assets/page.css' || req.method !== 'GET') return false;
  send(res, 200, 'text/css; charset=utf-8', SHEET, { 'cache-control': 'public, max-age=3600' });
  return true;
};
