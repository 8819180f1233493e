// Takes secrets out of what is logged: the keys in use, wherever they turn up, and of URLs their credentials and queries.

const URL_IN_TEXT = /\b(?:https?|postgres(?:ql)?|rediss?):\/\/[^\s"'<>\\]+/gi
/** What is worth reading in a query, and no secret: which video. */
const HARMLESS = new Set(['v'])

/** @param secrets - The keys that this process uses. */
export function scrubber(secrets: readonly string[]): (text: string) => string {
  // The longest first: one may be the beginning of another.
  const known = [...secrets].filter((secret) => secret.length > 0).sort((a, b) => b.length - a.length)
  return (text) => {
    const withoutKeys = known.reduce((rest, secret) => rest.replaceAll(secret, '***'), text)
    return withoutKeys.includes('://') ? withoutKeys.replace(URL_IN_TEXT, scrubUrl) : withoutKeys
  }
}

function scrubUrl(url: string): string {
  // First, and up to the last @: a password that somebody forgot to encode may have any of the characters that end it.
  const [beforeHash = '', ...hash] = url.replace(/(:\/\/).*@/, '$1***@').split('#')
  const [address = '', ...query] = beforeHash.split('?')
  return [
    address,
    ...(query.length > 0 ? ['?', query.join('?').split('&').map(scrubParameter).join('&')] : []),
    ...(hash.length > 0 ? ['#***'] : []),
  ].join('')
}

function scrubParameter(parameter: string): string {
  const [name = '', ...value] = parameter.split('=')
  return value.length === 0 || !HARMLESS.has(name) ? `${value.length === 0 ? '' : `${name}=`}***` : parameter
}
