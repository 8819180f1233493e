// What is a URL of a proxy.

/**
 * Reads the URL of a proxy: `http://user:password@host:port`, or `https:`.
 *
 * @returns `undefined` for what requests cannot go through, also where the user or the password is not percent-encoded.
 */
export function parseProxyUrl(given: string | URL): URL | undefined {
  const url = URL.canParse(String(given)) ? new URL(given) : undefined
  return url && /^https?:$/.test(url.protocol) && url.hostname !== '' && isDecodable(url) ? url : undefined
}

/** A bare per cent sign would fail only at the first request, and as a fault of ours. */
function isDecodable({ username, password }: URL): boolean {
  try {
    decodeURIComponent(username)
    decodeURIComponent(password)
    return true
  } catch (error) {
    if (error instanceof URIError) return false
    throw error
  }
}
