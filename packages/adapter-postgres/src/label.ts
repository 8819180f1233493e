// What messages call a database: never with a user or a password.

/** `The database transcripts on db.internal:5432`. */
export function labelOf(connectionString: string): string {
  const url = URL.canParse(connectionString) ? new URL(connectionString) : undefined
  const name = url && decodeURIComponent(url.pathname.slice(1))
  const host = url?.host ?? ''
  const where = host === '' ? '' : ` on ${host}`
  return name ? `The database ${name}${where}` : `The PostgreSQL database${where}`
}
