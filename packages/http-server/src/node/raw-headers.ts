// The headers of a request of Node's, read where they are: few of many are ever asked for.
import { HttpProblem } from '../problem.ts'

/** Several of one name are joined, as `Headers` does. */
export class RawHeaders implements Pick<Headers, 'get' | 'has'> {
  readonly #raw: readonly string[]

  /** @param raw - Name, value, name, value, as they came. */
  constructor(raw: readonly string[]) {
    this.#raw = raw
  }

  get(name: string): string | null {
    const wanted = name.toLowerCase()
    let found: string | null = null
    for (let index = 0; index < this.#raw.length; index += 2) {
      const candidate = this.#raw[index] ?? ''
      if (candidate.length !== wanted.length || candidate.toLowerCase() !== wanted) continue
      const value = this.#raw[index + 1] ?? ''
      found = found === null ? value : `${found}, ${value}`
    }
    return found
  }

  has(name: string): boolean {
    return this.get(name) !== null
  }

  /** Without those that are named (in lower case), and with what takes their place. */
  replaced(names: readonly string[], replacement: readonly [name: string, value: string]): RawHeaders {
    const isKept = (_text: string, index: number): boolean =>
      !names.includes(this.#raw[index - (index % 2)]?.toLowerCase() ?? '')
    return new RawHeaders([...this.#raw.filter(isKept), ...replacement])
  }

  /** @throws {HttpProblem} `malformed_request` */
  toHeaders(): Headers {
    const headers = new Headers()
    for (let index = 0; index < this.#raw.length; index += 2) {
      append(headers, this.#raw[index] ?? '', this.#raw[index + 1] ?? '')
    }
    return headers
  }
}

function append(headers: Headers, name: string, value: string): void {
  try {
    headers.append(name, value)
  } catch (cause) {
    throw new HttpProblem('malformed_request', 'A header of the request cannot be read.', { cause })
  }
}
