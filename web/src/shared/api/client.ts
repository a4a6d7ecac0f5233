import { sessionEnded } from './session-watch'
import type { ProblemBody, Text, WrongValue } from './types'

/** A refusal of the server (RFC 9457), or `offline` when no answer came. */
export class Problem extends Error {
  readonly code: string
  readonly status: number
  readonly say: Text
  readonly remedy: Text | null
  /** Whether the account wants a one-time code. */
  readonly codeWanted: boolean
  /** Which values are wrong, by their place (`declaration.title.vi`), where the server says so. */
  readonly wrong: readonly WrongValue[]

  constructor(body: ProblemBody) {
    super(body.detail ?? body.title)
    this.name = 'Problem'
    this.code = body.code
    this.status = body.status
    this.say = {
      vi: body.detail ?? body.title,
      en: body.detail_en ?? body.title_en ?? body.detail ?? body.title,
    }
    this.remedy = body.remedy ?? null
    this.codeWanted = body.otp_required ?? false
    this.wrong = body.setting ? [{ where: `settings.${body.setting}`, problem: this.say }] : (body.errors ?? [])
  }
}

const offline: ProblemBody = {
  title: 'Không liên lạc được với máy chủ.',
  title_en: 'The server cannot be reached.',
  status: 0,
  code: 'offline',
  remedy: { vi: 'Kiểm tra kết nối mạng rồi thử lại.', en: 'Check the network connection, then try again.' },
}

function isProblem(body: unknown): body is ProblemBody {
  return typeof body === 'object' && body !== null && 'code' in body && 'title' in body
}

async function problemOf(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => null)
  if (isProblem(body)) return new Problem({ ...body, status: response.status })
  return new Problem({
    title: `Máy chủ trả lời ${response.status}.`,
    title_en: `The server answered ${response.status}.`,
    status: response.status,
    code: `http_${response.status}`,
  })
}

/** Parameters of an address; a list gives its name once for each value. */
export type Search = Record<string, string | number | boolean | undefined | null | readonly (string | number | boolean)[]>

type Options = {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  body?: unknown
  search?: Search
  signal?: AbortSignal
}

/** Return the address of a call, for links and downloads. */
export function address(path: string, search: Search = {}): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(search)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null && one !== '') params.append(name, String(one))
    }
  }
  const text = params.toString()
  return `/api/v1${path}${text ? `?${text}` : ''}`
}

function typeOf(body: unknown): string {
  return body instanceof Blob ? body.type || 'application/octet-stream' : 'application/json'
}

async function answerOf(path: string, accept: string, { method = 'GET', body, search, signal }: Options): Promise<Response> {
  let response: Response
  try {
    response = await fetch(address(path, search), {
      method,
      credentials: 'same-origin',
      headers: { Accept: accept, ...(body === undefined ? {} : { 'Content-Type': typeOf(body) }) },
      body: body === undefined || body instanceof Blob ? body : JSON.stringify(body),
      signal,
    })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new Problem(offline)
  }
  if (response.ok) return response
  const problem = await problemOf(response)
  if (problem.code === 'session_ended') sessionEnded()
  throw problem
}

/** Ask /api/v1 and return its JSON; throw a Problem otherwise. */
export async function call<T>(path: string, options: Options = {}): Promise<T> {
  const response = await answerOf(path, 'application/json', options)
  if (response.status === 204) return undefined as T
  return (await response.json()) as T
}

/** Ask /api/v1 for a file, in the format that the search names; throw a Problem otherwise. */
export async function fetchBlob(path: string, options: Options = {}): Promise<Blob> {
  return (await answerOf(path, '*/*', options)).blob()
}
