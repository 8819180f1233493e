// What messages call a database: never with a user or a password.

/** Where a pool of the host connects to, as far as it says so. */
export interface PoolTarget {
  readonly connectionString?: string | undefined
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly database?: string | undefined
}

/**
 * A URL of which each part is surely what it seems: in one that was put together badly, a piece of the password may stand where a
 * host or a name is looked for. Several hosts are fine.
 */
const PLAIN_URL =
  /^postgres(?:ql)?:\/\/(?:[^@/?#]*@)?(?<host>(?:[\w.-]+|\[[\da-f:.]+\])?(?::\d+)?(?:,[\w.:-]+)*)(?:\/(?<name>[^@/?#]*))?(?:\?.*)?$/i

/** `The database transcripts on db.internal:5432`. Not more than is known for sure. */
export function labelOf(connectionString: string): string {
  const { host = '', name = '' } = PLAIN_URL.exec(connectionString)?.groups ?? {}
  return labelFrom('The PostgreSQL database', { host, name: decoded(name) })
}

/** The same for a pool of the host. */
export function labelOfPool({ connectionString, host = '', port, database = '' }: PoolTarget = {}): string {
  if (connectionString !== undefined) return labelOf(connectionString)
  return labelFrom('The database of the given pool', {
    host: host === '' || port === undefined ? host : `${host}:${port}`,
    name: database,
  })
}

function labelFrom(unnamed: string, { host, name }: { readonly host: string; readonly name: string }): string {
  return `${name === '' ? unnamed : `The database ${name}`}${host === '' ? '' : ` on ${host}`}`
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A lone `%`: it is shown as it is.
    return text
  }
}
