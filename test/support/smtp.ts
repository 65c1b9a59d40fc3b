import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A mail server on this machine. */
export interface TestSmtp {
  url: string;
  /** Whole messages as they were sent, headers first. */
  received: string[];
  /** Texts of the mails to an address, oldest first, as a person reads them. */
  to(address: string): string[];
  close(): Promise<void>;
}

/** The least of an SMTP server (RFC 5321), which keeps what it is sent. It knows nobody@ any host. */
export async function startSmtp(): Promise<TestSmtp> {
  const received: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    let data: string | undefined;
    const say = (line: string) => socket.write(`${line}\r\n`);
    say('220 test');
    socket.on('data', (chunk) => {
      if (data !== undefined) {
        data += chunk;
        if (!data.endsWith('\r\n.\r\n')) return;
        received.push(data);
        data = undefined;
        return void say('250 taken');
      }
      for (const line of String(chunk).split('\r\n').filter(Boolean)) {
        if (/^RCPT TO:<nobody@/i.test(line)) say('550 nobody here');
        else if (/^DATA/i.test(line)) {
          data = '';
          say('354 go on');
        } else if (/^QUIT/i.test(line)) socket.end('221 bye\r\n');
        else say('250 ok');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}?ignoreTLS=true`,
    received,
    to: (address) =>
      received.filter((mail) => headersOf(mail).includes(`\r\nTo: ${address}\r\n`)).map(textOf),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function headersOf(mail: string): string {
  return `\r\n${mail.slice(0, mail.indexOf('\r\n\r\n'))}\r\n`;
}

/** Quoted-printable (RFC 2045 6.7) undone, where it was used. */
function textOf(mail: string): string {
  const body = mail.slice(mail.indexOf('\r\n\r\n') + 4).replace(/\r\n\.\r\n$/, '');
  const text = /quoted-printable/i.test(headersOf(mail))
    ? body
        .replace(/=\r\n/g, '')
        .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
    : body;
  return text.replaceAll('\r\n', '\n');
}
