// What yt-dlp prints may name its proxy, with the password: nothing of that goes into an error.

/** Takes the user and the password of a proxy out of a text, as they are written in its URL and as they are sent. */
export function secretsHidden(proxy: string | undefined): (text: string) => string {
  const secrets = proxy === undefined ? [] : secretsOf(new URL(proxy))
  return (text) => secrets.reduce((hidden, secret) => hidden.replaceAll(secret, '***'), text)
}

/** The longest first, so that none is cut to pieces by a part of it. */
function secretsOf({ username, password }: URL): string[] {
  const both = username === '' ? [] : [`${username}:${password}`]
  // What is shorter stands in ordinary words, which say what went wrong.
  const alone = password.length < SHORTEST_ALONE ? [] : [password]
  const forms = [...both, ...alone].flatMap((text) => [text, decoded(text), base64(decoded(text))])
  return [...new Set(forms)].toSorted((a, b) => b.length - a.length)
}

const SHORTEST_ALONE = 4

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    if (error instanceof URIError) return text
    throw error
  }
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')
