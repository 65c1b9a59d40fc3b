import { type Route, send, sendJson } from './http.ts';

/**
 * What a process answers while it starts, which takes as long as its database lets it wait: that it is alive, and that
 * it is not ready. Whoever watches over it must not take waiting for death.
 * @param up whether the routes that follow can take requests
 */
export function startingProbes(up: () => boolean): Route {
  return (req, res, { pathname }) => {
    if (up() || (req.method !== 'GET' && req.method !== 'HEAD')) return false;
    if (pathname === '/healthz') sendJson(res, 200, { ok: true });
    else if (pathname === '/readyz') sendJson(res, 503, { ok: false, starting: true });
    else return false;
    return true;
  };
}

/** Everything else meanwhile: come again, by which a balancer asks another process. @param up as `startingProbes` */
export function notYet(up: () => boolean): Route {
  return (_req, res) => {
    if (up()) return false;
    send(res, 503, 'text/plain; charset=utf-8', 'Starting', { 'retry-after': '1' });
    return true;
  };
}
