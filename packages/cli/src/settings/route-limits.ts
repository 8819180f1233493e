// ROUTE_LIMITS: `POST /transcribe=20/minute;500/day, GET /jobs=off`. Each entry begins with a method and a path, and
// everything up to the next is its limit; so a limit may have semicolons and commas of its own.

const ENTRY = /(?<route>[A-Z]+ \/[^\s=]*)\s*=\s*(?<limit>.+?)[\s;,|]*(?=[A-Z]+ \/|$)/gs

/** @returns limits by route, or `undefined` when it is not a list of them. What a limit means is not judged here. */
export function parseRouteLimits(text: string): Readonly<Record<string, string>> | undefined {
  const entries: [string, string][] = []
  const rest = text.trim().replace(ENTRY, (...found) => {
    const groups: unknown = found.at(-1)
    const { route, limit } = isRecord(groups) ? groups : {}
    entries.push([String(route), String(limit).trim()])
    return ''
  })
  const isRepeated = new Set(entries.map(([route]) => route)).size < entries.length
  return rest === '' && entries.length > 0 && !isRepeated ? Object.fromEntries(entries) : undefined
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
