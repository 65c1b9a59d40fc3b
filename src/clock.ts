/** The one source of time. Passed in everywhere, so that tests and the local workspace can move it. */
export interface Clock {
  /** @returns the present moment. */
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/**
 * A clock that can be moved forward.
 * @param base the clock it runs on
 * @returns the clock and `advance(ms)`, which moves it forward by so many milliseconds
 */
export function movableClock(base: Clock = systemClock): Clock & { advance(ms: number): void } {
  let offset = 0;
  return {
    now: () => new Date(base.now().getTime() + offset),
    advance(ms) {
      if (ms < 0) throw new RangeError('the clock only moves forward');
      offset += ms;
    },
  };
}
