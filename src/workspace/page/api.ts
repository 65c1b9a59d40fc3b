import { person } from './state.ts';
import { toast } from './toast.ts';
import type { Outcome } from './types.ts';

/** Where the server answers, taken from where this file came from, so that any base path works. */
export const base = new URL(import.meta.url).pathname.replace(/\/page\/.*$/, '');

/** The workspace server refused, or did not answer. `message` is for the person. */
export class ApiError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

type Query = Record<string, string | number | undefined>;

/**
 * @param path below `/ui/`
 * @param query further parameters; the acting person is added
 * @returns what the server answered
 * @throws ApiError
 */
export function read<T>(path: string, query: Query = {}): Promise<T> {
  return call<T>(address(path, query), { headers: { accept: 'application/json' } });
}

/**
 * @param path below `/ui/`
 * @param body what is done; the acting person is added
 * @throws ApiError
 */
export function send<T = Outcome>(path: string, body: Record<string, unknown> = {}): Promise<T> {
  return call<T>(`${base}/ui/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ person: person()?.id, ...body }),
  });
}

/** @returns the address of something below `/ui/`, in the name of the acting person */
export function address(path: string, query: Query = {}): string {
  const parameters = new URLSearchParams();
  const all: Query = { person: person()?.id, ...query };
  for (const [name, value] of Object.entries(all))
    if (value !== undefined) parameters.set(name, String(value));
  const tail = parameters.toString();
  return `${base}/ui/${path}${tail ? `?${tail}` : ''}`;
}

/**
 * @param file what was chosen or dropped
 * @param where the input it is for, whose checks then apply
 * @throws ApiError, e.g. when the type of file is not taken here
 */
export async function upload<T>(file: File, where: Query = {}): Promise<T> {
  const answer = await call<{ file: T }>(address('upload', { name: file.name, ...where }), {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: file,
  });
  return answer.file;
}

async function call<T>(url: string, init: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch {
    throw new ApiError('offline', 'The workspace does not answer. Is the server still running?');
  }
  const body = (await response.json().catch(() => null)) as {
    ok?: boolean;
    error?: string;
    message?: string;
  } | null;
  if (!response.ok || body === null)
    throw new ApiError(body?.error ?? `http_${response.status}`, sentence(body, response.status));
  return body as T;
}

function sentence(body: { error?: string; message?: string } | null, status: number): string {
  if (status === 503) return 'The workspace is starting. Try again in a moment.';
  return body?.message ?? `The workspace refused this (${body?.error ?? status}).`;
}

/**
 * Does something and shows what went wrong, if anything did.
 * @param work the request
 * @returns what it gave, or null when it failed; an Outcome with `ok: false` is shown and given
 */
export async function attempt<T>(work: Promise<T>): Promise<T | null> {
  try {
    const answer = await work;
    const outcome = answer as Partial<Outcome>;
    if (outcome?.ok === false && !outcome.errors) toast(problem(outcome), 'problem');
    return answer;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    toast(error.message, 'problem');
    return null;
  }
}

/** @returns what to tell a person of something that the app did not take */
export function problem(outcome: Partial<Outcome>): string {
  if (outcome.message) return outcome.message;
  if (outcome.error === 'operation_timeout') return 'The app did not answer within 3 seconds. Try again.';
  return `That did not work${outcome.error ? ` (${outcome.error})` : ''}. Try again.`;
}
