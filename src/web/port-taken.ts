/** The port cannot be had. The message says what to do. */
export class PortTaken extends Error {
  override readonly name = 'PortTaken';
}

/**
 * @param error why a server could not listen
 * @param port where
 * @returns an error with words for the person who starts the bot, where the cause is theirs to mend; else the same
 */
export function listenError(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === 'EADDRINUSE')
    return new PortTaken(`PORT: another program listens on ${port}: stop it, or set PORT to another number`);
  if (error.code === 'EACCES')
    return new PortTaken(`PORT: this system does not let us listen on ${port}: set PORT to 1024 or more`);
  return error;
}
